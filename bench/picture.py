"""Draws the ratios: `python picture.py DATA PICTURE`. Runs where matplotlib is."""

import json
import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "performance"
mpl.rcParams["svg.fonttype"] = "none"

from matplotlib import pyplot as plt  # noqa: E402

OURS, PLAIN, PEER = "#1a7f5a", "#6b7280", "#c2c7cf"


def draw(data, picture):
    measures = data["measures"]
    figure, axes = plt.subplots(1, len(measures), figsize=(3.1 * len(measures), 3.2), sharey=True)
    for axis, (title, pairs) in zip(axes, measures.items(), strict=True):
        names, ratios = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        colours = [OURS if name == names[-1] else PLAIN if name == names[0] else PEER for name in names]
        bars = axis.barh(names, ratios, color=colours)
        axis.bar_label(bars, fmt="%.2f", padding=3, fontsize=9)
        axis.axvline(1, color=PLAIN, linewidth=0.8, linestyle=":")
        axis.set_title(title, fontsize=10)
        axis.set_xlim(0, max(ratios) * 1.25)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].invert_yaxis()
    figure.suptitle(data["title"], fontsize=11)
    figure.tight_layout()
    figure.savefig(picture, metadata={"Date": None})


if __name__ == "__main__":
    draw(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.argv[2])
