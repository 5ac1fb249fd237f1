"""A warm function: `python -S requests_by_turns.py FOLDER EVENTS`, told on standard input what to do.

`live N`: N requests against the database. `replay N`: N requests whose SDK calls are answered from memory with what the
database said before, so that the handler's own work is left. Answers one JSON line: microseconds of each request, wall
clock and CPU.
"""

import json
import os
import sys
import time

folder, events_file = sys.argv[1:3]
with open(events_file, encoding="utf-8") as file:
    events = json.load(file)
answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

sys.path.insert(0, folder)
import app  # type: ignore[import-not-found]  # noqa: E402
from botocore.client import BaseClient  # noqa: E402

call, heard = BaseClient._make_api_call, {}


def live(client, operation, arguments):
    heard[operation] = answer = call(client, operation, arguments)
    return answer


def replay(client, operation, arguments):
    return heard[operation]


turn = 0
for line in sys.stdin:
    mode, count = line.split()
    BaseClient._make_api_call = replay if mode == "replay" else live
    wall, cpu = [], []
    for _ in range(int(count)):
        # what is replayed was read before the last live request: that one changes it again
        turn += mode == "live"
        event = events[turn % len(events)]
        cpu_began, wall_began = time.process_time_ns(), time.perf_counter_ns()
        status = app.handler(event, None)["statusCode"]
        wall.append((time.perf_counter_ns() - wall_began) / 1000)
        cpu.append((time.process_time_ns() - cpu_began) / 1000)
        if status != 200:
            raise SystemExit(f"{status} from {folder}")
    print(json.dumps({"wall": wall, "cpu": cpu}), file=answers, flush=True)
