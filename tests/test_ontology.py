"""The ontology file and its reader."""

from pathlib import Path

import pytest

from bilat_nlp import ontology
from bilat_nlp.ontology import OntologyError, load

CONTRACT_TYPES = """establish_relations sever_relations recognize upgrade_relations open_mission close_mission appoint_envoy recall_envoy
expel_diplomat visit meet communicate invite host_event sign_agreement negotiate ratify_agreement terminate_agreement cooperate
found_institution provide_aid award mediate support criticize demand threaten sanction ease_restrictions""".split()


def user_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_types_of_the_contract() -> None:
    assert set(ontology.types()) == set(CONTRACT_TYPES)


def test_every_type_has_an_actor_and_ways_to_fill_its_roles() -> None:
    for kind in ontology.types().values():
        filled = set(kind.relations.values())
        assert "actor" in kind.roles
        assert "actor" in filled
        if "recipient" in kind.roles:
            assert "recipient" in filled, kind.name
        elif kind.name != "communicate":
            assert kind.symmetric, kind.name


@pytest.mark.parametrize(
    ("kind", "variant", "expected"),
    [
        ("visit", None, ("042", {"type": "CONSULT", "mode": "visit"}, 1.9)),
        ("establish_relations", None, ("054", {"type": "SUPPORT", "mode": None}, 6.0)),
        ("establish_relations", "restored", ("050", {"type": "SUPPORT", "mode": None}, 3.5)),
        ("open_mission", None, ("050", {"type": "SUPPORT", "mode": None}, 3.5)),
        ("open_mission", "embassy", ("054", {"type": "SUPPORT", "mode": None}, 6.0)),
        ("expel_diplomat", None, ("161", {"type": "SANCTION", "mode": "expel"}, -4.0)),
        ("meet", "third_place", ("044", {"type": "CONSULT", "mode": "third-party"}, 2.5)),
        ("criticize", "complaint", ("114", {"type": "ACCUSE", "mode": "disapprove"}, -2.0)),
        ("demand", "appeal", ("020", {"type": None, "mode": None}, 3.0)),
        ("provide_aid", "military", ("072", {"type": "AID", "mode": None}, 8.3)),
    ],
)
def test_codes(kind: str, variant: str | None, expected: object) -> None:
    assert ontology.codes(kind, "actual", variant) == expected


def test_a_negated_event_has_no_goldstein_value_and_a_planned_one_keeps_the_code_of_the_deed() -> None:
    assert ontology.codes("visit", "negated") == ("042", {"type": "CONSULT", "mode": "visit"}, None)
    assert ontology.codes("visit", "planned") == ontology.codes("visit")
    assert load().promise("visit") == ("036", 4.0)
    assert load().promise("criticize") == ("111", -2.0)


def test_codes_hands_out_a_dictionary_of_its_own() -> None:
    ontology.codes("visit")[1]["mode"] = "spoilt"
    assert ontology.codes("visit")[1]["mode"] == "visit"


def test_roles_by_relation() -> None:
    types = ontology.types()
    assert types["visit"].role("dat") == "recipient"
    assert types["expel_diplomat"].role("gen") == "recipient"
    assert types["meet"].role("com") == "actor"
    assert types["meet"].role("loc") == "location"
    assert types["visit"].role("opp") is None
    # who calls and who is called are alike, who writes and who is written to are not
    assert types["communicate"].role("dat") == "actor"
    assert types["communicate"].role("dat", "letter") == "recipient"


@pytest.mark.parametrize("code", ["KAZ", "XKX", "SUN", "SCG", "IGO-EU", "IGO-TURKPA", "IGO-C5+1"])
def test_actor_codes(code: str) -> None:
    assert load().is_code(code)


@pytest.mark.parametrize("code", ["", "XXX", "kaz", "KZ", "IGO-", "igo-EU", "KAZ ", "EU"])
def test_no_actor_codes(code: str) -> None:
    assert not load().is_code(code)


def test_an_unknown_variant_names_those_that_exist() -> None:
    with pytest.raises(KeyError, match="accuse, complaint"):
        ontology.codes("criticize", "actual", "loud")


def test_a_file_of_ones_own_is_merged(tmp_path: Path) -> None:
    path = user_file(
        tmp_path,
        """
        [types.visit]
        description = "Somebody goes somewhere."
        relations = { actor = "nom" }
        [types.twin_cities]
        description = "Two cities become twins."
        roles = ["actor"]
        symmetric = true
        minimum_sides = 2
        cameo = "060"
        plover = { type = "COOPERATE" }
        relations = { actor = "nom com bet" }
        """,
    )
    mine = load(path)
    assert set(mine.types) == set(CONTRACT_TYPES) | {"twin_cities"}
    assert mine.codes("twin_cities") == ("060", {"type": "COOPERATE", "mode": None}, 6.0)
    assert dict(mine.types["visit"].relations) == {"nom": "actor"}
    assert mine.types["visit"].variant().cameo == "042"
    assert "twin_cities" not in ontology.types()


@pytest.mark.parametrize(
    ("text", "key", "mend"),
    [
        ("[types.visit", "file", "correct that place"),
        ('[types.visit]\ncameo = "999"', "types.visit.cameo", r'add "999" = VALUE'),
        ("[types.visit]\ncameo = 42", "types.visit.cameo", "type str"),
        ("[types.visit]\nminimum_sides = 3", "types.visit.minimum_sides", "write 1 or 2"),
        ("[types.visit]\nminimum_sides = true", "types.visit.minimum_sides", "type int"),
        ('[types.visit]\nroles = ["agent"]', "types.visit.roles", "use one of actor, recipient"),
        ('[types.visit]\nrelations = { actor = "nominative" }', "types.visit.relations.actor", "use one of nom, gen"),
        ('[types.visit]\nrelations = { actor = "nom", recipient = "nom" }', "types.visit.relations", "keep one of the two"),
        ('[types.visit]\ntraits = ["joyful"]', "types.visit.traits", "use one of verbal, priced"),
        ('[types.visit]\nrefers_to = ["outing"]', "types.visit.refers_to", "use one of establish_relations"),
        ('[types.visit]\nplover = { kind = "CONSULT" }', "types.visit.plover", "remove them"),
        ('[types.new]\ndescription = "New."', "types.new.roles", "add it"),
        ("[types]\nvisit = 1", "types.visit", r"\[types.NAME\]"),
        ('[types.meet.variants.multilateral]\ncameo = "1"', "types.meet.variants.multilateral.cameo", "add"),
        ("[types.meet]\nvariants = 3", "types.meet.variants", "type dict"),
        ('[goldstein]\n"042" = "high"', "goldstein.042", "type int or float"),
    ],
)
def test_a_damaged_file_is_named_with_key_and_mend(tmp_path: Path, text: str, key: str, mend: str) -> None:
    path = user_file(tmp_path, text)
    with pytest.raises(OntologyError, match=mend) as caught:
        load(path)
    assert caught.value.key == key
    assert str(caught.value).startswith(f"{path}: {key}: ")
    assert isinstance(caught.value, ValueError)
