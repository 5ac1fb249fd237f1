"""updateProfile without this project's packages: what every peer does between its framework and its SDK.

Token, one batch read of all that is needed, merge, one conditional write, the whole profile as the answer with its link
and tag, a log line with what DynamoDB consumed. Documents are JSON texts, as `json` writes them, in rows of the peers'
own (sort key `plain`). It leaves out what the measured request does not touch (identifiers, passwords, writing under
property security, preconditions, `fields`), which is in the peers' favour. `python -m bench` compares the answers.
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
PER_SITE = (
    ("receiveEmail", "no", "receiveEmailDate"),
    ("GDPRProfileP13nConsentGranted", False, "GDPRProfileP13nConsentDate"),
)
PATH = "/ccstore/v1/profiles/current"
LENGTHS = {"shortText": 254}

CACHE = {}


class Refused(Exception):
    """`status` and the text of the answer."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


def update(dynamodb, secrets, event, body):
    """The profile after the update, the answer's headers, and the facts for the log; `body` has been validated."""
    headers = {name.lower(): value for name, value in event["headers"].items()}
    claims = verified(secrets, headers.get("authorization", ""))
    rows, read_units = read(dynamodb, claims["occs.admin.profileId"])
    row = rows["profile"]
    if claims["generation"] != int(row["generation"]["N"]) or claims["jti"] in row["revoked"]["M"]:
        raise Refused(401, "not authenticated")
    site, configuration = headers.get("x-ccsite") or "siteUS", stored(rows["configuration"])
    if site not in configuration["sites"]:
        raise Refused(400, "unknown site")
    document = stored(row)
    merge(document, body)
    version, write_units = save(dynamodb, row, document)
    declared, labels = stored(rows["user"])["properties"], stored(rows["labels#en"])
    answer = shown(row, document, site, declared, labels, configuration.get("roleAccessRights", {}))
    scheme, host = headers.get("x-forwarded-proto", "http"), headers.get("host", "localhost")
    answer["links"] = [{"rel": "self", "href": f"{scheme}://{host}{event['requestContext']['path']}"}]
    sent = {"Cache-Control": "no-store", "ETag": tag(row["pk"]["S"], version, row["login"]["S"])}
    facts = {"operation": "updateProfile", "requestId": event["requestContext"]["requestId"], "dynamodbCalls": 2}
    return answer, sent, facts | {"readUnits": read_units, "writeUnits": write_units}


def tag(profile_id, version, login):
    """As the contract words it: common.md §10."""
    check = hashlib.sha256(profile_id.encode()).hexdigest()[:16]
    key = hashlib.sha256(b"tag\n" + CACHE["keys"][CACHE["keys"]["current"]].encode()).digest()
    mac = hmac.new(key, f"{PATH}\n{check}\n{version}".encode(), hashlib.sha256).hexdigest()[:32]
    value = {"version": version, "uri": PATH, "hash": f"{check}.{mac}", "user": login}
    return '"' + base64.b64encode(json.dumps(value, separators=(",", ":")).encode()).decode() + '"'


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
        },
        ReturnConsumedCapacity="TOTAL",
    )
    rows = {item["pk"]["S"]: item for items in answer["Responses"].values() for item in items}
    return rows | {"profile": rows[profile_id]}, sum(table["CapacityUnits"] for table in answer["ConsumedCapacity"])


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
        known = {stored["alias"]: stored for stored in document.get("addresses", ())}
        document["addresses"] = [address(sent, known) for sent in body["shippingAddresses"]]


def address(sent, known):
    made = {name: sent.get(name) for name in KEPT}
    if any(not made[name] for name in REQUIRED):
        raise Refused(400, "address incomplete")
    if made["country"].upper() not in countries() or made["state"].upper() not in regions(made["country"].upper()):
        raise Refused(400, "unknown country or state")
    made["types"] = [kind["id"] for kind in sent.get("types") or ()]
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
    answer = dynamodb.update_item(
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
        ReturnConsumedCapacity="TOTAL",
    )
    return version + 1, answer["ConsumedCapacity"]["CapacityUnits"]


def shown(row, document, site, properties, labels, rights):
    login, profile_id = row["login"]["S"], row["pk"]["S"]
    answer = {"id": profile_id, "repositoryId": profile_id, "login": login}
    answer |= {name: document.get(name, unset) for name, unset in UNSET.items()}
    answer["roles"] = document.get("roles", [])
    values = document.get("sites", {}).get(site, {})
    for name, unset, date in PER_SITE:
        answer[name] = values.get(name, unset)
        answer[date] = values.get(date)
    default = document.get("defaultAddress")
    addresses = []
    for address in document.get("addresses", ()):
        entry = {"repositoryId": address["repositoryId"]} | {name: address[name] for name in KEPT}
        entry["regionName"] = regions(address["country"]).get(address["state"])
        entry["countryName"] = countries().get(address["country"])
        entry["isDefaultAddress"] = address["repositoryId"] == default
        entry["types"] = [{"id": name} for name in address["types"]]
        addresses.append(entry)
    hidden = ("alias", "regionName", "countryName", "isDefaultAddress")
    default_address = next((address for address in addresses if address["isDefaultAddress"]), None)
    if default_address is not None:
        default_address = {name: value for name, value in default_address.items() if name not in hidden[1:]}
    answer["shippingAddress"] = answer["contactShippingAddress"] = default_address
    answer["shippingAddresses"] = addresses
    answer["secondaryAddresses"] = {
        address["alias"]: {name: value for name, value in address.items() if name not in hidden}
        for address in addresses
    }
    roles = {role["repositoryId"] for role in answer["roles"]}
    held = {right for role in roles for right in rights.get(role, ())}
    entries = answer["dynamicProperties"] = []
    for name, declared in properties.items():
        access = readable(declared, roles, held)
        if "type" not in declared or declared.get("internalOnly") or access == "deny":
            continue
        default = declared.get("default")
        value = document.get("custom", {}).get(name, default)
        if access == "ignore":
            value = declared.get("securityMaskingValue") or default
        kind = declared["type"]
        entry = {"id": name, "label": labels.get(name, name), "type": kind, "uiEditorType": kind, "value": value}
        length, required = declared.get("length", LENGTHS.get(kind)), declared.get("required", False)
        entries.append(entry | {"default": default, "length": length, "required": required})
    return answer


def readable(declared, roles, rights):
    """None: as it is; else the property's level: `ignore` masks the value, `deny` hides it."""
    role, right = declared.get("readRole"), declared.get("readAccessRight")
    if role in roles or right in rights or (role is None and right is None) or declared.get("shopperReadable"):
        return None
    return declared.get("readSecurityLevel") or "ignore"
