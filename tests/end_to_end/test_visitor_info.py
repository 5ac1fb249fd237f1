"""updateVisitorInfo over HTTP: visitor-info.md §5."""

import json
from typing import Any

from local.workspace import ROOT

PATH = "/ccstore/v1/visitorInfo/current"
EXAMPLE = json.loads((ROOT / "docs/contract/examples/update-visitor-info.request.json").read_text(encoding="utf-8"))
VALUE = "1AbC%3A1700000000000%3A1700000000000%3A1700000000000%3A1%3A1"


def test_the_example(call: Any) -> None:
    answer = call("PUT", PATH, EXAMPLE, headers={"Cookie": f"a=b; {EXAMPLE['infoName']}={VALUE}"})
    assert answer.status == 200, answer.text
    (cookie,) = answer.headers["set-cookie"]
    assert cookie == f"{EXAMPLE['infoName']}={VALUE}; Path=/; Max-Age=31536000; SameSite=Lax"
    assert answer.body["infoName"] == EXAMPLE["infoName"]


def test_codes_in_their_order(call: Any, deployed: dict[str, Any]) -> None:
    name = EXAMPLE["infoName"]
    for body, headers, code in (
        ("", {"x-ccsite": "nowhere"}, "30014"),
        ("", {"x-ccsite": deployed["sample"]["otherSite"]}, "54106"),
        ("{}", {}, "54107"),
        ({"infoName": "JSESSIONID"}, {}, "54108"),
        ({"infoName": name, "infoDomain": "a\r\nSet-Cookie: b=c"}, {"Cookie": f"{name}=1"}, "54108"),
        ({"infoName": name}, {}, "54109"),
    ):
        answer = call("PUT", PATH, body, headers=headers)
        assert (answer.status, answer.body["errorCode"]) == (400, code)
        assert "set-cookie" not in answer.headers


def test_any_token_is_ignored(call: Any) -> None:
    headers = {"Cookie": f"{EXAMPLE['infoName']}=1"}
    assert call("PUT", PATH, {"infoName": EXAMPLE["infoName"]}, token="expired", headers=headers).status == 200
