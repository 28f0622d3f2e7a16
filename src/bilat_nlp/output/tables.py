"""Events as rows: CSV with stable columns, and a table for reading.

In CSV, several values of a cell are divided by ``;`` (a ``;`` inside a text becomes a comma) and white space is collapsed; the offsets lead
to the exact words. Text cells that a spreadsheet would take for a formula (they begin with ``= + - @``) get a leading apostrophe: the
text comes from strangers, and a formula in it would run. Codes and dates never begin so and stay as they are.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from bilat_nlp.records import Argument, Document, Event

COLUMNS = (
    "document", "lang", "event", "type", "modality", "date", "actor_codes", "recipient_codes", "actors", "recipients", "objects",
    "location", "location_code", "cameo", "plover_type", "plover_mode", "goldstein", "confidence", "trigger", "start", "end", "evidence",
)  # fmt: skip
NARROW = 76  # columns of a terminal below which five columns side by side cannot be read
_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F))


def clean(text: str) -> str:
    """One line: white space collapsed, control characters and changes of direction gone (a terminal would obey them)."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else "\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    return " ".join(kept.translate(_BIDI).split())


def _guarded(text: str) -> str:
    text = clean(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _joined(values: Iterable[str | None]) -> str:
    """Different values in their order."""
    return ";".join(dict.fromkeys(clean(value).replace(";", ",") for value in values if value))


def row(document: Document, event: Event) -> dict[str, str | int | float | None]:
    """The cells of an event by column."""
    trigger = event.triggers[0] if event.triggers else None
    plover = event.plover or {}
    return {
        "document": _guarded(document.id),
        "lang": document.lang,
        "event": _guarded(event.id),
        "type": event.type,
        "modality": event.modality,
        "date": event.date.value if event.date else None,
        "actor_codes": _joined(a.code for a in event.actor),
        "recipient_codes": _joined(a.code for a in event.recipient),
        "actors": _guarded(_joined(a.text for a in event.actor)),
        "recipients": _guarded(_joined(a.text for a in event.recipient)),
        "objects": _guarded(_joined(a.text for a in event.object)),
        "location": _guarded(_joined(a.name or a.text for a in event.location)),
        "location_code": _joined(a.code for a in event.location),
        "cameo": event.cameo,
        "plover_type": plover.get("type"),
        "plover_mode": plover.get("mode"),
        "goldstein": event.goldstein,
        "confidence": event.confidence,
        "trigger": _guarded(trigger.text) if trigger else None,
        "start": trigger.start if trigger else None,
        "end": trigger.end if trigger else None,
        "evidence": _guarded(_joined(event.evidence)),
    }


def csv_head() -> str:
    """The first line of the CSV form: the names of its columns."""
    return _csv_line(COLUMNS)


def csv_rows(document: Document) -> str:
    """The lines of a document's events, an empty string if there are none. Strings are quoted, numbers are not."""
    return "".join(_csv_line(row(document, event).values()) for event in document.events)


def _csv_line(cells: Iterable[str | int | float | None]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerow(cells)
    return line.getvalue()


def sides(event: Event) -> str:
    """Who -> whom in codes, a side without a code in its own words."""
    return " → ".join(", ".join(dict.fromkeys(_side(a) for a in role)) for role in (event.actor, event.recipient) if role)


def _side(argument: Argument) -> str:
    return argument.code or f"“{clean(argument.text)}”"


def context(text: str, start: int, end: int, room: int) -> tuple[str, str, str]:
    """Before, trigger, after: whole words of the trigger's own line, about ``room`` characters in all."""
    reach = max(0, room - (end - start)) // 2
    before, after = text[max(0, start - reach) : start], text[end : end + reach]
    line = before.rpartition("\n")[2]
    if line == before and start > reach:  # cut inside the line
        line = "…" + (before.partition(" ")[2] if " " in before else "")
    rest = after.partition("\n")[0]
    if rest == after and end + reach < len(text):
        rest = (after.rpartition(" ")[0] if " " in after else "") + "…"
    left = clean(line) + (" " if line[-1:].isspace() else "")
    return left, clean(text[start:end]), (" " if rest[:1].isspace() else "") + clean(rest)


def table(document: Document, text: str, *, width: int = 100, colour: bool = False) -> str:
    """The events of one document for reading, with a line end.

    Args:
        text: what the offsets refer to.
        width: columns to fill at most; below `NARROW` the events are listed one under the other.
        colour: with the colour codes of a terminal; without, the trigger stands in square brackets.
    """
    from rich.console import Console

    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, color_system="standard" if colour else None, highlight=False, markup=False,
        emoji=False, legacy_windows=False,
    )  # fmt: skip
    for part in _parts(document, text, width, colour):
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def _parts(document: Document, text: str, width: int, colour: bool) -> Iterator[RenderableType]:
    from rich.text import Text

    head = Text(clean(document.id), style="bold")
    head.append("".join(f"  {fact}" for fact in (document.lang, document.date) if fact), style="not bold")
    count = len(document.events)
    if not count:
        yield head.append(f"  no events{f': {clean(document.reason)}' if document.reason else ''}", style="not bold")
        return
    yield head.append(f"  {count} event{'' if count == 1 else 's'}", style="not bold")
    yield from _listed(document, text, width, colour) if width < NARROW else [_columns(document, text, width, colour)]


def _columns(document: Document, text: str, width: int, colour: bool) -> RenderableType:
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, width=width, pad_edge=False, padding=(0, 1), show_edge=False)
    made.add_column("date", no_wrap=True)
    made.add_column("type", no_wrap=True)
    made.add_column("who → whom", max_width=20, overflow="fold")
    made.add_column("where", max_width=16, overflow="fold")
    made.add_column("trigger in context", ratio=1, overflow="fold")
    for event in document.events:
        when = event.date.value.replace("/", "/\n") if event.date else ""
        made.add_row(when, _type(event, "\n"), sides(event), _place(event), _shown(event, text, max(40, (width - 64) * 2 - 12), colour))
    return made


def _listed(document: Document, text: str, width: int, colour: bool) -> Iterator[Text]:
    from rich.text import Text

    for event in document.events:
        facts = [event.date.value if event.date else "", _type(event, " "), sides(event), _place(event)]
        yield Text("- " + "  ".join(filter(None, facts)))
        yield Text("  ").append_text(_shown(event, text, max(12, width - 8), colour))


def _type(event: Event, joint: str) -> str:
    return event.type if event.modality == "actual" else f"{event.type}{joint}({event.modality})"


def _place(event: Event) -> str:
    return ", ".join(dict.fromkeys(clean(place.name or place.text) for place in event.location))


def _shown(event: Event, text: str, room: int, colour: bool) -> Text:
    from rich.text import Text

    if not event.triggers:
        return Text("")
    left, word, right = context(text, event.triggers[0].start, event.triggers[0].end, room)
    return Text.assemble(left, (word, "bold cyan") if colour else f"[{word}]", right)
