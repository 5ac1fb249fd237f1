"""What DynamoDB's answers become: botocore's own stub in place of the service."""

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError
from botocore.stub import Stubber

from commerce.call import TimeBudget
from commerce.errors import Contention, DependencyDown
from commerce.storage import Condition, Delete, Key, Put, StorageFailure, Store, Update, WriteLost
from commerce.storage.store import client_config

KEY = Key("T", "p", "s")
ITEM = {"pk": {"S": "p"}, "sk": {"S": "s"}, "version": {"N": "3"}, "document": {"B": b"x"}, "active": {"BOOL": True}}
READ = {"pk": "p", "sk": "s", "version": 3, "document": b"x", "active": True}


@pytest.fixture
def client() -> BaseClient:
    session = botocore.session.Session()
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
    return Store(client)


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
    store.begin(TimeBudget(0.01))
    left = {"T": {"Keys": [KEY.wire()], "ConsistentRead": True}}
    stub.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": left})
    with pytest.raises(Contention):
        store.get([KEY, Key("T", "q", "s")])


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
        ("AccessDeniedException", 400, StorageFailure),
        ("ValidationException", 400, StorageFailure),
        ("ResourceNotFoundException", 400, StorageFailure),
    ],
)
def test_errors_of_the_service(store: Store, stub: Stubber, code: str, status: int, error: type[Exception]) -> None:
    stub.add_client_error("get_item", code, http_status_code=status)
    with pytest.raises(error):
        store.get([KEY])
    stub.add_client_error("update_item", code, http_status_code=status)
    with pytest.raises(error):
        store.write(WRITES["update_item"])


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="x"),
        ConnectTimeoutError(endpoint_url="x"),
        ConnectionClosedError(endpoint_url="x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_service_that_does_not_answer(client: Any, error: Exception) -> None:
    def fail(**_: object) -> None:
        raise error

    client.meta.events.register_first("before-call.dynamodb", fail)
    with pytest.raises(DependencyDown):
        Store(client).get([KEY])


def test_the_client_gives_up_before_the_function_does() -> None:
    config: Any = client_config(validate_parameters=False)
    slowest = (config.connect_timeout + config.read_timeout) * config.retries["max_attempts"]
    assert TimeBudget().remaining + slowest < 15
