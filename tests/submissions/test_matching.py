"""Which person of the class list a submission belongs to."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submissions.matching import Claim, Match, Matching, enough, match
from grader.submissions.roster import Person

INES = Person(id="s-1", name="Inés Gómez de la Cruz", email="i.gomez@x.org", number="811", login="ines")
BO = Person(id="007", name="Roy, Bo", email="bo@x.org", number="812", login="bo7")
MARY = Person(id="María José", name="M", number="813")
LIAT = Person(id="s-4", name="ליאת כהן", email="liat@y.org", number="814")
CLASS = {person.id: person for person in (INES, BO, MARY, LIAT)}


def matched(*claims: Claim, people: Sequence[Person] = tuple(CLASS.values())) -> list[tuple[str, ...]]:
    """Of each claim the id and the reason; the ids that it may mean, in brackets; nothing when it means nobody."""
    matching = match(claims, {person.id: person for person in people})
    found: dict[int, tuple[str, ...]] = {position: () for position in matching.unmatched}
    found |= {position: (one.person.id, one.reason) for position, one in matching.matched.items()}
    found |= {position: tuple(f"({id_})" for id_ in ids) for position, ids in matching.ambiguous.items()}
    return [found[position] for position in range(len(claims))]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (Claim(student="s-1"), ("s-1", "id")),
        (Claim(student="Mari\u0301a Jose\u0301"), ("María José", "id")),
        (Claim(student="x", number="811"), ("s-1", "number")),
        (Claim(student="ines"), ("s-1", "login")),
        (Claim(student="INES"), ("s-1", "login")),
        (Claim(student="i.gomez@x.org"), ("s-1", "email")),
        (Claim(student="I.Gomez@X.org"), ("s-1", "email")),
        (Claim(student="i.gomez"), ("s-1", "email")),
        (Claim(student="S-1"), ("s-1", "id")),
        (Claim(student="MARÍA JOSÉ"), ("María José", "id")),
        (Claim(student="7"), ("007", "id")),
        (Claim(student="7.0"), ("007", "id")),
        (Claim(student="0007"), ("007", "id")),
        (Claim(student="Bo Roy"), ("007", "name")),
        (Claim(student="ines gomez de la cruz"), ("s-1", "name")),
        (Claim(student="x", name="gómezdelacruzinés"), ("s-1", "name")),
        (Claim(student="x", number="99", name="roybo"), ("007", "name")),
        (Claim(student="כהן ליאת"), ("s-4", "name")),
        (Claim(student="70"), ()),
        (Claim(student="i.gomez@elsewhere.org"), ()),
        (Claim(student="Inés"), ()),
        (Claim(student=""), ()),
        (Claim(student="...", name="_"), ()),
    ],
)
def test_a_claim_means_one_person_or_nobody(claim: Claim, expected: tuple[str, ...]) -> None:
    assert matched(claim) == [expected]


@pytest.mark.parametrize("listed", ["7", "007", "7.0"])
@pytest.mark.parametrize("claimed", ["7", "007", "7.0"])
def test_a_number_is_the_same_whatever_a_spreadsheet_made_of_it(listed: str, claimed: str) -> None:
    assert matched(Claim(student=claimed), people=[Person(id=listed)]) == [(listed, "id")]


SPELLINGS = ["doejane", "janedoe", "Doe, Jane", "Jane Doe", "JANE_DOE", "  jane-doe", "Dóe Jàne"]


@pytest.mark.parametrize("listed", SPELLINGS[2:])  # which word comes first, no list of joined words can tell
def test_a_name_is_the_same_however_it_is_written(listed: str) -> None:
    claims = [Claim(student="x", name=name) for name in SPELLINGS]
    assert matched(*claims, people=[Person(id="1", name=listed)]) == [("1", "name")] * len(SPELLINGS)


@pytest.mark.parametrize(
    ("listed", "claimed"),
    [
        ("Łukasz Sørensen", "lukasz sorensen"),
        ("Liam O'Hara", "Liam OHara"),
        ("Straße, Max", "STRASSE MAX"),
        ("García-Pérez, Ana", "garcíapérezana"),
        ("\u200fليلى حداد", "ليلى حداد"),
        ("Zoe\u0308 Roy", "Zoë Roy"),
    ],
)
def test_accents_and_signs_make_no_other_name(listed: str, claimed: str) -> None:
    assert matched(Claim(student=claimed), people=[Person(id="1", name=listed)]) == [("1", "name")]


def test_vowels_of_other_scripts_are_no_accents() -> None:
    assert matched(Claim(student="रम"), people=[Person(id="1", name="राम")]) == [()]


def test_in_a_list_of_ids_alone_the_ids_are_the_names() -> None:
    assert matched(Claim(student="x", name="josemaria"), people=[Person(id="María José")]) == [("María José", "name")]


def test_an_exact_id_beats_all_else() -> None:
    people = [Person(id="7", login="ana"), Person(id="007", number="7"), Person(id="ana", name="Bo")]
    claims = [Claim(student="007"), Claim(student="7", number="7"), Claim(student="ana"), Claim(student="7.0")]
    assert matched(*claims, people=people) == [("007", "id"), ("7", "id"), ("ana", "id"), ("(007)", "(7)")]


def test_what_two_people_share_is_never_guessed() -> None:
    people = [
        *(
            Person(id="1", name="Kim Li", email="kim@a.org", login="k"),
            Person(id="2", name="Li Kim", email="kim@b.org"),
        ),
        *(Person(id="3", number="5"), Person(id="4", number="5"), Person(id="Zoe"), Person(id="ZOE")),
    ]
    claims = [Claim(student="kim-li"), Claim(student="kim"), Claim(student="x", number="5"), Claim(student="zoe")]
    assert matched(*claims, people=people) == [("(1)", "(2)"), ("(1)", "(2)"), ("(3)", "(4)"), ("(ZOE)", "(Zoe)")]


def test_loose_ways_that_disagree_settle_nothing() -> None:
    people = [Person(id="ana"), Person(id="2", email="ANA@x.org")]
    assert matched(Claim(student="Ana"), people=people) == [("(2)", "(ana)")]


def test_who_is_named_exactly_is_not_given_to_a_loose_claim() -> None:
    claims = [Claim(student="s-1"), Claim(student="INES"), Claim(student="y", number="811")]
    assert matched(*claims) == [("s-1", "id"), ("(s-1)",), ("s-1", "number")]


def test_two_claims_may_mean_one_person() -> None:
    assert matched(Claim(student="7"), Claim(student="Bo Roy")) == [("007", "id"), ("007", "name")]


@pytest.mark.parametrize(("count", "expected"), [(0, True), (1, True), (2, True), (3, False)])
def test_half_of_the_claims_are_enough(count: int, expected: bool) -> None:
    one = Match(person=INES, reason="id")
    assert enough(Matching(matched={0: one}, ambiguous={}, unmatched=()), count) is expected
    assert enough(Matching(matched={}, ambiguous={0: ("s-1",)}, unmatched=(1,)), 2) is False


def test_a_class_of_thousands_is_matched() -> None:
    people = [Person(id=f"s{n}", name=f"Person Number{n}", email=f"p{n}@x.org", number=str(n)) for n in range(3_000)]
    claims = [Claim(student=f"number{n}, person") for n in range(3_000)]
    assert matched(*claims, people=people) == [(f"s{n}", "name") for n in range(3_000)]


# ---------------------------------------------------------------- properties

FEW = st.sampled_from(["", "ana", "Ana", "Bo Roy", "roybo", "7", "007", "7.0", "é", "E", "ana@x.org", "ANA@y.org"])
TEXTS = st.one_of(FEW, st.text(max_size=4))
PEOPLE = st.lists(
    st.builds(
        Person,
        id=TEXTS.map(lambda text: unicodedata.normalize("NFC", text)).filter(bool),
        name=TEXTS,
        email=TEXTS,
        number=TEXTS,
        login=TEXTS,
    ),
    unique_by=lambda person: person.id,
    max_size=6,
)
CLAIMS = st.lists(st.builds(Claim, student=TEXTS, number=TEXTS, name=TEXTS), max_size=6)


@given(PEOPLE, CLAIMS, st.randoms(use_true_random=False))
def test_the_order_of_claims_and_people_changes_nothing(people, claims, shuffled) -> None:
    order = list(range(len(claims)))
    shuffled.shuffle(order)
    others = list(people)
    shuffled.shuffle(others)
    expected = matched(*claims, people=people)
    assert matched(*(claims[place] for place in order), people=others) == [expected[place] for place in order]


@given(PEOPLE, CLAIMS)
def test_an_exact_id_always_matches_and_nobody_is_made_up(people, claims) -> None:
    listed = {person.id: person for person in people}
    matching = match(claims, listed)
    assert sorted([*matching.matched, *matching.ambiguous, *matching.unmatched]) == list(range(len(claims)))
    for position, claim in enumerate(claims):
        student = unicodedata.normalize("NFC", claim.student)
        if student in listed:
            assert matching.matched[position] == Match(person=listed[student], reason="id")
    assert all(listed[one.person.id] is one.person for one in matching.matched.values())
    assert all(ids and set(ids) <= listed.keys() for ids in matching.ambiguous.values())


@given(PEOPLE, CLAIMS)
def test_a_loose_match_never_shares_its_person_with_an_exact_one(people, claims) -> None:
    matching = match(claims, {person.id: person for person in people})
    exact = {
        one.person.id
        for position, one in matching.matched.items()
        if one.person.id == unicodedata.normalize("NFC", claims[position].student)
    }
    for position, one in matching.matched.items():
        if one.reason == "name":
            assert one.person.id not in exact, claims[position]
