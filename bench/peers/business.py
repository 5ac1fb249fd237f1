"""updateProfile without this project's packages: what every peer does between its framework and its SDK.

Token, one batch read of all that is needed, merge, one conditional write, the whole profile as the answer, a log line.
Documents are JSON texts, as `json` writes them, in rows of the peers' own (sort key `plain`). It leaves out what the
measured request does not touch (identifiers, passwords, property security), which is in the peers' favour.
"""

import base64
import hashlib
import hmac
import json
import os
import time
import uuid
from decimal import Decimal

PROFILES, TYPES = os.environ["PROFILES_TABLE"], os.environ["SHOPPER_TYPES_TABLE"]
CATALOGUE, SECRET = os.environ["CATALOGUE_TABLE"], os.environ["SIGNING_KEYS_SECRET"]

TEXTS = ("firstName", "middleName", "lastName", "daytimeTelephoneNumber")
KEPT = (
    "alias", "prefix", "firstName", "middleName", "lastName", "suffix", "companyName", "jobTitle", "address1",
    "address2", "address3", "city", "county", "state", "postalCode", "country", "phoneNumber", "faxNumber",
    "externalAddressId",
)  # fmt: skip
REQUIRED = ("address1", "city", "country", "state", "postalCode")
UNSET = {
    "email": None, "firstName": None, "middleName": None, "lastName": None, "gender": None, "locale": None,
    "daytimeTelephoneNumber": None, "customerContactId": None, "lifetimeCurrencyCode": None, "dateOfBirth": None,
    "registrationDate": None, "firstVisitDate": None, "previousVisitDate": None, "lastVisitDate": None,
    "firstPurchaseDate": None, "lastPurchaseDate": None, "numberOfOrders": 0, "numberOfVisits": 0, "lifetimeSpend": 0,
    "lifetimeAOV": 0, "lastPurchaseAmount": None, "derivedOrderPriceLimit": None, "taxExempt": False,
    "derivedApprovalRequired": False, "parentOrganization": None, "currentOrganization": None, "catalog": None,
    "priceListGroup": None, "contactBillingAddress": None, "contactShippingAddress": None,
    "secondaryOrganizations": [], "loyaltyPrograms": [],
}  # fmt: skip
PER_SITE = (("receiveEmail", "no"), ("GDPRProfileP13nConsentGranted", False))

CACHE = {}


class Refused(Exception):
    """`status` and the text of the answer."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


def update(dynamodb, secrets, authorization, site, body):
    """The whole profile after the update; `body` has been validated."""
    claims = verified(secrets, authorization)
    rows = read(dynamodb, claims["occs.admin.profileId"])
    row = rows["profile"]
    if claims["iat"] < int(row["tokensValidAfter"]["N"]) or claims["jti"] in row["revoked"]["M"]:
        raise Refused(401, "not authenticated")
    site = site or "siteUS"
    if site not in stored(rows["configuration"])["sites"]:
        raise Refused(400, "unknown site")
    document = stored(row)
    merge(document, body)
    save(dynamodb, row, document)
    return shown(row, document, site, stored(rows["user"])["properties"], stored(rows["labels#en"]))


def verified(secrets, authorization):
    """The token's claims; the key is kept for five minutes."""
    if time.monotonic() - CACHE.get("keysAt", -300) >= 300:
        CACHE["keys"] = json.loads(secrets.get_secret_value(SecretId=SECRET)["SecretString"])
        CACHE["keysAt"] = time.monotonic()
    try:
        head, payload, signature = authorization.removeprefix("Bearer ").split(".")
        key = CACHE["keys"][json.loads(decoded(head))["kid"]].encode()
        expected = hmac.new(key, f"{head}.{payload}".encode(), hashlib.sha256).digest()
        claims = json.loads(decoded(payload))
    except (ValueError, KeyError, AttributeError) as error:
        raise Refused(401, "not authenticated") from error
    if not hmac.compare_digest(expected, decoded(signature)) or claims["exp"] < time.time():
        raise Refused(401, "not authenticated")
    return claims


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read(dynamodb, profile_id):
    """One batch: profile, configuration, shopper type and its labels."""
    answer = dynamodb.batch_get_item(
        RequestItems={
            PROFILES: {"Keys": [key(profile_id)], "ConsistentRead": True},
            CATALOGUE: {"Keys": [key("configuration")], "ConsistentRead": True},
            TYPES: {"Keys": [key("user"), key("labels#en")], "ConsistentRead": True},
        }
    )
    rows = {item["pk"]["S"]: item for items in answer["Responses"].values() for item in items}
    return rows | {"profile": rows[profile_id]}


def key(name):
    return {"pk": {"S": name}, "sk": {"S": "plain"}}


def stored(row):
    return json.loads(row["document"]["S"], parse_float=Decimal)


def merge(document, body):
    for name in TEXTS:
        if name in body:
            document[name] = body[name]
            if body[name] is None:
                del document[name]
    if body.get("shippingAddresses") is not None:
        known = {each["alias"]: each for each in document.get("addresses", ())}
        document["addresses"] = [address(each, known) for each in body["shippingAddresses"]]


def address(sent, known):
    made = {name: sent.get(name) for name in KEPT}
    if any(not made[name] for name in REQUIRED):
        raise Refused(400, "address incomplete")
    if made["country"].upper() not in countries() or made["state"].upper() not in regions(made["country"].upper()):
        raise Refused(400, "unknown country or state")
    made["types"] = [each["id"] for each in sent.get("types") or ()]
    match = known.get(made["alias"])
    made["repositoryId"] = match["repositoryId"] if match else uuid.uuid4().hex
    return made


def countries():
    if "countries" not in CACHE:
        with open(os.environ["REGION_DATA"] + "/countries.tsv", encoding="utf-8") as file:
            CACHE["countries"] = {line.split("\t")[0]: line.split("\t")[1] for line in file}
    return CACHE["countries"]


def regions(country):
    if "regions" not in CACHE:
        found = CACHE["regions"] = {}
        with open(os.environ["REGION_DATA"] + "/regions.tsv", encoding="utf-8") as file:
            for line in file:
                place, code, name = line.rstrip("\n").split("\t")[:3]
                found.setdefault(place, {})[code] = name
    return CACHE["regions"].get(country, {})


def save(dynamodb, row, document):
    version = int(row["version"]["N"])
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, default=float)
    dynamodb.update_item(
        TableName=PROFILES,
        Key={"pk": row["pk"], "sk": row["sk"]},
        UpdateExpression="SET #version = :next, #document = :document",
        ConditionExpression="#version = :version",
        ExpressionAttributeNames={"#version": "version", "#document": "document"},
        ExpressionAttributeValues={
            ":next": {"N": str(version + 1)},
            ":version": {"N": str(version)},
            ":document": {"S": text},
        },
    )


def shown(row, document, site, properties, labels):
    login, profile_id = row["login"]["S"], row["pk"]["S"]
    answer = {"id": profile_id, "repositoryId": profile_id, "login": login}
    answer |= {name: document.get(name, unset) for name, unset in UNSET.items()}
    answer["roles"] = document.get("roles", [])
    values = document.get("sites", {}).get(site, {})
    for name, unset in PER_SITE:
        answer[name] = values.get(name, unset)
        answer[name + "Date"] = values.get(name + "Date")
    default = document.get("defaultAddress")
    addresses = []
    for each in document.get("addresses", ()):
        entry = {"repositoryId": each["repositoryId"]} | {name: each[name] for name in KEPT}
        entry["regionName"] = regions(each["country"]).get(each["state"])
        entry["countryName"] = countries().get(each["country"])
        entry["isDefaultAddress"] = each["repositoryId"] == default
        entry["types"] = [{"id": name} for name in each["types"]]
        addresses.append(entry)
    hidden = ("alias", "regionName", "isDefaultAddress")
    answer["shippingAddress"] = next((each for each in addresses if each["isDefaultAddress"]), None)
    answer["shippingAddresses"] = addresses
    answer["secondaryAddresses"] = {
        each["alias"]: {name: value for name, value in each.items() if name not in hidden} for each in addresses
    }
    answer["dynamicProperties"] = [
        {"id": name, "label": labels.get(name, name), "type": each["type"], "uiEditorType": each["type"]}
        | {"value": document.get("custom", {}).get(name, each.get("default")), "default": each.get("default")}
        | {"length": each.get("length"), "required": each.get("required", False)}
        for name, each in properties.items()
        if "type" in each
    ]
    return answer
