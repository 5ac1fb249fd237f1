"""Password change and its lock-out: profiles.md §2, auth.md §4."""

import itertools
import json
from dataclasses import dataclass
from typing import Any

import pytest

from backoffice import logins
from tests.contract.profiles.conftest import Own
from tests.support.deployment import Answer, Product, form

OLD, NEW = "Shopper-2026", "Another-2027"
CHANGE = {"oldPassword": OLD, "newPassword": NEW, "newConfirmPassword": NEW}


def code(answer: Answer) -> str:
    assert answer.status == 400, answer.text
    assert "errors" not in answer.body
    assert "moreInfo" not in answer.body
    return answer.code


def logs_in(product: Product, password: str, username: str = "shopper") -> bool:
    answer = product.call("POST", "/ccstore/v1/login", form(username=username, password=password))
    assert answer.status in (200, 401)
    return answer.status == 200


def test_a_change_is_applied_with_the_other_members(product: Product, own: Own) -> None:
    answer = own.put({"firstName": "Pat", **CHANGE})
    assert (answer.status, answer.body["firstName"]) == (200, "Pat")
    assert NEW not in answer.text
    assert (logs_in(product, OLD), logs_in(product, NEW)) == (False, True)


def test_without_confirmation(product: Product, own: Own) -> None:
    assert own.put({"oldPassword": OLD, "newPassword": NEW, "newConfirmPassword": None}).status == 200
    assert logs_in(product, NEW)


@pytest.mark.parametrize("nothing", [None, ""])
def test_three_empty_members_are_not_sent(own: Own, nothing: Any) -> None:
    before = own.get()
    answer = own.put(dict.fromkeys(CHANGE, nothing))
    assert (answer.status, answer.headers["etag"]) == (200, before.headers["etag"])


def test_codes_in_their_order(product: Product, own: Own) -> None:
    for old in ({}, {"oldPassword": None}, {"oldPassword": ""}):
        assert code(own.put({**old, "newPassword": "x", "newConfirmPassword": "y"})) == "23026"
    for new in ({}, {"newPassword": None}, {"newPassword": ""}):
        assert code(own.put({**new, "oldPassword": "wrong", "newConfirmPassword": "y"})) == "22005"
    assert code(own.put({"newConfirmPassword": "y"})) == "83039"
    assert code(own.put({"oldPassword": "wrong", "newPassword": "x", "newConfirmPassword": "y"})) == "83039"
    assert code(own.put({"oldPassword": "wrong", "newPassword": "x"})) == "23029"
    assert code(own.put({"oldPassword": OLD, "newPassword": "x"})) == "23024"
    assert logs_in(product, OLD)


def test_properties_come_before_the_password(own: Own) -> None:
    assert own.refused({**CHANGE, "oldPassword": "wrong", "gender": "x"}) == [("22026", "gender", "gender")]


def test_passwords_of_the_wrong_kind_are_not_repeated(own: Own) -> None:
    for name in CHANGE:
        for value in (987654321, ["secret-word"], {"secret-word": 1}, True):
            assert own.refused({**CHANGE, name: value}) == [("22024", name, None)]
            assert json.dumps(value) not in own.put({name: value}).text


@dataclass
class Chooser:
    """A shopper who tries one new password after the other."""

    own: Own
    current: str = OLD

    def allowed(self, new: str) -> bool:
        answer = self.own.put({"oldPassword": self.current, "newPassword": new})
        if answer.status != 200:
            assert code(answer) == "23024"
            return False
        self.current = new
        return True


def test_the_default_policy(own: Own) -> None:
    chooser = Chooser(own)
    for bad in ("Short-1", "without-a-number"):
        assert not chooser.allowed(bad)
    own.put({"login": "Shopper-2099"})
    assert not chooser.allowed("sHOPPER-2099")
    assert code(own.put({"oldPassword": OLD, "newPassword": "Renamed-2027", "login": "renamed-2027"})) == "23024"
    for good in ("aaaaaaa1", "日本語日本語日1", "with blanks 1", OLD):
        assert chooser.allowed(good)


@pytest.mark.parametrize(
    ("policy", "bad", "good"),
    [
        ({"minPasswordLength": 12}, ["Elevenchar1"], ["Twelvechars1"]),
        ({"useMinPasswordLength": False}, [], ["1"]),
        ({"useNumber": False}, ["short"], ["without-number"]),
        ({"useMixedCase": True}, ["allsmall-1", "ALLBIG-11"], ["Mixed-1111"]),
        ({"useSymbol": True}, ["NoSymbol1", "With blank1"], ["Symbol!11"]),
        ({"blockCommonPasswords": True}, ["password1", "PASSWORD1"], ["unheard-of-1"]),
        ({"cannotUseUsername": False}, [], ["shopper-1"]),
        ({"cannotUsePreviousPasswords": True}, [OLD], ["Quite-new-1"]),
    ],
)
def test_policies(product: Product, own: Own, policy: Any, bad: list[str], good: list[str]) -> None:
    product.configure(passwordPolicy=policy)
    chooser = Chooser(own)
    for password in bad:
        assert not chooser.allowed(password), password
    for password in good:
        assert chooser.allowed(password), password


def test_previous_passwords(product: Product, own: Own) -> None:
    product.configure(passwordPolicy={"cannotUsePreviousPasswords": True, "numberOfPreviousPasswords": 2})
    passwords = [OLD, "Number-1111", "Number-2222"]
    for old, new in itertools.pairwise(passwords):
        assert own.put({"oldPassword": old, "newPassword": new}).status == 200
    current = passwords[-1]
    assert code(own.put({"oldPassword": current, "newPassword": current})) == "23024"
    assert code(own.put({"oldPassword": current, "newPassword": "Number-1111"})) == "23024"
    assert own.put({"oldPassword": current, "newPassword": OLD}).status == 200


def test_the_token_used_stays_valid_and_all_others_end(product: Product, own: Own, issue: Any) -> None:
    other = Own(product, product.login())
    assert own.put(CHANGE).status == 200
    assert own.get().status == 200
    assert other.get().status == 401
    # A login within the same second, and what is refreshed from the token that stayed.
    assert Own(product, product.login(password=NEW)).get().status == 200
    refreshed = product.call("POST", "/ccstore/v1/refresh", token=own.token).body["access_token"]
    assert Own(product, refreshed).get().status == 200
    # The next change, made with another token, ends the one that stayed.
    product.clock.move(seconds=5)
    later = Own(product, product.login(password=NEW))
    assert later.put({"oldPassword": NEW, "newPassword": "Third-2028"}).status == 200
    assert (own.get().status, later.get().status) == (401, 200)
    assert own.get().code == "00001000"


def test_an_operators_new_password_ends_every_token(product: Product, own: Own) -> None:
    assert own.put(CHANGE).status == 200
    logins.set_password(product.deployment, "shopper", "Operators-1", internal=False)
    assert own.get().status == 401


def test_wrong_old_passwords_lock_as_failed_logins_do(product: Product, own: Own) -> None:
    for _ in range(3):
        assert code(own.put({**CHANGE, "oldPassword": "wrong"})) == "23029"
        assert not logs_in(product, "wrong")
    assert not logs_in(product, OLD)
    # While locked, the right one is answered as a wrong one, and tokens stay valid.
    right, wrong = own.put(CHANGE), own.put({**CHANGE, "oldPassword": "wrong"})
    assert code(right) == "23029"
    assert right.text == wrong.text
    assert code(own.put({"oldPassword": OLD, "newPassword": "x"})) == "23029"
    assert own.put({"firstName": "Pat"}).status == 200
    # Attempts while locked did not count: the lock ends half an hour after the sixth.
    product.clock.move(minutes=30)
    other = Own(product, product.login())
    assert other.put(CHANGE).status == 200


def test_a_right_old_password_resets_the_count(product: Product, own: Own) -> None:
    def five_wrong_ones() -> None:
        for _ in range(5):
            assert code(own.put({**CHANGE, "oldPassword": "wrong"})) == "23029"

    five_wrong_ones()
    assert code(own.put({"oldPassword": OLD, "newPassword": "x"})) == "23024"
    five_wrong_ones()
    assert own.put(CHANGE).status == 200
    five_wrong_ones()
    assert logs_in(product, NEW)


def test_a_shopper_without_a_password(load: Any) -> None:
    own = load(id="p1", login="p1")
    assert code(own.put(CHANGE)) == "23029"
