"""A function with a cart: `python -S cart_calls.py FOLDER CASES`, told on standard input what to do.

CASES: a JSON file with the gateway `event`, the `lines` of a first post by number, and the shipping `groups`.
A line of input is `MODE FORM LINES COUNT`. FORM:
  first   a cart is created
  change  the lines as a storefront keeps them, the quantity of one changed
  echo    the whole answer sent back, and the whole answered
MODE: `live` against the database; `replay` with SDK calls answered from memory by what the database said before, so
that the handler's own work is left; `floor`: the request's text read and the answer's written by orjson, and no more.
Answers a JSON line with the microseconds of each request, and what the last one took.

Around each request it asks for the load average, which nothing else does: there callgrind writes its counts down.
"""

import json
import os
import sys
import time

folder, cases_file = sys.argv[1:3]
with open(cases_file, encoding="utf-8") as file:
    cases = json.load(file)
answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

sys.path.insert(0, folder)
import commerce.call  # noqa: E402

commerce.call.BUDGET_SECONDS = 3600.0  # no caller waits, and counting takes its time

import app  # type: ignore[import-not-found]  # noqa: E402
import orjson  # noqa: E402
from botocore.client import BaseClient  # noqa: E402

call = BaseClient._make_api_call
heard: list = []
traffic = {"sent": 0, "received": 0}


def heard_live(client, operation, arguments):
    answer = call(client, operation, arguments)
    heard.append(answer)
    return answer


def replay(client, operation, arguments):
    # batches side by side come in any order, and their answers are put together anyway
    answer = heard.pop(0)
    heard.append(answer)
    return answer


def count_bytes(request, **_):
    traffic["sent"] += len(request.body or b"")


def count_answer(http_response, **_):
    traffic["received"] += len(http_response.content)


app.parts.store.client.meta.events.register("before-send.dynamodb", count_bytes)
app.parts.store.client.meta.events.register("after-call.dynamodb", count_answer)


def event(body, whole):
    query = {"includeShippingGroups": ["true"]} if whole else None
    single = {name: values[-1] for name, values in query.items()} if query else None
    return {
        **cases["event"],
        "queryStringParameters": single,
        "multiValueQueryStringParameters": query,
        "body": json.dumps(body),
    }


def ask(given):
    answer = app.handler(given, None)
    if answer["statusCode"] != 200:
        raise SystemExit(f"{answer['statusCode']} from {folder}: {answer['body']}")
    return answer


def requests(form, lines):
    """Two events by turns, so that each changes something. A cart is made for those that need one."""
    first = {"op": "create", "shoppingCart": {"items": cases["lines"][lines]}, "shippingGroups": cases["groups"]}
    if form == "first":
        return [event(first, whole=False)] * 2
    made = json.loads(ask(event(first, whole=True))["body"])
    if form == "echo":
        return [event({"op": "update", **made}, whole=True)] * 2
    both = []
    for quantity in (7, 8):
        items = [
            {name: item[name] for name in ("commerceItemId", "productId", "catRefId", "quantity")}
            for item in made["shoppingCart"]["items"]
        ]
        items[len(items) // 2]["quantity"] = quantity
        both.append(event({"op": "update", "shoppingCart": {"items": items}}, whole=False))
    return both


def peak_mb():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


for line in sys.stdin:
    mode, form, lines, count = line.split()
    BaseClient._make_api_call = heard_live
    events = requests(form, lines)
    ask(events[0])
    heard.clear()
    traffic.update(sent=0, received=0)
    last = ask(events[1])
    meter = app.parts.store.meter
    facts = {
        "calls": meter.calls,
        "readUnits": meter.read_units,
        "writeUnits": meter.write_units,
        "request": len(events[1]["body"].encode()),
        "answer": len(last["body"].encode()),
        **traffic,
    }
    request, answer = events[1]["body"].encode(), orjson.loads(last["body"])
    BaseClient._make_api_call = replay if mode == "replay" else call
    wall, cpu = [], []
    for turn in range(int(count)):
        # what is replayed was read before the last live request: that one changes it again
        given = events[1 if mode == "replay" else turn % 2]
        os.getloadavg()
        cpu_began, wall_began = time.process_time_ns(), time.perf_counter_ns()
        if mode == "floor":
            orjson.loads(request)
            orjson.dumps(answer)
        else:
            status = app.handler(given, None)["statusCode"]
            if status != 200:
                raise SystemExit(f"{status} from {folder}")
        wall.append((time.perf_counter_ns() - wall_began) / 1000)
        cpu.append((time.process_time_ns() - cpu_began) / 1000)
        os.getloadavg()
    print(json.dumps({"wall": wall, "cpu": cpu, "peakMb": peak_mb(), **facts}), file=answers, flush=True)
