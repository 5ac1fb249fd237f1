"""A rival at each call that an update of a profile makes to its tables: common.md §10, profiles.md §6."""

from collections.abc import Callable
from typing import Any

import pytest
from argon2 import PasswordHasher

from commerce.storage import Condition, Delete, Item, Key, Store, Update, WriteLost
from tests.contract.profiles.conftest import Own, OwnOf
from tests.support.deployment import Product, form
from tests.support.refusals import beside_sentence
from tests.support.rivals import rival_before_method
from tests.support.virtual_time import VirtualTime

OLD = "Shopper-2026"
CHANGE = {"oldPassword": OLD, "newPassword": "Another-2027"}


def store_of(product: Product, function: str = "update_profile") -> Store:
    store: Store = product.app(function).parts.store
    return store


@pytest.fixture
def rival(product: Product, own: Own) -> Own:
    """The same shopper in another execution environment."""
    return Own(Product(product.environment, product.clock), own.token)


def test_both_updates_of_different_members_survive(product: Product, own: Own, rival: Own) -> None:
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"firstName": "A"}, {"lastName": "B"}),
        ({"shippingAddresses": []}, {"firstName": "C"}),
        ({"receiveEmail": "no"}, {"GDPRProfileP13nConsentGranted": True}),
        ({"email": "e@example.com"}, {"login": "another"}),
        ({"login": "third"}, {"middleName": "D"}),
    ]
    for ours, theirs in pairs:
        # A new identifier is a guess, counted first and given back last.
        guessed = bool(ours.keys() & {"email", "login"})
        act = lambda body=theirs: rival.put(body)  # noqa: E731
        with rival_before_method(store_of(product), "write", act, turn=1 + guessed) as calls:
            answer = own.put(ours)
        assert answer.status == 200, answer.text
        assert len(calls) == 2 + 2 * guessed
        shown = own.shown()
        assert answer.body == shown
        assert {name: shown[name] for name in (*ours, *theirs)} == {**ours, **theirs}


def test_of_the_same_member_the_later_one_wins(product: Product, own: Own, rival: Own) -> None:
    with rival_before_method(store_of(product), "write", lambda: rival.put({"firstName": "First"})):
        assert own.put({"firstName": "Second"}).body["firstName"] == "Second"
    assert own.shown()["firstName"] == "Second"


def test_an_update_that_the_rival_has_made_already_writes_nothing(product: Product, own: Own, rival: Own) -> None:
    with rival_before_method(store_of(product), "write", lambda: rival.put({"firstName": "Same"})) as calls:
        answer = own.put({"firstName": "Same"})
    assert len(calls) == 1
    assert answer.headers["etag"] == rival.get().headers["etag"]


def test_a_rival_before_the_read_is_no_rival(product: Product, own: Own, rival: Own) -> None:
    own.get()
    with rival_before_method(store_of(product), "get", lambda: rival.put({"lastName": "B"})):
        assert own.put({"firstName": "A"}).body["lastName"] == "B"


def test_with_a_matching_tag_losing_the_race_is_final(product: Product, own: Own, rival: Own) -> None:
    for ours in ({"firstName": "A"}, {"firstName": "A", "login": "another"}):
        current = {"If-Match": own.get().headers["etag"]}
        guessed = "login" in ours
        with rival_before_method(
            store_of(product), "write", lambda: rival.put({"lastName": own.get().headers["etag"]}), turn=1 + guessed
        ) as calls:
            answer = own.put(ours, current)
        assert (answer.status, answer.code, len(calls)) == (412, "00000412", 1 + 2 * guessed)
        assert (own.shown()["firstName"], own.shown()["login"]) == ("Kim", "shopper")


def test_with_a_matching_tag_a_conflict_that_changed_nothing_is_tried_again(product: Product, own: Own) -> None:
    current = {"If-Match": own.get().headers["etag"]}
    with rival_before_method(store_of(product), "write", conflict) as calls:
        assert own.put({"firstName": "A"}, current).status == 200
    assert len(calls) == 2


@pytest.mark.parametrize("body", [{"email": "wanted@example.com"}, {"login": "Wanted@example.com"}])
@pytest.mark.parametrize("tagged", [False, True])
def test_an_identifier_taken_meanwhile(product: Product, own: Own, own_of: OwnOf, body: Any, tagged: bool) -> None:
    buyer = Own(Product(product.environment, product.clock), own_of("110001").token)
    headers = {"If-Match": own.get().headers["etag"]} if tagged else {}
    taking = {name: value.upper() for name, value in body.items()}
    with rival_before_method(store_of(product), "write", lambda: buyer.put(taking)):
        answer = own.put({"firstName": "Pat", **body}, headers)
    assert (answer.status, answer.code) == (400, "22006")
    assert (own.shown()["firstName"], own.shown()["email"], own.shown()["login"]) == (
        "Kim",
        "kim@example.com",
        "shopper",
    )
    assert buyer.shown()[next(iter(body))] == taking[next(iter(body))]


def test_an_identifier_given_back_meanwhile(product: Product, own: Own, own_of: OwnOf, rival: Own) -> None:
    """Between reading the row of the old login and deleting it, the same shopper gives it back."""
    with rival_before_method(store_of(product), "write", lambda: rival.put({"login": "second"})):
        assert own.put({"login": "third"}).body["login"] == "third"
    buyer = own_of("110001")
    assert buyer.put({"login": "shopper"}).status == 200
    assert buyer.put({"login": "second"}).status == 200
    assert buyer.put({"login": "third"}).code == "22006"


def test_the_profile_goes_meanwhile(product: Product, own: Own) -> None:
    def remove() -> None:
        table = product.environment["PROFILES_TABLE"]
        store_of(product, "get_current_profile").write(
            Delete(Key(table, "se-570031", "profile"), Condition(exists=True))
        )

    with rival_before_method(store_of(product), "write", remove):
        answer = own.put({"firstName": "A"})
    assert (answer.status, answer.code) == (404, "22002")
    assert own.get().code == "22002"


def test_the_token_is_revoked_meanwhile(product: Product, own: Own, rival: Own) -> None:
    """A logout leaves the version alone, so the write still counts; what then follows is refused."""
    with rival_before_method(
        store_of(product), "write", lambda: product.call("POST", "/ccstore/v1/logout", token=own.token)
    ):
        assert own.put({"firstName": "A"}).status == 200
    assert own.put({"firstName": "B"}).status == 401
    assert rival.get().status == 401


def test_the_password_is_changed_meanwhile(product: Product, own: Own) -> None:
    other = Own(Product(product.environment, product.clock), product.login())
    for ours in ({"firstName": "A"}, CHANGE):
        with rival_before_method(store_of(product), "write", lambda: other.put(CHANGE)):
            assert own.put(ours).status == 401
        assert other.shown()["firstName"] == "Kim"
        break


def fail(product: Product, times: int) -> None:
    for _ in range(times):
        product.call("POST", "/ccstore/v1/login", form(username="shopper", password="wrong"))


def test_the_lock_comes_down_meanwhile(product: Product, own: Own) -> None:
    for ours in (CHANGE, {**CHANGE, "newPassword": "x"}):
        with rival_before_method(store_of(product), "write", lambda: fail(product, 6)):
            answer = own.put({"firstName": "A", **ours})
        assert (answer.status, answer.code) == (400, "23029")
        assert own.shown()["firstName"] == "Kim"
        product.clock.move(minutes=30)
        own = Own(product, product.login())


def test_wrong_passwords_side_by_side_all_count(product: Product, own: Own) -> None:
    with rival_before_method(store_of(product), "write", lambda: fail(product, 4)):
        assert own.put({**CHANGE, "oldPassword": "wrong"}).code == "23029"
    with rival_before_method(store_of(product), "write", lambda: fail(product, 1)):
        own.put({**CHANGE, "oldPassword": "wrong"})
    assert own.put(CHANGE).code == "23029"


def test_guesses_side_by_side_are_limited_together(product: Product, own: Own, rival: Own) -> None:
    taken = {"email": "buyer@example.com"}
    for _ in range(9):
        own.put(taken)
    with rival_before_method(store_of(product), "write", lambda: rival.put(taken)):
        assert own.put(taken).status == 429


def conflict() -> None:
    """A transaction of another is under way on the row."""
    raise WriteLost({})


def test_a_conflict_decides_nothing_about_a_login(product: Product) -> None:
    product.login()
    with rival_before_method(store_of(product, "login"), "write", conflict) as calls:
        assert product.login()
    assert len(calls) == 2
    with rival_before_method(store_of(product, "login"), "write", conflict):
        fail(product, 1)
    fail(product, 5)
    answer = product.call("POST", "/ccstore/v1/login", form(username="shopper", password=OLD))
    assert answer.status == 401


def test_a_conflict_does_not_keep_a_shopper_logged_in(product: Product, own: Own) -> None:
    with rival_before_method(store_of(product, "logout"), "write", conflict):
        assert product.call("POST", "/ccstore/v1/logout", token=own.token).status == 200
    assert own.get().status == 401


def test_a_right_password_does_not_pass_a_lock_that_comes_down_meanwhile(product: Product) -> None:
    here = Product(product.environment, product.clock)
    with rival_before_method(store_of(here, "login"), "write", lambda: fail(product, 6)):
        answer = here.call("POST", "/ccstore/v1/login", form(username="shopper", password=OLD))
    assert (answer.status, beside_sentence(answer.body)) == (401, {"error": "invalid_grant"})


def test_after_an_ended_lock_a_right_password_passes_beside_a_wrong_one(product: Product) -> None:
    fail(product, 6)
    product.clock.move(minutes=31)
    here = Product(product.environment, product.clock)
    with rival_before_method(store_of(here, "login"), "write", lambda: fail(product, 1)):
        assert here.login()


def outdate_hash(product: Product) -> Callable[[], Item]:
    """Gives the shopper a hash of earlier parameters; reads the shopper's row."""
    parts = product.app("login").parts
    key = parts.shopper_login_records.key("se-570031")
    earlier = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(OLD)
    parts.store.write(Update(key, Condition(exists=True), {"passwordHash": earlier}))

    def read() -> Item:
        item: Item = parts.store.get([key])[key]
        return item

    return read


def test_a_renewed_hash_does_not_undo_a_change_of_the_password(product: Product, own: Own) -> None:
    outdate_hash(product)
    here = Product(product.environment, product.clock)
    with rival_before_method(store_of(here, "login"), "write", lambda: own.put(CHANGE)):
        answer = here.call("POST", "/ccstore/v1/login", form(username="shopper", password=OLD))
    assert (answer.status, beside_sentence(answer.body)) == (401, {"error": "invalid_grant"})
    assert product.login(password=CHANGE["newPassword"])


def test_a_change_of_the_password_outlives_a_hash_renewed_meanwhile(product: Product, own: Own) -> None:
    outdate_hash(product)
    with rival_before_method(store_of(product), "write", product.login):
        assert own.put(CHANGE).status == 200
    assert product.login(password=CHANGE["newPassword"])


def test_two_logins_at_once_both_pass_and_one_renews_the_hash(product: Product) -> None:
    read = outdate_hash(product)
    here = Product(product.environment, product.clock)
    seen: list[Item] = []

    def log_in() -> None:
        product.login()
        seen.append(read())

    with rival_before_method(store_of(here, "login"), "write", log_in) as calls:
        assert here.login()
    assert len(calls) == 2
    assert read()["passwordHash"] == seen[0]["passwordHash"]


def test_a_password_replaced_while_it_was_compared_opens_nothing(product: Product, own: Own) -> None:
    fail(product, 6)
    product.clock.move(minutes=31)
    here = Product(product.environment, product.clock)
    changing = Own(product, product.login())
    fail(product, 1)

    def change() -> None:
        changing.put(CHANGE)
        conflict()

    with rival_before_method(store_of(here, "login"), "write", change):
        answer = here.call("POST", "/ccstore/v1/login", form(username="shopper", password=OLD))
    assert answer.status == 401


def test_contention_that_does_not_end(product: Product, own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    own.put({})
    VirtualTime().rule(monkeypatch)
    store, attempts = store_of(product), []

    def lose(*_: object) -> None:
        attempts.append(1)
        raise WriteLost({})

    with monkeypatch.context() as patch:
        patch.setattr(store, "write", lose)
        answer = own.put({"firstName": "A"})
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "00000503", "1")
    assert len(attempts) >= 3
    assert own.shown()["firstName"] == "Kim"


def test_the_configuration_changes_meanwhile(product: Product, own: Own, load: Callable[..., Own]) -> None:
    """The version row tells that what is kept is old: the new document counts at once."""
    del load
    assert own.put({}, {"x-ccsite": "siteFR"}).code == "30014"
    configuration = Product(product.environment, product.clock).app("get_current_profile").parts.configuration
    with rival_before_method(store_of(product), "get", lambda: configuration.replace({"sites": {"siteFR": {}}})):
        assert own.put({"receiveEmail": "yes"}, {"x-ccsite": "siteFR"}).body["receiveEmail"] == "yes"
