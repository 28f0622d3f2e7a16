"""Names measured on public sets: what is compared, and the figures of an evaluation on invented files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bilat_nlp.cli import main
from bilat_nlp.evaluation.foreign import NAMES, names
from bilat_nlp.evaluation.foreign import scheme as schemes
from bilat_nlp.evaluation.task import foreign_gold
from bilat_nlp.records import Argument, Document, RecordError

SENTENCES = """\
# split = dev
# genre = news
Norway\tB-GPE
's\tO
envoy\tO
Ola\tB-PER
Berg\tI-PER
met\tO
the\tO
Red\tB-ORG
Cross\tI-ORG
in\tO
Oslo\tB-GPE
in\tO
May\tB-DATE
.\tO

# split = dev
# genre = law
Lapland\tB-LOC
paid\tO
5\tB-MONEY
euros\tI-MONEY
.\tO

# split = test
Never\tB-PER
read\tO
"""


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "ro-ronec.conll"  # any known set that tells states apart and marks sums; the language plays no part
    path.write_text(SENTENCES, encoding="utf-8")
    return path


def comparable(text: str, *entities: tuple[str, str], labels: str = "PER ORG LOC") -> list[tuple[str, str | None]]:
    made = [Argument(text.index(name), text.index(name) + len(name), name, label) for name, label in entities]
    return [(each.text, each.label) for each in names.comparable(made, text, schemes.load(NAMES), labels.split())]


def test_spans_are_widened_to_whole_words_and_states_are_places() -> None:
    text = "Kazakhstan's president, Ola Berg, in Ankara'da and U.S. towns"
    found = comparable(text, ("Ankara", "GPE"), ("Ola Ber", "PER"), ("Kazakhstan", "GPE"), ("U.S", "LOC"))
    assert found == [("Kazakhstan's", "LOC"), ("Ola Berg", "PER"), ("Ankara'da", "LOC"), ("U.S.", "LOC")]


def test_names_inside_others_and_other_labels_are_left_out() -> None:
    text = "The Foreign Ministry of Norway thanked Norwegian envoys on Monday"
    entities = (("Norway", "GPE"), ("Foreign Ministry of Norway", "ORG"), ("Norwegian", "NORP"), ("Monday", "DATE"), ("envoys", "TITLE"))
    assert comparable(text, *entities) == [("Foreign Ministry of Norway", "ORG")]
    assert comparable(text, *entities, labels="LOC DATE") == [("Norway", "LOC"), ("Monday", "DATE")]


def test_crossing_spans_and_blanks_are_no_trouble() -> None:
    text = "Red Cross Oslo  "
    given = [(0, 9, "ORG"), (4, 14, "LOC"), (14, 16, "LOC"), (0, 9, "PER")]
    spans = [Argument(start, end, text[start:end], label) for start, end, label in given]
    found = names.comparable(spans, text, schemes.load(NAMES), ["PER", "ORG", "LOC"])
    assert [(each.start, each.end, each.label) for each in found] == [(0, 9, "ORG"), (4, 14, "LOC")]


def test_gold_holds_what_is_compared(gold: Path) -> None:
    read = names.read(gold, ["dev"])
    assert [document.origin for document in read.documents] == ["news", "law"]
    entities = [[(each.text, each.label) for each in document.entities] for document in read.documents]
    assert entities == [[("Norway", "LOC"), ("Ola Berg", "PER"), ("Red Cross", "ORG"), ("Oslo", "LOC")], [("Lapland", "LOC")]]
    assert all(document.validate() == [] for document in read.documents)
    whole = names.read(gold, ["dev"], whole=True)
    assert whole.documents[1].entities[-1].label == "MONEY"
    assert not any(each.label == "DATE" for each in whole.documents[0].entities)  # this set means something else by it
    assert len(names.read(gold).documents) == 3
    with pytest.raises(RecordError, match="no sentence of the split valid; the file has dev, test"):
        names.read(gold, ["valid", "dev"])
    gold.write_text("\n")
    with pytest.raises(RecordError, match="no sentence in it"):
        names.read(gold)


def predicted(gold: Path, folder: Path, **labels: str) -> Path:
    """Records with the names of the texts that are given labels."""
    lines = []
    for document in names.read(gold, ["dev"]).documents:
        text = document.text or ""
        named = [(name.replace("_", " "), label) for name, label in labels.items()]
        found = [(text.index(name), name, label) for name, label in named if name in text]
        entities = [Argument(start, start + len(name), name, label) for start, name, label in sorted(found)]
        lines.append(Document(id=document.id, lang="en", entities=entities).to_json())
    path = folder / "predicted.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def evaluate(*arguments: str) -> Any:
    result = CliRunner().invoke(main, ["evaluate", *arguments, "--scheme", "names", "--format", "json"])
    assert result.exit_code == 0, result.output + str(result.stderr)
    return json.loads(result.stdout)


def test_figures_of_an_evaluation(gold: Path, tmp_path: Path) -> None:
    # right: Norway and Ola Berg; Red Cross has another label, "met" is spurious, Oslo and Lapland are missed, a date is not compared
    records = predicted(gold, tmp_path, Norway="GPE", Ola_Berg="PER", Red_Cross="LOC", met="ORG", May="DATE")
    data = evaluate(str(gold), str(records), "--split", "dev", "--by", "label", "--by", "origin")
    entity = data["scores"]["entity"]
    assert (entity["right"], entity["gold"], entity["predicted"]) == (2, 5, 4)
    assert entity["value"] == pytest.approx(2 * 2 / (5 + 4))
    assert data["scores"]["entity_exact"]["right"] == 3
    assert set(data["scores"]) == {"entity", "entity_exact", "entity_partial", "entity_type"}
    assert {name: group["scores"]["entity"]["gold"] for name, group in data["groups"]["label"].items()} == {"LOC": 3, "ORG": 1, "PER": 1}
    assert data["groups"]["origin"]["law"]["scores"]["entity"]["right"] == 0
    assert "scheme:names|" in data["signature"]
    assert data["warnings"][0].startswith("Spans are compared in whole words")
    assert not any("no event" in warning for warning in data["warnings"])


def test_whole_measures_sums_too(gold: Path, tmp_path: Path) -> None:
    records = predicted(gold, tmp_path, **{"5_euros": "MONEY", "Lapland": "LOC"})
    data = evaluate(str(gold), str(records), "--split", "dev", "--whole")
    assert (data["scores"]["entity"]["right"], data["scores"]["entity"]["gold"]) == (2, 6)
    assert "scheme:names,whole|" in data["signature"]


def test_the_rules_are_measured_on_texts_alone(gold: Path) -> None:
    task = foreign_gold(str(gold), NAMES, ["dev"], False, "rules")
    found = {(each.text, each.label) for _, document in task.pairs for each in document.entities}
    assert ("Norway", "LOC") in found or ("Norway's", "LOC") in found
    assert not any(document.events for pair in task.pairs for document in pair)
    assert not any(each.text == "Never" for document, _ in task.pairs for each in document.entities)
    assert [table.title for table in task.tables(task.measure([], 10, 0))] == ["scores"]  # none of events


def test_a_wrong_split_is_bad_input(gold: Path) -> None:
    result = CliRunner().invoke(main, ["evaluate", str(gold), "--scheme", "names", "--split", "valid"])
    assert result.exit_code == 2
    assert "no sentence of the split valid" in result.stderr
