"""Tables of figures: on the terminal, as Markdown, CSV and plain data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Cell = str | int | float | None
FORMS = ("table", "markdown", "csv", "json")
_NAMES = 12  # characters that the first column needs at least
_WIDTH = 200  # of tables that do not go to a terminal: a pipe has no width to keep to


@dataclass(frozen=True, slots=True)
class Table:
    """A title, names of columns, and rows whose first cell names them."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]


def as_data(tables: Iterable[Table]) -> dict[str, list[dict[str, Cell]]]:
    """For programs: by title, an object a row with the names of the columns."""
    return {table.title: [dict(zip(table.columns, row, strict=True)) for row in table.rows] for table in tables}


def as_markdown(tables: Iterable[Table], *, titled: bool = False) -> str:
    """The tables one below the other, with their titles as paragraphs if ``titled``."""
    parts = []
    for table in tables:
        rule = "|".join(["---", *("---:" for _ in table.columns[1:])])
        lines = ["| " + " | ".join(map(_escaped, row)) + " |" for row in (table.columns, *table.rows)]
        parts.append("\n".join([f"**{table.title}**\n"] * titled + [lines[0], f"|{rule}|", *lines[1:]]))
    return "\n\n".join(parts)


def as_csv(tables: Sequence[Table]) -> str:
    """One CSV (RFC 4180) of all tables, the first column their title; numbers unrounded. Tables of the same columns share a header."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    header: tuple[str, ...] = ()
    for table in tables:
        if table.columns != header:
            header = table.columns
            writer.writerow(("table", *header))
        writer.writerows((table.title, *("" if cell is None else cell for cell in row)) for row in table.rows)
    return stream.getvalue()


def as_text(tables: Iterable[Table]) -> str:
    """With lines around the cells, as `print_tables` prints them where there is no terminal."""
    from rich.console import Console

    stream = io.StringIO()
    _print(tables, Console(file=stream, width=_WIDTH))
    return stream.getvalue()


def print_tables(tables: Iterable[Table]) -> None:
    """On the terminal, by rich."""
    from rich.console import Console

    console = Console()
    _print(tables, console if console.is_terminal else Console(width=_WIDTH))


def _print(tables: Iterable[Table], console: Any) -> None:
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text  # cells may hold anything; brackets would be read as markup

    for table in tables:
        tall = any(isinstance(cell, str) and "\n" in cell for row in table.rows for cell in row)
        grid = Grid(title=Text(table.title), title_justify="left", show_lines=tall, box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        numbers = sum(_width(table, number) + 1 for number in range(1, len(table.columns)))
        grid.padding = (0, 0) if numbers + len(table.columns) + 2 * _NAMES > console.width else (0, 1, 0, 0)
        for number, column in enumerate(table.columns):
            # On a narrow terminal the names give way first. What then is still too wide is folded: cut short, it would be another figure.
            whole = bool(number) and numbers + _NAMES <= console.width
            grid.add_column(Text(column), justify="right" if number else "left", overflow="fold", no_wrap=whole)
        for row in table.rows:
            grid.add_row(*(Text(cell_text(cell)) for cell in row))
        console.print(grid)


def _width(table: Table, number: int) -> int:
    cells = (table.columns[number], *(cell_text(row[number]) for row in table.rows))
    return max(len(line) for cell in cells for line in cell.split("\n"))


def _escaped(cell: Cell) -> str:
    return cell_text(cell).replace("|", "\\|").replace("\n", " ")


def cell_text(cell: Cell) -> str:
    """As people read it: whole numbers with commas for thousands, others rounded."""
    if cell is None:
        return ""
    if isinstance(cell, float):  # shares with three places, sizes with four figures
        return f"{cell:.3f}" if abs(cell) <= 1 else f"{cell:.4g}"
    return f"{cell:,}" if isinstance(cell, int) else cell
