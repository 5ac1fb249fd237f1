"""`python -m bench [--quick]`: measures everything in one run and writes it into docs/performance.md with a picture.

Everything runs on this machine, one process at a time, contenders by turns; figures are medians. `--quick` takes few
rounds and counts no instructions: a look, written to the terminal only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from bench import alike, clients, cold, contenders, report, warm
from bench.contenders import WORK, Field
from bench.stage import stage
from local.workspace import ROOT, say

PRICING = Path(__file__).with_name("pricing.py")
PICTURE = Path(__file__).with_name("picture.py")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args(arguments).quick
    began = time.monotonic()
    field = contenders.prepare()
    say(f"layer and peers on CPython {field.version}: {time.monotonic() - began:.0f} s")
    results = measure(field, quick=quick)
    results.minutes = (time.monotonic() - began) / 60
    text = report.written(results)
    print(text)
    if quick:
        return
    report.put_into_document(report.MARKS, text)
    data = WORK / "picture.json"
    data.write_text(json.dumps(report.picture_data(results)), encoding="utf-8")
    drawing = [str(contenders.PEERS_VENV / "bin" / "python"), str(PICTURE), str(data)]
    subprocess.run([*drawing, str(ROOT / "docs" / "performance.svg")], check=True)


def measure(field: Field, *, quick: bool) -> report.Results:
    updates = contenders.profile_updates()
    everybody = [*field.peers.values(), field.ours]
    with stage() as place:
        alike.check(place, field, everybody, updates[0])
        say("warm requests")
        warm_found = warm.measure(
            place, field, everybody, updates, 9 if quick else 45, 10 if quick else 20, count=not quick
        )
        say("client calls")
        clients_found = clients.measure(place, field, 1 if quick else 7, 300)
        say("cold starts of the peers and of updateProfile")
        starts = [(contender, updates[0]) for contender in everybody]
        cold_found = cold.measure(place, field, starts, 1 if quick else 9, count=not quick)
        say("cold starts of the other functions")
        others = [contender for contender in field.functions.values() if contender is not field.ours]
        outcomes = {contender.name: contenders.events(contender.name) for contender in others}
        starts = [(contender, outcomes[contender.name][0][0]) for contender in others]
        cold_found |= cold.measure(place, field, starts, 1 if quick else 3, count=not quick)
    say("pricing")
    done = subprocess.run(
        [field.python, "-S", str(PRICING), "2" if quick else "9"],
        env={"PYTHONPATH": field.ours.path},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return report.Results(
        field=field,
        database=place.database,
        cold=cold_found,
        outcomes={name: outcome for name, (_, outcome) in outcomes.items()},
        warm=warm_found,
        clients=clients_found,
        pricing={int(lines): (took, plain) for lines, (took, plain) in json.loads(done.stdout).items()},
    )


if __name__ == "__main__":
    main()
