"""One cold start: import a handler, answer events, tell what it took.

`python -S one_request.py FOLDER EVENTS RESULT`: FOLDER holds app.py, EVENTS is a JSON list of events, RESULT the file
to write. Imports nothing that the managed runtime does not import itself.
"""

import json
import sys
import time

folder, events_file, result_file = sys.argv[1:4]
with open(events_file, encoding="utf-8") as file:
    events = json.load(file)

sys.path.insert(0, folder)
began = time.process_time()
import app  # type: ignore[import-not-found]  # noqa: E402

imported = time.process_time()
answers = [app.handler(event, None) for event in events]
done = time.process_time()

with open("/proc/self/status") as file:
    # of this program alone: getrusage's figure starts with the parent's
    peak_mb = next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024

with open(result_file, "w", encoding="utf-8") as file:
    json.dump(
        {
            "answers": answers,
            "importMs": (imported - began) * 1000,
            "requestMs": (done - imported) * 1000,
            "peakMb": peak_mb,
            "modules": sorted(sys.modules),
        },
        file,
    )
