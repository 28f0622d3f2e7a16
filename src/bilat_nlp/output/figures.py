"""Pictures of counts, by matplotlib; it is an extra, and imported only here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Bars:
    """Stacked bars: for every name of a series one number a label."""

    title: str
    labels: list[str]
    series: dict[str, list[int]]


def draw(stacks: Sequence[Bars], lengths: Mapping[str, Sequence[int]], path: Path) -> None:
    """Draws each stack and the lengths of documents in words, one below the other, into a file whose ending says the kind of picture.

    Raises ImportError without matplotlib, ValueError for another ending, and OSError.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    heights = [1.2 + 0.24 * len(bars.labels) for bars in stacks] + [1.2 + 0.4 * len(lengths)]
    figure = Figure(figsize=(10, sum(heights)), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    if path.suffix.removeprefix(".") not in canvas.get_supported_filetypes():
        raise ValueError(f"no picture can be written with the ending {path.suffix!r}; use .png, .svg or .pdf")
    rows = figure.subplots(len(heights), 1, gridspec_kw={"height_ratios": heights}, squeeze=False)[:, 0]
    for axes, bars in zip(rows, stacks, strict=False):
        left = [0] * len(bars.labels)
        for name, values in bars.series.items():
            axes.barh(bars.labels, values, left=left, label=name)
            left = [sum(pair) for pair in zip(left, values, strict=True)]
        axes.invert_yaxis()
        axes.set_title(bars.title, loc="left")
        axes.spines[["top", "right"]].set_visible(False)
    if len(stacks):
        rows[0].legend(loc="lower right", ncols=3, fontsize="small")
    rows[-1].boxplot(list(lengths.values()), orientation="horizontal", tick_labels=list(lengths), showfliers=False)
    rows[-1].invert_yaxis()
    rows[-1].set_title("words in a document", loc="left")
    rows[-1].spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)
