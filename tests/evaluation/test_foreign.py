"""Other people's gold: small invented files in the shape of the real ones."""

import gzip
import json
from dataclasses import replace

import pytest

from bilat_nlp import ontology
from bilat_nlp.evaluation import foreign
from bilat_nlp.evaluation.foreign import by_sentence, cameo, linked, nerel, plover, scheme
from bilat_nlp.evaluation.report import measure
from bilat_nlp.records import Argument, Document, Event, RecordError


def ours(type, actor="", recipient="", modality="actual"):
    sides = [[Argument(0, 1, "x", code=code) for code in side.split()] for side in (actor, recipient)]
    return Event(id="e", type=type, modality=modality, actor=sides[0], recipient=sides[1])


def brief(document):
    return [(event.type, event.codes("actor"), event.codes("recipient")) for event in document.events]


def lines(path, *objects):
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects), encoding="utf-8")
    return path


# --- schemes -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", foreign.FORMS)
def test_every_type_of_ours_is_mapped_or_said_to_be_unmapped(form):
    known = scheme.load(form)
    assert {*known.types} | known.unmapped == {*ontology.types()}
    assert not {*known.types} & known.unmapped
    assert {*known.modality} <= {*ontology.load().modalities}
    assert known.scope
    assert not known.scope & known.outside


def test_classes_of_codes_are_the_roots_that_the_ontology_gives_the_types():
    for name, kind in ontology.types().items():
        assert cameo.event_class(kind.variant().cameo) == scheme.load("cameo").types[name], name
        assert scheme.load("cameo").types[name] == scheme.load("plover").types[name]


@pytest.mark.parametrize(
    ("form", "type", "modality", "kind"),
    [
        ("plover", "visit", "actual", "CONSULT"),
        ("plover", "visit", "planned", "AGREE"),
        ("plover", "visit", "negated", None),  # REJECT, which is not compared
        ("plover", "sanction", "planned", "SANCTION"),
        ("cameo", "sanction", "planned", "THREATEN"),
        ("cameo", "visit", "planned", "AGREE"),
        ("factrueval", "visit", "actual", None),
        ("nerel", "negotiate", "possible", "talks"),
    ],
)
def test_class_of_type_and_modality(form, type, modality, kind):
    assert scheme.load(form).class_of_event(ours(type, "KAZ", "HUN", modality)) == kind


def test_a_projected_document_has_classes_and_the_codes_of_the_annotation():
    document = Document("d", text="x", events=[ours("visit", "KAZ", "HUN"), ours("meet", "HUN KAZ"), ours("demand", "IGO-EU", "RUS")])
    assert brief(scheme.load("plover").project(document)) == [
        ("CONSULT", {"KAZ"}, {"HUN"}),  # the visit and the talks are one here
        ("DEMAND", {"IGO-ANY"}, {"RUS"}),
    ]
    assert brief(scheme.load("factrueval").project(document)) == [("Meeting", {"HUN", "KAZ"}, set())]
    assert document.events[0].type == "visit"  # the document itself is left as it was


# --- PLOVER ------------------------------------------------------------------------------------------------------------------


def record(number, event, markup, source, target=None, text=None):
    def actors(side):
        return [dict(zip(("actorText", "code", "sector"), each.split("/"), strict=False)) for each in side]

    plain = text or markup.replace("(SRC: ", "").replace("(TAR: ", "").replace("(EVT: ", "").replace("(SRC/TAR: ", "").replace(")", "")
    data = {"id": f"r{number}", "date": "2000-01-01", "event": event, "text": plain, "textInfo": {"markup": markup}, "language": "en"}
    return data | {"source": actors(source)} | ({"target": actors(target)} if target is not None else {"target": ""})


@pytest.fixture
def records(tmp_path):
    return lines(
        tmp_path / "gsr.jsonl",
        record(1, "CONSULT", "(SRC: Japan) (EVT: hosted) the (TAR: Kazakh) premier.", ["Japan/JAP/GOV"], ["Kazakh/KAZ"]),
        record(2, "AGREE", "(SRC/TAR: Peru) and (SRC/TAR: Chile) (EVT: agreed) to trade.", ["Peru/PER", "Chile/CHL"]),
        record(3, "DEMAND", "The (SRC: U.N.) (EVT: told) (TAR: Afghan rebels) to stop.", ["U.N./IGO"], ["Afghan rebels/AFG/REB"]),
        record(4, "THREATEN", "(SRC: Sudan) (EVT: warned) (TAR: rebels).", ["Sudan/SDN/GOV"], ["rebels/SDN/REB"]),
        record(5, "FIGHT", "(SRC: Peru) (EVT: shelled) (TAR: Chile).", ["Peru/PER/MIL"], ["Chile/CHL/MIL"]),
        record(6, "ACCUSE", "(SRC: Peru) (EVT: blamed) (TAR: Chile).", ["Peru/PER"], ["Chile/CHL"], "Peru  blamed\nChile."),
    )


def test_plover(records):
    gold = foreign.read(records, "plover")
    assert [brief(document) for document in gold.documents] == [
        [("CONSULT", {"JPN"}, {"KAZ"})],
        [("AGREE", {"PER", "CHL"}, set())],
        [("DEMAND", {"IGO-ANY"}, set())],  # rebels do not act for their state, but make it no domestic act
        [],
        [],
        [("DISAPPROVE", {"PER"}, {"CHL"})],
    ]
    assert gold.left_out == {
        "events in which fewer than two different states or organisations take part": 1,
        "events of the class FIGHT, which none of our types corresponds to": 1,
    }
    for document in gold.documents:
        assert document.date is None
        for event in document.events:
            spans = [*event.triggers, *event.actor, *event.recipient]
            assert all(document.text[span.start : span.end] == span.text for span in spans)


def test_plover_whole(records):
    whole = foreign.read(records, "plover", whole=True)
    assert [brief(document)[0] for document in whole.documents][2:5] == [
        ("DEMAND", {"IGO-ANY"}, {"AFG"}),
        ("THREATEN", {"SDN"}, {"SDN"}),
        ("FIGHT", {"PER"}, {"CHL"}),
    ]
    assert not whole.left_out
    assert whole.scheme.class_of_event(ours("visit", "KAZ", "HUN", "negated")) == "REJECT"


def test_two_records_of_one_text_are_one_document(tmp_path):
    one = record(1, "AID", "(SRC: Peru) (EVT: helped) (TAR: Chile).", ["Peru/PER"], ["Chile/CHL"])
    path = tmp_path / "gsr.jsonl.gz"
    both = [json.dumps(one | {"id": id, "event": kind}) for id, kind in (("a", "AID"), ("b", "SUPPORT"))]
    path.write_bytes(gzip.compress("\n".join(both).encode()))
    (document,) = foreign.read(path, "plover").documents
    assert [event.type for event in document.events] == ["AID", "SUPPORT"]


def test_an_id_of_two_records_is_numbered(tmp_path):
    path = lines(tmp_path / "g.jsonl", *({"id": "a", "text": text, "event": "AID"} for text in ("x", "y")))
    gold = foreign.read(path, "plover")
    assert [document.id for document in gold.documents] == ["a", "a-2"]
    assert gold.notes == {"records whose id stands twice, numbered": 1}


@pytest.mark.parametrize(
    ("markup", "text", "words"),
    [
        ("(SRC: A) (LOC: in (TAR: B)) x", "A in B x", ["A", "in B", "B"]),
        ("(SRC: A (b) c) (EVT: d)", "A (b) c d", ["A (b) c", "d"]),  # brackets of the text itself
        ("(SRC: A) was (EVT: hit) hard", "A was hit very hard", ["A", "hit"]),  # a word more in the text
        ("(SRC: A (EVT: hit) hard", "A hit hard", ["hit"]),  # left open
        ("(SRC: Isreal) (EVT: went)", "Israel went", ["went"]),
    ],
)
def test_markup(markup, text, words):
    notes = plover.Counter()
    found = plover.marked(markup, text, notes)
    assert [text[each.start : each.end] for each in found] == words


# --- factRuEval and NEREL ----------------------------------------------------------------------------------------------------

CODES = {"Али": "KAZ", "Бел": "HUN", "Газ": "RUS"}


@pytest.fixture
def links(monkeypatch):
    """The library's linking, as far as these names go."""

    def entities(documents):
        for document in documents:
            found = [(document.text.find(name), name, code) for name, code in CODES.items()]
            yield [Argument(at, at + len(name), name, code=code) for at, name, code in found if at >= 0]

    monkeypatch.setattr(linked, "entities_of", lambda documents: list(entities(documents)))


def test_code_of_several_mentions_is_that_of_most_of_their_words():
    entities = [Argument(0, 4, "abcd", code="KAZ"), Argument(5, 12, "efghijk", code="HUN"), Argument(20, 24, "lmno", code="KAZ")]
    assert linked.code_at([(0, 4), (5, 12), (20, 24)], entities) == "KAZ"
    assert linked.code_at([(5, 12)], entities) == "HUN"
    assert linked.code_at([(13, 19)], entities) is None


def facts(id, split, *told):
    text = "Алия встретила Белу. Газ купил Уголь."
    names = {"1": "Алия", "2": "Белу", "3": "Газ", "4": "Уголь"}
    objects = [{"id": n, "type": "Person", "spans": [["name", text.find(name), text.find(name) + len(name)]]} for n, name in names.items()]
    chains = [{"id": f"9{n}", "objects": [n], "attrs": []} for n in names]
    made = [
        {
            "id": f"{id}-{number}",
            "type": kind,
            "args": [{"role": role, "ref": ref, "value": ""} for role, ref in [*(("Participant", f"obj9{n}") for n in sides), *more]],
        }
        for number, (kind, sides, more) in enumerate(told)
    ]
    return {"id": id, "split": split, "lang": "ru", "text": text, "objects": objects, "coref": chains, "facts": made}


def test_factrueval(tmp_path, links):
    path = lines(
        tmp_path / "facts.jsonl",
        facts("a", "dev", ("Meeting", "12", [("Модальность", "будущее")]), ("Deal", "34", []), ("Occupation", "1", [])),
        facts("b", "test", ("Deal", "13", [("Type", "купля/продажа")]), ("Deal", "23", [("Type", "экономические санкции")])),
    )
    gold = foreign.read(path, "factrueval")
    assert [brief(document) for document in gold.documents] == [
        [("Meeting", {"KAZ", "HUN"}, set())],
        [("Deal", {"KAZ", "RUS"}, set()), ("Deal: sanction", {"HUN", "RUS"}, set())],
    ]
    assert gold.documents[0].events[0].modality == "planned"
    assert sum(gold.left_out.values()) == 2  # the deal with a side of no state, the occupation
    assert [document.id for document in foreign.read(path, "factrueval", ["test"]).documents] == ["b"]
    with pytest.raises(RecordError, match="no record of the split train; the file has dev, test"):
        foreign.read(path, "factrueval", ["train"])


def page(id, text, marks, *relations):
    """``marks``: words by id; E and F are events, S is a country."""
    kinds = {"E": "EVENT", "F": "EVENT", "S": "COUNTRY"}
    mentions = [
        {"id": name, "type": kinds.get(name, "PERSON"), "spans": [[text.find(words), text.find(words) + len(words)]]}
        for name, words in marks.items()
    ]
    made = [{"type": kind, "arg1": one, "arg2": other} for kind, one, other in relations]
    links = [{"ent": "S", "kb": "Wikidata:Q28", "label": "Венгрия"}]
    return {"id": id, "split": "dev", "lang": "ru", "text": text, "entities": mentions, "relations": made, "links": links}


def test_nerel(tmp_path, links):
    path = lines(
        tmp_path / "n.jsonl",
        page(
            "visit",
            "Алия прибыла в Венгрию.",
            {"P": "Алия", "E": "прибыла", "S": "Венгрию"},
            ("AGENT", "P", "E"),
            ("TAKES_PLACE_IN", "E", "S"),
        ),
        page(
            "talks",
            "Встреча, или переговоры Алии и министра Венгрии, в Газли.",
            {"E": "Встреча", "F": "переговоры", "P": "Алии", "M": "министра Венгрии", "S": "Венгрии", "L": "Газли"},
            ("ALTERNATIVE_NAME", "E", "F"),
            ("AGENT", "P", "F"),
            ("PARTICIPANT_IN", "M", "E"),
            ("TAKES_PLACE_IN", "E", "L"),  # the place of talks is no side
        ),
        page(
            "match",
            "Встреча Алии и Белы в финале.",
            {"E": "Встреча", "F": "финале", "P": "Алии", "M": "Белы"},
            ("SUBEVENT_OF", "E", "F"),
            ("AGENT", "P", "E"),
            ("AGENT", "M", "E"),
        ),
    )
    gold = foreign.read(path, "nerel")
    assert [brief(document) for document in gold.documents] == [[("journey", {"KAZ"}, {"HUN"})], [("talks", {"KAZ"}, {"HUN"})], []]
    assert [trigger.text for trigger in gold.documents[1].events[0].triggers] == ["Встреча", "переговоры"]
    assert gold.notes["participants whose state the annotation says"] == 2


def test_codes_of_wikidata_items_are_codes():
    assert all(ontology.load().is_code(code) for code in nerel.items().values())


# --- tables of CAMEO codes ---------------------------------------------------------------------------------------------------


def test_table_with_header(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("Story,Actor2Code,Actor1Code,SQLDATE,EventCode\ns1,KAZGOV,JAPGOV,20180517,042\ns1,UNO,RUSMIL,,112\ns2,AFR,USA,,190\n")
    gold = foreign.read(path, "cameo")
    assert [document.id for document in gold.documents] == ["s1", "s2"]
    assert brief(gold.documents[0]) == [("CONSULT", {"JPN"}, {"KAZ"}), ("DISAPPROVE", {"RUS"}, {"IGO-UN"})]
    assert gold.documents[0].events[0].date.value == "2018-05-17"
    assert gold.documents[0].events[0].cameo == "042"
    assert gold.documents[1].events == []
    assert gold.notes == {"actors that are no state or organisation we know": 1}


def test_table_without_header_and_with_own_columns(tmp_path):
    path = tmp_path / "out.tsv"
    path.write_text("19950101\tUSAGOV\tRUS\t036\t\tdoc7\tagency\n")
    assert brief(foreign.read(path, "cameo").documents[0]) == [("AGREE", {"USA"}, {"RUS"})]
    path.write_text("doc7\t036\tUSAGOV\tRUS\n")
    (found,) = cameo.read(path, columns={"id": 0, "code": 1, "source": 2, "target": 3})
    assert (found.document.id, found.events[0][0].type) == ("doc7", "AGREE")


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        ("USAGOV", "USA"), ("ROM", "ROU"), ("IGOUNODEVWBK", "IGO-WB"), ("IGOUNO", "IGO-UN"), ("UNO", "IGO-UN"),
        ("EUR", None), ("NGO", None), ("", None), ("XYZNAT", None),
    ],
)
def test_actor_code(actor, code):
    assert cameo.actor_code(actor) == code


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "date,source,target,code,id\n,USA,RUS,42,d\n", r"a.csv:2: '42' is no CAMEO code: .*spreadsheet cut the zero"),
        ("a.csv", "date,source,target,code,id\n,USA,RUS,,d\n", r"a.csv:2: '' is no CAMEO code"),
        ("a.csv", "when,source,target,what,id\n", r"a.csv:1: no column code; name the columns .*cameo_code"),
        ("a.csv", "date,source,target,code\n,USA,RUS,042\n", r"a.csv:2: the row says neither id nor text nor date"),
        ("a.csv", "date,source,target,code,id\n,USA,RUS\n", r"a.csv:2: 3 cells where at least 5 should stand"),
        ("a.csv", "date,source,target,code,id\nsoon,USA,RUS,042,d\n", r"a.csv:2: 'soon' in the column of dates"),
        ("a.csv", "date,source,target,code,id,text\n,USA,RUS,042,d,x\n,USA,RUS,042,d,y\n", r"a.csv:3: another text under the id 'd'"),
        ("a.csv", "", r"a.csv: no document in it"),
    ],
)
def test_bad_tables_get_a_sentence(tmp_path, name, content, said):
    (tmp_path / name).write_text(content)
    with pytest.raises(RecordError, match=said):
        foreign.read(tmp_path / name, "cameo")


@pytest.mark.parametrize(
    ("form", "data", "said"),
    [
        ("plover", {"id": "a", "text": "x", "event": "DANCE"}, r"g.jsonl:1: unknown class 'DANCE'; write one of .*CONSULT.*plover.toml"),
        ("plover", {"id": "a", "event": "AID"}, r"g.jsonl:1: 'text' is missing or no str"),
        ("plover", {"id": "a", "text": "x", "event": "AID", "source": [{"actorText": "x"}]}, r"'source' is no list of actors with a code"),
        ("factrueval", {"id": "a", "text": "x", "objects": [], "coref": []}, r"g.jsonl:1: 'facts' is missing"),
        ("factrueval", facts("a", "dev", ("Party", "1", [])), r"g.jsonl:1: unknown class 'Party'.*factrueval.toml"),
        ("nerel", {"id": "a", "text": "x", "links": [], "entities": [{}], "relations": []}, r"g.jsonl:1: entities, .*as in NEREL"),
        ("ace", {}, r"'ace' is no form of foreign gold; give one of plover, factrueval, nerel, cameo"),
    ],
)
def test_bad_records_get_a_sentence(tmp_path, links, form, data, said):
    with pytest.raises(RecordError, match=said):
        foreign.read(lines(tmp_path / "g.jsonl", data), form)


def test_an_id_twice_gets_a_sentence(tmp_path, links):
    with pytest.raises(RecordError, match="the id 'a' stands for two documents"):
        foreign.read(lines(tmp_path / "g.jsonl", facts("a", "dev"), facts("a", "dev")), "factrueval")


def test_files_that_are_not_what_their_names_say(tmp_path):
    path = tmp_path / "g.jsonl.gz"
    path.write_bytes(b"{}")
    with pytest.raises(RecordError, match="not a whole gzip file"):
        foreign.read(path, "plover")


# --- together ----------------------------------------------------------------------------------------------------------------


def test_pairs_are_scored_on_classes(records):
    gold = foreign.read(records, "plover")
    answers = {"r1": ours("meet", "JPN KAZ"), "r2": ours("cooperate", "PER CHL", modality="planned"), "r5": ours("demand", "PER", "CHL")}
    pairs = foreign.pairs_for(gold, lambda document: replace(document, events=[answers[document.id]] if document.id in answers else []))
    report = measure(pairs, by=("type",), samples=10)
    assert (report.scores["strict"].right, report.scores["strict"].gold, report.scores["strict"].predicted) == (2, 4, 3)
    assert report.groups["type"]["DEMAND"].scores["relaxed"].right == 0


def test_types_and_ordered_pairs_of_sentences():
    def told(*events):
        return Document("d", events=list(events))

    pairs = [
        (told(ours("A", "USA", "RUS")), told(ours("A", "RUS", "USA"))),  # type only
        (told(ours("A", "USA", "RUS")), told(ours("B", "RUS USA"))),  # a mutual pair has either order
        (told(ours("A", "USA", "RUS CHN")), told(ours("A", "USA", "CHN"), ours("A", "USA", "RUS"))),
        (told(ours("A", "USA")), told()),  # a side alone is no pair
        (told(ours("A", "SDN", "SDN")), told(ours("A", "SDN", "SDN"))),
    ]
    assert by_sentence.counts(pairs) == {"type": (3, 5, 4), "pair": (4, 5, 5), "both": (3, 5, 5)}
