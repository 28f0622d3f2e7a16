"""A table of CAMEO codes: gold, or the output of another program, in columns date, source, target, code and optionally id and text.

With a header line columns are found by their names (``[columns]`` in ``cameo.toml``); without one they stand as the programs of the
PETRARCH family write them (``[defaults]``). Rows with the same id, or else the same text, make a document; in a table without ids and
texts those of one date do (see `days`).
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from bilat_nlp import edtf, ontology
from bilat_nlp.evaluation.foreign import scheme as schemes
from bilat_nlp.evaluation.foreign.lines import Found, text_of
from bilat_nlp.evaluation.foreign.scheme import Scheme
from bilat_nlp.records import Argument, DateValue, Document, Event, RecordError

_PIECE = 3  # actor codes are made of pieces of three letters: state or kind, then roles
_ROOTS = 20
_NAME = "cameo"
_NEEDED = ("source", "target", "code")
_NO_ZEROS = "codes have 2 to 4 digits and begin with 01 to 20; if a spreadsheet cut the zero (42 for 042), export the column as text"


def read(
    path: Path,
    scheme: Scheme | None = None,
    notes: Counter[str] | None = None,
    splits: Collection[str] | None = None,
    columns: Mapping[str, int] | None = None,
) -> Iterator[Found]:
    """The documents of a table, in the order of their first rows.

    Args:
        path: with tabs if its name ends in .tsv, .txt or .tab (before .gz), else with commas.
        scheme, notes: as in the other readers.
        splits: none of these tables is split.
        columns: position of ``date``, ``source``, ``target``, ``code``, ``id``, ``text``, counted from 0, of a file without header.

    Raises:
        RecordError: a sentence with file, line and mend.
    """
    scheme, notes = scheme or schemes.load(_NAME), Counter() if notes is None else notes
    if splits is not None:
        raise RecordError(f"{path}: a table of codes is not split; leave the choice of a split out")
    found: dict[str, Found] = {}
    for place, cells in _rows(path, scheme, columns):
        text = cells.get("text") or None
        day = None if cells.get("id") or text else _date(cells.get("date", "").strip(), place)
        key = cells.get("id") or text or day
        if not key:
            raise RecordError(f"{place}: the row says neither id nor text nor date, so that nothing compares with it; add one of them")
        if key not in found:
            found[key] = Found(Document(id=cells.get("id") or day or f"{path.name}-{len(found) + 1}", text=text, date=day))
        page = found[key]
        if text and page.document.text is None:
            page.document.text = text
        elif text and text != page.document.text:
            raise RecordError(f"{place}: another text under the id {key!r} than before; give each document its own id")
        event = _event(cells, f"{page.document.id}#{len(page.events) + 1}", scheme, notes, place)
        page.events.append((event, event.codes()))
    return iter(found.values())


def event_class(code: str, scheme: Scheme | None = None) -> str:
    """The class of a CAMEO code by its root: ``"042"`` is CONSULT. Raises RecordError for what is no code."""
    code = code.strip()
    if not (code.isascii() and code.isdecimal() and 2 <= len(code) <= 4 and 1 <= int(code[:2]) <= _ROOTS):
        raise RecordError(f"{code!r} is no CAMEO code: {_NO_ZEROS}")
    return (scheme or schemes.load(_NAME)).class_of(code[:2])


def actor_code(actor: str, scheme: Scheme | None = None) -> str | None:
    """Our code for a CAMEO actor: ``USAGOV`` is USA, ``IGOUNODEVWBK`` is IGO-WB; None for regions, groups and unknown organisations."""
    table = (scheme or schemes.load(_NAME)).tables["actors"]
    pieces = [actor.strip().upper()[at : at + _PIECE] for at in range(0, len(actor.strip()), _PIECE)]
    if not pieces:
        return None
    state = table["codes"].get(pieces[0], pieces[0])
    if state in ontology.current().states:
        return str(state)
    known = [table["igos"][piece] for piece in pieces if piece in table["igos"]]
    return known[-1] if known and (pieces[0] == table["igo"] or pieces[0] in table["igos"]) else None


def _event(cells: Mapping[str, str], id: str, scheme: Scheme, notes: Counter[str], place: str) -> Event:
    try:
        event = Event(id=id, type=event_class(cells["code"], scheme), cameo=cells["code"].strip())
    except RecordError as error:
        raise RecordError(f"{place}: {error}") from None
    for role, column in (("actor", "source"), ("recipient", "target")):
        if name := cells[column].strip():
            code = actor_code(name, scheme)
            if code is None:
                notes["actors that are no state or organisation we know"] += 1
            getattr(event, role).append(Argument(0, 0, name, code=code))
    if date := _date(cells.get("date", "").strip(), place):
        event.date = DateValue(date, 0, 0, "")
    return event


def _date(cell: str, place: str) -> str | None:
    """EDTF, also from 20180517."""
    value = f"{cell[:4]}-{cell[4:6]}-{cell[6:]}" if len(cell) == 8 and cell.isdecimal() else cell
    if value and not edtf.is_edtf(value):
        raise RecordError(f"{place}: {cell!r} in the column of dates is no date; write 2018-05-17 or 20180517, or leave the cell empty")
    return value or None


def _rows(path: Path, scheme: Scheme, columns: Mapping[str, int] | None) -> Iterator[tuple[str, dict[str, str]]]:
    """Each row with its place, cells by our names of the columns. Raises RecordError."""
    tabs = Path(path.name.removesuffix(".gz")).suffix in (".tsv", ".txt", ".tab")
    form: dict[str, Any] = {"delimiter": "\t", "quoting": csv.QUOTE_NONE} if tabs else {"delimiter": ","}
    lines = csv.reader(io.StringIO(text_of(path), newline=""), **form)
    where = columns
    try:
        for cells in lines:
            place = f"{path}:{lines.line_num}"
            if not any(cell.strip() for cell in cells):
                continue
            if where is None:
                where = _without_header(cells, scheme)
                if where is None:
                    where = _header(cells, scheme, place)
                    continue
            wanted = max(where.values()) + 1
            if len(cells) < wanted:
                raise RecordError(f"{place}: {len(cells)} cells where at least {wanted} should stand; fill the missing ones")
            yield place, {name: cells[at] for name, at in where.items()}
    except csv.Error as error:
        raise RecordError(f"{path}:{lines.line_num}: no row of a table ({error}); save it as CSV in UTF-8 again") from None


def _without_header(cells: list[str], scheme: Scheme) -> Mapping[str, int] | None:
    """Where the columns stand if the first line is a row of data already, told by the code in it; else None."""
    defaults = scheme.tables["defaults"]
    if len(cells) <= defaults["code"] or not cells[defaults["code"]].strip().isdecimal():
        return None
    return {name: at for name, at in defaults.items() if at < len(cells)}


def _header(cells: list[str], scheme: Scheme, place: str) -> Mapping[str, int]:
    """Where the columns of these names stand; of several names of one column the one that stands first in ``cameo.toml`` counts."""
    names = [cell.strip().casefold() for cell in cells]
    found = {ours: [name for name in theirs if name in names] for ours, theirs in scheme.tables["columns"].items()}
    if missing := [name for name in _NEEDED if not found[name]]:
        known = "; ".join(f"{name} may be called {', '.join(scheme.tables['columns'][name])}" for name in missing)
        raise RecordError(f"{place}: no column {' and no column '.join(missing)}; name the columns in the first line ({known})")
    return {ours: names.index(present[0]) for ours, present in found.items() if present}
