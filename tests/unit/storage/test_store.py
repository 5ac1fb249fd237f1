"""What DynamoDB's answers become: botocore's own stub in place of the service."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.compat import HTTPHeaders
from botocore.exceptions import (
    ConnectionClosedError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
)
from botocore.stub import Stubber

from commerce.call import TimeBudget
from commerce.errors import Contention, DependencyDown
from commerce.storage import Condition, Delete, Key, Put, StorageFailure, Store, Update, WriteLost
from commerce.storage.remote import TRIES, client_config
from commerce.storage.store import MARK_LENGTH
from tests.support.virtual_time import VirtualTime

KEY = Key("T", "p", "s")
IDS = (f"{number:012}{'x' * 20}" for number in itertools.count())
ITEM = {"pk": {"S": "p"}, "sk": {"S": "s"}, "version": {"N": "3"}, "document": {"B": b"x"}, "active": {"BOOL": True}}
READ = {"pk": "p", "sk": "s", "version": 3, "document": b"x", "active": True}


@pytest.fixture(scope="module")
def session() -> botocore.session.Session:
    """It reads the service's description once."""
    return botocore.session.Session()


@pytest.fixture
def client(session: botocore.session.Session) -> BaseClient:
    return session.create_client(
        "dynamodb",
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=client_config(validate_parameters=True),
    )


@pytest.fixture
def stub(client: BaseClient) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def store(client: BaseClient, stub: Stubber) -> Store:
    store = Store(client, lambda: next(IDS))
    store.begin(VirtualTime().budget())
    return store


def test_one_key_is_one_strongly_consistent_get(store: Store, stub: Stubber) -> None:
    expected = {"TableName": "T", "Key": KEY.wire(), "ConsistentRead": True, "ReturnConsumedCapacity": "TOTAL"}
    stub.add_response("get_item", {"Item": ITEM, "ConsumedCapacity": {"CapacityUnits": 1.5}}, expected)
    stub.add_response("get_item", {"ConsumedCapacity": {"CapacityUnits": 1.0}}, expected)
    assert store.get([KEY, KEY]) == {KEY: READ}
    assert store.get([KEY]) == {}
    assert (store.meter.calls, store.meter.read_units, store.meter.write_units) == (2, 2.5, 0)
    store.begin(TimeBudget())
    assert store.meter.calls == 0


def test_nothing_is_read_for_no_keys(store: Store) -> None:
    assert store.get([]) == {}


def test_keys_that_were_not_processed_are_asked_for_again(store: Store, stub: Stubber) -> None:
    other = Key("U", "q", "s")
    left = {"U": {"Keys": [other.wire()], "ConsistentRead": True}}
    first = {"T": {"Keys": [KEY.wire()], "ConsistentRead": True}, **left}
    stub.add_response(
        "batch_get_item",
        {"Responses": {"T": [ITEM]}, "UnprocessedKeys": left},
        {"RequestItems": first, "ReturnConsumedCapacity": "TOTAL"},
    )
    stub.add_response(
        "batch_get_item",
        {"Responses": {"U": [{**ITEM, "pk": {"S": "q"}}]}, "UnprocessedKeys": {}},
        {"RequestItems": left, "ReturnConsumedCapacity": "TOTAL"},
    )
    assert store.get([KEY, other]) == {KEY: READ, other: {**READ, "pk": "q"}}


def test_the_budget_ends_the_asking(store: Store, stub: Stubber) -> None:
    time = VirtualTime()
    store.begin(time.budget())
    left = {"T": {"Keys": [KEY.wire()], "ConsistentRead": True}}
    for _ in range(9):
        stub.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": left})
    with pytest.raises(Contention):
        store.get([KEY, Key("T", "q", "s")])
    assert 5 < time.now < 8


def test_a_spent_budget_starts_no_request(store: Store) -> None:
    store.begin(TimeBudget(0))
    for attempt in (lambda: store.get([KEY]), lambda: store.write(Delete(KEY, Condition(exists=True)))):
        with pytest.raises(Contention):
            attempt()


def test_a_query_reads_every_page(store: Store, stub: Stubber) -> None:
    stub.add_response("query", {"Items": [ITEM], "LastEvaluatedKey": KEY.wire()})
    stub.add_response("query", {"Items": [{**ITEM, "sk": {"S": "t"}}]})
    assert [item["sk"] for item in store.query("T", "p", "s")] == ["s", "t"]


WRITES: dict[str, Any] = {
    "put_item": Put(KEY, {"version": 1}, Condition(exists=False)),
    "update_item": Update(KEY, Condition(equal={"version": 1}), {"version": 2}),
    "delete_item": Delete(KEY, Condition(exists=True)),
}


@pytest.mark.parametrize("method", WRITES)
def test_a_condition_that_failed_brings_the_item(store: Store, stub: Stubber, method: str) -> None:
    stub.add_client_error(method, "ConditionalCheckFailedException", modeled_fields={"Item": ITEM})
    with pytest.raises(WriteLost) as lost:
        store.write(WRITES[method])
    assert lost.value.current == {KEY: READ}
    stub.add_client_error(method, "TransactionConflictException")
    with pytest.raises(WriteLost) as lost:
        store.write(WRITES[method])
    assert lost.value.current == {}


def cancelled(stub: Stubber, *codes: str | None) -> None:
    reasons = [
        {"Code": code or "None", **({"Item": ITEM} if code == "ConditionalCheckFailed" else {})} for code in codes
    ]
    stub.add_client_error(
        "transact_write_items", "TransactionCanceledException", modeled_fields={"CancellationReasons": reasons}
    )


def test_a_transaction_that_was_cancelled(store: Store, stub: Stubber) -> None:
    writes = (WRITES["update_item"], Delete(Key("U", "q", "s"), Condition(exists=True)))
    cancelled(stub, "ConditionalCheckFailed", None)
    with pytest.raises(WriteLost) as lost:
        store.write(*writes)
    assert lost.value.current == {KEY: READ}
    cancelled(stub, None, "TransactionConflict")
    with pytest.raises(WriteLost):
        store.write(*writes)
    for _ in range(TRIES):
        cancelled(stub, "ThrottlingError", "ConditionalCheckFailed")
    with pytest.raises(DependencyDown):
        store.write(*writes)
    cancelled(stub, "ValidationError", None)
    with pytest.raises(StorageFailure) as failure:
        store.write(*writes)
    assert failure.value.code == "ValidationError"


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ThrottlingException", 400, DependencyDown),
        ("ProvisionedThroughputExceededException", 400, DependencyDown),
        ("RequestLimitExceeded", 400, DependencyDown),
        ("TransactionInProgressException", 400, DependencyDown),
        ("InternalServerError", 500, DependencyDown),
        ("ServiceUnavailable", 503, DependencyDown),
        ("ExpiredTokenException", 400, DependencyDown),
        ("UnrecognizedClientException", 400, DependencyDown),
        ("AccessDeniedException", 400, StorageFailure),
        ("ValidationException", 400, StorageFailure),
        ("ResourceNotFoundException", 400, StorageFailure),
    ],
)
def test_errors_of_the_service(store: Store, stub: Stubber, code: str, status: int, error: type[Exception]) -> None:
    """What passes is tried again; nothing else is."""
    passes = error is DependencyDown and code not in ("ExpiredTokenException", "UnrecognizedClientException")
    for _ in range(TRIES if passes else 1):
        stub.add_client_error("get_item", code, http_status_code=status)
    with pytest.raises(error):
        store.get([KEY])
    for _ in range(TRIES if passes else 1):
        stub.add_client_error("update_item", code, http_status_code=status)
    with pytest.raises(error):
        store.write(WRITES["update_item"])
    if passes:
        stub.add_client_error("get_item", code, http_status_code=status)
        stub.add_response("get_item", {"Item": ITEM})
        assert store.get([KEY]) == {KEY: READ}


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="x"),
        ConnectTimeoutError(endpoint_url="x"),
        ConnectionClosedError(endpoint_url="x"),
        CredentialRetrievalError(provider="x", error_msg="x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_service_that_does_not_answer(client: Any, error: Exception) -> None:
    tried = []

    def fail(**_: object) -> None:
        tried.append(1)
        raise error

    client.meta.events.register_first("before-call.dynamodb", fail)
    store = Store(client)
    store.begin(VirtualTime().budget())
    with pytest.raises(DependencyDown):
        store.get([KEY])
    assert len(tried) == (1 if isinstance(error, CredentialRetrievalError) else TRIES)


def test_credentials_that_are_missing_are_no_outage(client: Any) -> None:
    def fail(**_: object) -> None:
        raise NoCredentialsError

    client.meta.events.register_first("before-call.dynamodb", fail)
    with pytest.raises(StorageFailure, match="NoCredentialsError"):
        Store(client).get([KEY])


MARKED: dict[str, Any] = {
    "put_item": (Put(KEY, {"version": 4}, Condition.version(3)), lambda mark: {"mark": {"S": mark}}),
    "update_item": (Update(KEY, Condition.version(3), {"version": 4}), lambda mark: {"mark": {"S": mark}}),
    "counter": (Update(KEY, Condition(exists=True), {}, {"count": 1}, mark="a"), lambda mark: {"a": {"S": mark}}),
    "map": (Update(KEY, Condition(absent=["u.7"]), {}, mark="u.7"), lambda mark: {"u": {"M": {"7": {"S": mark}}}}),
}


def lose_the_answer(client: BaseClient, method: str, borne: Any) -> list[str]:
    """The next request's answer is lost, the one after it is refused by an item that bears what `borne` makes of the
    first one's mark. Returns the marks sent.
    """
    marks: list[str] = []

    def answer(model: Any, params: Any, **_: object) -> Any:
        sent = json.loads(params["body"])
        values = sent["Item"] if "Item" in sent else sent["ExpressionAttributeValues"]
        (mark,) = {value["S"] for value in values.values() if value.get("S", "")[:MARK_LENGTH].isdigit()}
        marks.append(mark)
        if len(marks) == 1:
            raise ConnectionClosedError(endpoint_url="x")
        refusal = {"Error": {"Code": "ConditionalCheckFailedException"}, "Item": {**ITEM, **borne(marks[0])}}
        return AWSResponse("x", 400, HTTPHeaders(), None), {**refusal, "ResponseMetadata": {"HTTPStatusCode": 400}}

    client.meta.events.register_first("before-call.dynamodb", answer)
    return marks


@pytest.mark.parametrize("kind", MARKED)
def test_a_write_whose_answer_was_lost_meets_its_own_result(client: BaseClient, kind: str) -> None:
    write, borne = MARKED[kind]
    marks = lose_the_answer(client, kind, borne)
    store = Store(client, lambda: next(IDS))
    store.begin(VirtualTime().budget())
    store.write(write)
    assert len(marks) == 2
    assert len(set(marks)) == 1


@pytest.mark.parametrize("kind", MARKED)
def test_a_rival_s_mark_is_a_lost_race(client: BaseClient, kind: str) -> None:
    write, borne = MARKED[kind]
    lose_the_answer(client, kind, lambda mark: borne("another"))
    store = Store(client, lambda: next(IDS))
    store.begin(VirtualTime().budget())
    with pytest.raises(WriteLost):
        store.write(write)


def test_a_rival_s_next_version_shows_the_marks_before_its_own(client: BaseClient) -> None:
    write, borne = MARKED["put_item"]
    lose_the_answer(client, "put_item", lambda mark: borne(f"rival {mark} older oldest"))
    store = Store(client, lambda: next(IDS))
    store.begin(VirtualTime().budget())
    store.write(write)


@pytest.mark.parametrize("kind", ["put_item", "update_item"])
def test_marks_of_the_item_as_read_go_on(store: Store, stub: Stubber, kind: str) -> None:
    stub.add_response("get_item", {"Item": {**ITEM, "mark": {"S": "1 2 3 4"}}})
    store.get([KEY])
    sent: list[Any] = []
    store.client.meta.events.register_first("provide-client-params.dynamodb", lambda params, **_: sent.append(params))
    stub.add_response(kind, {})
    store.write(MARKED[kind][0])
    values = sent[0].get("Item") or sent[0]["ExpressionAttributeValues"]
    assert any(value.get("S", "")[MARK_LENGTH:] == " 1 2 3" for value in values.values())


def test_a_delete_that_finds_nothing_after_a_lost_answer_has_done_its_work(store: Store, stub: Stubber) -> None:
    stub.add_client_error("delete_item", "InternalServerError", http_status_code=500)
    stub.add_client_error("delete_item", "ConditionalCheckFailedException")
    store.write(WRITES["delete_item"])
    stub.add_client_error("delete_item", "ConditionalCheckFailedException")
    with pytest.raises(WriteLost):
        store.write(WRITES["delete_item"])


def test_every_try_of_a_transaction_has_the_same_token_and_every_transaction_its_own(client: BaseClient) -> None:
    tokens = []

    def fail(params: Any, **_: object) -> None:
        tokens.append(json.loads(params["body"])["ClientRequestToken"])
        raise ConnectionClosedError(endpoint_url="x")

    client.meta.events.register_first("before-call.dynamodb", fail)
    store = Store(client)
    store.begin(VirtualTime().budget())
    for _ in range(2):
        with pytest.raises(DependencyDown):
            store.write(WRITES["update_item"], WRITES["delete_item"])
    assert [tokens.count(token) for token in dict.fromkeys(tokens)] == [TRIES, TRIES]


def test_who_writes_beside_a_lost_transaction(store: Store, stub: Stubber) -> None:
    other = Key("U", "q", "s")
    cancelled(stub, "ConditionalCheckFailed", "TransactionConflict")
    with pytest.raises(WriteLost) as lost:
        store.write(WRITES["update_item"], Delete(other, Condition(exists=True)))
    assert (set(lost.value.current), lost.value.busy) == ({KEY}, {other})
