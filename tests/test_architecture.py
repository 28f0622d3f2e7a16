"""The house stands: imports run from upper rooms to lower ones only, and language is data.

The rooms from the top floor down, as the imports really run:

    cli
    training
    integrations, evaluation
    api
    pipeline
    resolve
    mentions
    rules
    analysis             the types that the stages hand to each other
    languages
    output, reading      rims that know records only
    records, text, world
    _codec, ontology, edtf

Two things depart from the plain list of rooms and are meant so: `languages` uses `text` (spelling) and `world` (people), so it stands above
them; `analysis` names types of upper rooms for the type checker alone, and what stands below `if TYPE_CHECKING` does not count here.
Rooms on one floor may not import each other. An import inside a function counts like any other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bilat_nlp
from bilat_nlp import ontology
from bilat_nlp.languages.loader import available

PACKAGE = Path(bilat_nlp.__file__).parent
FLOORS = [
    {"cli"},
    {"training"},
    {"integrations", "evaluation"},
    {"api"},
    {"pipeline"},
    {"resolve"},
    {"mentions"},
    {"rules"},
    {"neural", "corpus"},
    {"analysis"},
    {"languages"},
    {"output", "reading"},
    {"records", "text", "world"},
    {"_codec", "ontology", "edtf"},
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
LONGEST = 400  # lines; a longer file has two subjects
SHORT = 10  # lines of a function that its name explains


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imported(path: Path) -> Iterator[tuple[str, int]]:
    """Rooms of the package that a file imports from, with the line; what only the type checker sees is left out."""
    parents = path.relative_to(PACKAGE).parent.parts
    for node in _walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ["bilat_nlp", *parents[: len(parents) + 1 - node.level]] if node.level else []
            stem = [*base, *(node.module.split(".") if node.module else [])]
            names = [stem] if len(stem) > 1 else [[*stem, alias.name] for alias in node.names]
        else:
            continue
        for name in names:
            if name[0] == "bilat_nlp" and len(name) > 1 and not name[1].startswith("__version"):
                yield name[1], node.lineno


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from _walk(node)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_downwards(path: Path) -> None:
    room = _room(path)
    assert room in FLOOR, f"the room {room!r} has no floor yet: give it one in FLOORS"
    for other, line in _imported(path):
        assert other in FLOOR, f"line {line}: the room {other!r} has no floor yet"
        assert other == room or FLOOR[room] < FLOOR[other], f"line {line}: {room} imports {other}, which does not stand below it"


@pytest.mark.parametrize("path", [path for path in FILES if _room(path) != "languages"], ids=lambda path: str(path.relative_to(PACKAGE)))
def test_language_is_data(path: Path) -> None:
    """No file outside `languages/` compares anything with the code of a language."""
    codes = set(available())
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        operands: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            operands = [node.left, *node.comparators]
        elif isinstance(node, ast.MatchValue):
            operands = [node.value]
        written = {leaf.value for operand in operands for leaf in ast.walk(operand) if isinstance(leaf, ast.Constant)}
        assert not written & codes, f"line {getattr(node, 'lineno', 0)} decides by language: {sorted(written & codes)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_event_types_are_data(path: Path) -> None:
    named = [
        (node.lineno, node.value)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ontology.types()
    ]
    assert not named, f"{path}: {named}: give the type a trait in ontology.toml"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_has_one_subject(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_public_functions_and_classes_say_what_they_do(path: Path) -> None:
    """Classes, and functions too long for their name and signature to say it all."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module has no docstring"
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and (isinstance(node, ast.ClassDef) or (node.end_lineno or 0) - node.lineno > SHORT)
    ]
    assert silent == []
