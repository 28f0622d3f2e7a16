"""``bilat-nlp extract``: documents in, events out."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bilat_nlp.cli._model import model_options, ready, settings
from bilat_nlp.output.write import FORMATS

if TYPE_CHECKING:
    from bilat_nlp.output.write import Writer
    from bilat_nlp.reading import Fault, Source
    from bilat_nlp.records import Document

BATCH = 64
PIPED_WIDTH = 100
FAULTS, USAGE, INTERRUPTED = 1, 2, 130  # exit codes


def _date(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    from bilat_nlp.reading import check_date

    try:
        return None if value is None else check_date(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None


def _lang(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from bilat_nlp.languages.loader import available

    if value not in available():
        raise click.BadParameter(f"{value!r} is not served; served are {', '.join(available())}.")
    return value


@click.command(epilog="Exit codes: 0 all documents read, 1 some could not be read, 2 wrong usage or nothing readable.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="By default that of the ending of OUTPUT, a table on a terminal, else jsonl."
)
@click.option("--date", callback=_date, metavar="EDTF", help="Date of documents that bring none: 2025-11-12, 2025-11 or 2025.")
@click.option("--lang", callback=_lang, metavar="CODE", help="Language of documents that name none; by default it is recognised.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here, whole or not at all.")
@click.option("--resume", is_flag=True, help="With -o and jsonl: keep OUTPUT.part on interruption and go on from it.")
@model_options
@click.option("--batch-size", type=click.IntRange(min=1), default=BATCH, show_default=True, help="Documents scored at once.")
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[str, ...], form: str | None, date: str | None, lang: str | None, output: Path | None, resume: bool,
    batch_size: int, **options: Any,
) -> None:  # fmt: skip
    """Extract diplomatic events from PATH...

    A .txt file is one document, a .jsonl file holds one a line as {"id", "text", "date"?, "lang"?}; folders are searched for both, and - is
    standard input as .jsonl.
    """
    if output == Path("-"):
        output = None
    # a shell can start a program with its streams closed; Python has None in their place then
    if output is None and sys.stdout is None:
        raise click.UsageError("standard output is closed; give -o OUTPUT.")
    if "-" in paths and sys.stdin is None:
        raise click.UsageError("'-' was given, but standard input is closed.")
    terminal = output is None and sys.stdout.isatty()
    form = form or _form_of(output) or ("table" if terminal else "jsonl")
    if resume and (output is None or form != "jsonl"):
        raise click.UsageError("--resume needs -o OUTPUT and the format jsonl.")
    if output is not None and not output.absolute().parent.is_dir():
        raise click.BadParameter(f"the folder {str(output.parent)!r} does not exist; make it first.", param_hint="'-o'")
    try:
        code = _Run(paths, date, lang, output, resume, batch_size, settings(**options)).go(form, terminal)
    except BrokenPipeError:
        # whoever reads has enough; what is still buffered must not complain at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except KeyboardInterrupt:
        click.echo(f"Interrupted.{' Call again with --resume to go on.' if resume else ''}", err=True)
        code = INTERRUPTED
    except OSError as error:
        raise click.ClickException(f"cannot write {output or 'the output'}: {error.strerror or error}; nothing was replaced.") from None
    ctx.exit(code)


def _form_of(output: Path | None) -> str | None:
    ending = output.suffix.lower().removeprefix(".") if output else ""
    return ending if ending in ("json", "csv", "jsonl") else None


class _Run:
    """One call: counts documents and faults on the way and knows the exit code at the end."""

    def __init__(
        self, paths: tuple[str, ...], date: str | None, lang: str | None, output: Path | None, resume: bool, batch_size: int,
        options: dict[str, Any],
    ) -> None:  # fmt: skip
        self.paths, self.date, self.lang, self.output, self.resume = paths, date, lang, output, resume
        self.batch_size, self.options = batch_size, options
        self.documents = self.lost = 0
        self.bar: Any = None

    def go(self, form: str, terminal: bool) -> int:
        """Exit code. Raises BadInput where the pipeline cannot be made, OSError from writing, and KeyboardInterrupt."""
        from bilat_nlp.output.write import finished

        done = finished(self.output) if self.resume and self.output else set()
        results = self._results(done)
        first = next(results, None)  # before any output: where nothing can be read, nothing is written
        if first is None and not self.documents:
            return USAGE
        with ExitStack() as stack:
            writer = stack.enter_context(self._writer(stack, form, terminal))
            self._progress(stack, terminal)
            for document, text in _from(first, results):
                writer.write(document, text)
                if self.bar is not None:
                    self.bar.update()
                if self.resume or terminal:
                    writer.flush()
        return FAULTS if self.lost else 0

    def _writer(self, stack: ExitStack, form: str, terminal: bool) -> Writer:
        from bilat_nlp.output.write import Writer, format_of, whole

        width = max(30, shutil.get_terminal_size((PIPED_WIDTH, 24)).columns)  # the fallback holds for pipes and files
        made = format_of(form, width=width, colour=terminal and "NO_COLOR" not in os.environ)
        if self.output is None:
            return Writer(sys.stdout.buffer, made, (terminal and sys.stdout.encoding) or "utf-8")
        return Writer(stack.enter_context(whole(self.output, resume=self.resume)), made)

    def _progress(self, stack: ExitStack, terminal: bool) -> None:
        if sys.stderr and sys.stderr.isatty() and not terminal:
            from tqdm import tqdm

            # nothing is shown for work of under two seconds
            self.bar = stack.enter_context(tqdm(unit=" documents", delay=2, file=sys.stderr))

    def _results(self, done: set[str]) -> Iterator[tuple[Document, str]]:
        from bilat_nlp.api import load

        sources = self._sources(done)
        batch = list(islice(sources, self.batch_size))
        if batch:
            with ready():  # here, and not document by document: what is missing is missing for all of them
                load(**self.options)
        while batch:
            yield from self._batch(batch)
            batch = list(islice(sources, self.batch_size))

    def _sources(self, done: set[str]) -> Iterator[Source]:
        from bilat_nlp.reading import Fault, read

        skip = (self.output,) if self.output else ()
        stdin = sys.stdin.buffer if sys.stdin is not None else None
        for found in read(self.paths, date=self.date, lang=self.lang, stdin=stdin, skip=skip):
            if isinstance(found, Fault):
                self._report(found)
                continue
            self.documents += 1
            if found.id not in done:
                yield found

    def _batch(self, batch: list[Source]) -> Iterator[tuple[Document, str]]:
        from bilat_nlp.api import extract_many

        try:
            made = list(extract_many([(source.text, _known(source)) for source in batch], batch_size=self.batch_size, **self.options))
        except Exception:  # a fault of the engine must cost one document, not the work of a night: find the one
            for source in batch:
                yield from self._alone(source)
        else:
            yield from zip(made, (source.text for source in batch), strict=True)

    def _alone(self, source: Source) -> Iterator[tuple[Document, str]]:
        from bilat_nlp.api import extract_document
        from bilat_nlp.reading import Fault

        try:
            yield extract_document(source.text, **_known(source), **self.options), source.text
        except Exception as error:
            problem, mend = f"the analysis failed ({type(error).__name__}: {error})", "please report it with this document"
            if type(error).__name__ == "OutOfMemoryError":  # of torch, which need not be there
                problem, mend = "the device has too little memory for it", "run it with --device cpu"
            self._report(Fault(f"document {source.id!r}", problem, mend))

    def _report(self, fault: Fault) -> None:
        self.lost += fault.lost
        line = str(fault).encode("utf-8", "backslashreplace").decode("utf-8")  # file names need not be valid UTF-8
        if self.bar is not None:
            self.bar.clear()
        click.echo(line, err=True)


def _known(source: Source) -> dict[str, Any]:
    return {"id": source.id, "date": source.date, "lang": source.lang}


def _from(first: tuple[Document, str] | None, rest: Iterator[tuple[Document, str]]) -> Iterator[tuple[Document, str]]:
    if first is not None:
        yield first
    yield from rest
