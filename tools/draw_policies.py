"""Draws how policies compare, a panel a city: on time against mean response, with intervals.

    .venv/bin/python tools/draw_policies.py PICTURE.png FILE.jsonl…

The files hold lines of `beaconfire bench dispatch --json`. The look is the console's at night.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib import pyplot as plt

NIGHT: Final = {"bg0": "#0a0e13", "bg1": "#10161d", "line": "#2d3b49", "tx0": "#f1f5f9",
                "tx1": "#cfd8e3", "tx2": "#93a0ae", "acc": "#5aa9ff"}  # fmt: skip
SHOWN: Final = {
    "A": "A closest", "B": "B JEMSS's default", "C": "C DMEXCLP", "ours-0": "ours, no diversion",
    "B-standby": "B, our standby places", "ours-straight": "ours, straight lines",
    "ours-greedy": "ours, greedy", "ours-home": "ours, home", "ours": "ours, one diversion",
    "ours-free": "ours, any number", "ours-moving": "ours, any number, move-ups",
}  # fmt: skip
FIGURES: Final = (("on_time_pct", "on time, %"), ("high_within_8min_pct", "high within 8 min, %"),
                  ("mean_s", "mean response, s"))  # fmt: skip


def draw(files: list[Path], goal: Path) -> None:
    """A row a city, a column a figure, a line a policy."""
    mpl.rcParams.update({"font.family": "sans-serif", "font.size": 9, "text.color": NIGHT["tx1"],
                         "font.sans-serif": ["Inter", "DejaVu Sans"],
                         "axes.edgecolor": NIGHT["line"], "xtick.color": NIGHT["tx2"],
                         "ytick.color": NIGHT["tx1"], "axes.labelcolor": NIGHT["tx2"]})  # fmt: skip
    height = 0.6 + 3.1 * len(files)
    figure, axes = plt.subplots(len(files), 3, figsize=(11, height), squeeze=False)
    figure.set_facecolor(NIGHT["bg0"])
    for row, file in zip(axes, files, strict=True):
        lines = [json.loads(one) for one in file.read_text().splitlines()]
        known = {one["policy"]: one for one in lines}
        names = [one for one in SHOWN if one in known]
        for panel, (name, label) in zip(row, FIGURES, strict=True):
            _panel(panel, [known[one] for one in names], name, label)
        row[0].set_yticks(range(len(names)), [SHOWN[one] for one in names])
        for panel in row[1:]:
            panel.set_yticks(range(len(names)), [""] * len(names))
        city = lines[0]["city"].removeprefix("jemss_").capitalize()
        row[0].set_title(f"{city}, {lines[0]['reps']} repetitions, ± 95 % of the difference to B",
                         loc="left", color=NIGHT["tx0"], fontsize=11)  # fmt: skip
    figure.tight_layout(pad=1.2)
    figure.savefig(goal, dpi=130, facecolor=NIGHT["bg0"], metadata={"Software": None})


def _panel(panel: Any, lines: list[dict[str, Any]], name: str, label: str) -> None:
    """Points, the line of B, and what is ours in the operator's blue."""
    panel.set_facecolor(NIGHT["bg1"])
    base = next((one[name] for one in lines if one["policy"] == "B"), None)
    if base is not None:
        panel.axvline(base, color=NIGHT["tx2"], linewidth=1, linestyle=(0, (3, 3)))
    for at, one in enumerate(lines):
        is_ours = one["policy"].startswith("ours")
        color = NIGHT["acc"] if is_ours else NIGHT["tx2"]
        half = one.get(f"{name}_less_b_ci") or 0.0
        panel.errorbar(one[name], at, xerr=half, color=color, marker="o" if is_ours else "s",
                       markersize=6, capsize=2, linewidth=1.4)  # fmt: skip
        panel.annotate(f"{one[name]:.0f}" if name == "mean_s" else f"{one[name]:.1f}",
                       (one[name], at), xytext=(0, 6), textcoords="offset points", ha="center",
                       fontsize=7.5, color=NIGHT["tx0"])  # fmt: skip
    panel.set_xlabel(label)
    panel.set_ylim(-0.6, len(lines) - 0.2)
    panel.grid(axis="x", color=NIGHT["line"], linewidth=0.5, alpha=0.6)
    panel.set_axisbelow(True)
    for side in ("top", "right"):
        panel.spines[side].set_visible(False)


if __name__ == "__main__":
    draw([Path(one) for one in sys.argv[2:]], Path(sys.argv[1]))
