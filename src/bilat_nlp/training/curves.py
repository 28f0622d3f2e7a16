"""The course of a run as a picture, by matplotlib; it is an extra, and imported only here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bilat_nlp.output.write import whole

FORMATS = ("png", "svg")
PANELS = {"losses": "loss in training", "figures": "figures on the development documents"}


def draw(history: Sequence[Mapping[str, Any]], folder: Path) -> list[Path]:
    """Draws losses and figures over the steps, one below the other, into ``curves.png`` and ``curves.svg`` of the folder.

    ``history`` are the validations as `folder.RunFolder.history` gives them. Equal histories give equal files.
    Raises ImportError without matplotlib, ValueError without a validation, and OSError.
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    if not history:
        raise ValueError("there is nothing to draw before the first validation")
    figure = Figure(figsize=(9, 7), layout="constrained")
    FigureCanvasAgg(figure)
    steps = [line["step"] for line in history]
    best = [line["step"] for line in history if line["best"]]
    for axes, (panel, title) in zip(figure.subplots(len(PANELS), 1, sharex=True), PANELS.items(), strict=True):
        for number, name in enumerate(dict.fromkeys(name for line in history for name in line[panel])):
            values = [line[panel].get(name) for line in history]
            style = ("-", "--", ":", "-.")[number // 10 % 4]  # ten colours; then another line
            axes.plot(steps, [float("nan") if value is None else value for value in values], style, marker=".", label=name)
        if best:
            axes.axvline(best[-1], color="grey", linewidth=0.8, label="best")
        axes.set_title(title, loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize="small", frameon=False)
    axes.set_xlabel("steps")
    written = []
    with matplotlib.rc_context({"svg.hashsalt": "bilat-nlp"}):
        for form in FORMATS:
            written.append(folder / f"curves.{form}")
            with whole(written[-1]) as stream:
                figure.savefig(stream, format=form, dpi=110, metadata={"Date": None} if form == "svg" else {"Software": None})
    return written
