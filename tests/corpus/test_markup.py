"""The inline markup: what each sign means, and which line is named when something is wrong."""

from __future__ import annotations

import re

import pytest

from bilat_nlp.corpus.formats.markup import parse

from .conftest import ROOT

GUIDELINES = (ROOT / "corpus" / "GUIDELINES.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```markup\n(.*?)```", GUIDELINES, re.DOTALL)


def _one(text, *events):
    documents, faults = parse("\n".join(["=== doc", "lang: en", "---", text, "---", *events]))
    assert not faults, faults
    return documents[0]


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_examples_of_the_guidelines_compile(number):
    documents, faults = parse(EXAMPLES[number])
    assert not faults
    assert documents


def test_every_decision_has_examples_in_three_languages():
    for title, section in re.findall(r"\n## (\d+\. .*?)\n(.*?)(?=\n## |\Z)", GUIDELINES, re.DOTALL):
        languages = {document.lang for block in re.findall(r"```markup\n(.*?)```", section, re.DOTALL) for document in parse(block)[0]}
        assert len(languages) >= 3 or "```" not in section, f"{title}: {languages}"


def test_offsets_are_those_of_the_text_without_brackets():
    document = _one("In [Riga|l1 GPE LVA Riga] [Peru|g1 GPE PER] and [Laos|g2 GPE LAO] [met|e1].", "e1 meet actual actor=g1,g2 location=l1")
    assert document.text == "In Riga Peru and Laos met."
    (event,) = document.events
    assert [(each.start, each.end, each.text) for each in event.triggers] == [(22, 25, "met")]
    assert (event.location[0].code, event.location[0].name) == ("LVA", "Riga")
    document.check()


def test_an_id_means_the_mention_nearest_to_the_trigger():
    text = "[Peru|g1 GPE PER] and [Laos|g2 GPE LAO]. [Peru|g1] [met|e1] [Laos|g2], then [Peru|g1] left."
    (event,) = _one(text, "e1 meet actual actor=g1,g2").events
    assert [each.start for each in event.actor] == [15, 24]


def test_a_mention_in_the_same_sentence_is_nearer_than_one_beside_the_full_stop():
    text = "We were in [Peru|g1 GPE PER]. [Met|e1] there, after a long journey over land and sea, were envoys of [Peru|g1]."
    (event,) = _one(text, "e1 meet actual actor=g1").events
    assert event.actor[0].start > 60


def test_a_number_behind_an_id_names_the_mention():
    text = "[Peru|g1 GPE PER]. [Peru|g1] [met|e1] [Laos|g2 GPE LAO]."
    assert _one(text, "e1 meet actual actor=g1.1,g2").events[0].actor[0].start == 0


def test_a_colon_gives_another_value():
    text = "[Brussels|l1 GPE BEL Brussels] [hosted|e1] [Peru|g1 GPE PER] in [May|d1 DATE 2025-05]; they [signed|e2]."
    document = _one(text, "e1 meet actual actor=l1:IGO-EU,g1 date=d1", "e2 sign_agreement actual actor=l1,g1 date=d1:2025-05-07")
    assert [event.codes() for event in document.events] == [{"IGO-EU", "PER"}, {"BEL", "PER"}]
    assert [event.date.value for event in document.events] == ["2025-05", "2025-05-07"]
    assert [each.value for each in document.entities if each.label == "DATE"] == ["2025-05"]


def test_brackets_nest_and_hold_several_ids():
    text = "[[Peru|g1 GPE PER] and [Laos|g2 GPE LAO] pact|x1 -;e2] [signed|e1;e3]."
    document = _one(text, "e1 sign_agreement actual actor=g1,g2 object=x1", "e2 meet actual actor=g1", "e3 visit actual actor=g2")
    assert document.events[0].object[0].text == "Peru and Laos pact" == document.events[1].triggers[0].text
    assert document.events[0].triggers == document.events[2].triggers


def test_escapes():
    document = _one("\\[1\\] a \\| b \\\\ c\n\\=== no head\n\\--- no rule")
    assert document.text == "[1] a | b \\ c\n=== no head\n--- no rule"


def test_a_head_for_all_holds_below_it_and_others_are_kept():
    documents, faults = parse("=== *\nlang: hu\n=== a\ngenre: brief\n---\nx\n---\n=== b\nlang: az\n---\ny\n---\n")
    assert not faults
    assert [(each.id, each.lang, each.meta) for each in documents] == [("a", "hu", {"genre": "brief"}), ("b", "az", {})]


@pytest.mark.parametrize(
    ("line", "source", "says"),
    [
        (1, "text\n=== a\n---\n---", "before the first document"),
        (1, "===\n---\n---", "without an id"),
        (1, "=== a\n---\nx", "1 of its two lines"),
        (2, "=== a\nnonsense\n---\n---", "no line of a head"),
        (3, "=== a\n---\n[x\n---", "without | and ids"),
        (4, "=== a\n---\nfine\nx] y\n---", "] without a bracket"),
        (3, "=== a\n---\n[ x|g1 GPE PER]\n---", "begins or ends with a space"),
        (3, "=== a\n---\n[x|Peru]\n---", "is no annotation"),
        (3, "=== a\n---\n[x|g1 COUNTRY PER]\n---", "unknown label 'COUNTRY'"),
        (3, "=== a\n---\n[x|g1 GPE PER] [y|g1 GPE LAO]\n---", "another label or code"),
        (1, "=== a\n---\n[x|g1]\n---", "g1 has no label anywhere"),
        (3, "=== a\n---\n[x|e1 meet]\n---", "has 'meet' behind it"),
        (1, "=== a\n---\n[x|e1]\n---", "the trigger of e1 has no line"),
        (5, "=== a\n---\nx\n---\ne1 meet actual", "e1 has no trigger"),
        (5, "=== a\n---\n[x|e1]\n---\ne1 greet actual", "begins with no id, type and modality"),
        (5, "=== a\n---\n[x|e1]\n---\ne1 meet actual who=g1", "'who' is no role"),
        (5, "=== a\n---\n[x|e1]\n---\ne1 meet actual actor=g1", "names nothing in the text"),
        (5, "=== a\n---\n[x|e1] [y|g1 GPE PER]\n---\ne1 meet actual actor=g1.2", "names nothing in the text"),
        (5, "=== a\n---\n[x|e1] [y|g1 GPE PER]\n---\ne1 meet actual date=g1", "has no value"),
        (1, "=== a\n---\n[x|e1] [y|g1 GPE PER]\n---\ne1 meet actual recipient=g1", "meet takes no recipient"),
        (1, "=== a\n---\n[x|e1] [y|g1 GPE Peru]\n---\ne1 meet actual actor=g1", "neither an ISO 3166-1"),
        (1, "=== a\n---\n[x|d1 DATE May]\n---", "not EDTF"),
    ],
)
def test_faults_name_their_line(line, source, says):
    documents, faults = parse(source)
    assert not documents or line == 1
    assert any(fault.line == line and says in str(fault) for fault in faults), faults


def test_a_fault_spoils_its_document_only():
    documents, faults = parse("=== a\n---\n[x\n---\n=== b\n---\ny\n---")
    assert [each.id for each in documents] == ["b"]
    assert len(faults) == 1
