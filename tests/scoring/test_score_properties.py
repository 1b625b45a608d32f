"""What holds for every card, and for every sentence on it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from grader import texts
from grader.records import LANGUAGES, Rubric
from tests.scoring.test_score import card
from tests.support.facts import cases, rubrics


@given(cases(), rubrics())
def test_points_and_open_points_never_exceed_the_maximum(case, by: Rubric) -> None:
    about, seen = case
    one = card(about, by, seen)
    assert 0 <= one.points
    assert one.points + one.unjudged <= one.max_points + 1e-9
    assert one.max_points == by.max_points
    assert [verdict.criterion for verdict in one.verdicts] == [each.id for each in by.criteria]
    for verdict in one.verdicts:
        assert (verdict.credit is None) == (verdict.state == "unjudged")
        assert 0 <= verdict.points <= verdict.max_points
        assert verdict.why.en
        assert verdict.why.es
    assert bool(one.unjudged) <= bool(one.review)


@given(cases(), rubrics())
def test_the_same_input_gives_the_same_card(case, by: Rubric) -> None:
    about, seen = case
    assert card(about, by, seen) == card(about, by, seen)


@given(cases(), rubrics(), st.randoms(use_true_random=False))
def test_the_order_of_criteria_does_not_matter(case, by: Rubric, chance) -> None:
    about, seen = case
    shuffled = list(by.criteria)
    chance.shuffle(shuffled)
    one, other = card(about, by, seen), card(about, replace(by, criteria=tuple(shuffled)), seen)
    assert (one.points, one.unjudged, one.max_points) == (other.points, other.unjudged, other.max_points)
    assert {v.criterion: v for v in one.verdicts} == {v.criterion: v for v in other.verdicts}
    assert one.model == other.model


@given(cases(), rubrics(), st.data())
def test_handing_in_one_model_less_never_earns_more(case, by: Rubric, data: st.DataObject) -> None:
    about, seen = case
    candidates = about.models["main"]
    if not candidates:
        return
    gone = data.draw(st.sampled_from(candidates))
    fewer = replace(about, models={"main": tuple(one for one in candidates if one is not gone)})
    unsure = any(one.credit is None for one in card(about, by, seen).verdicts)
    if not unsure:  # what is unjudged may hide points that a lost criterion does not
        assert card(fewer, by, seen).points <= card(about, by, seen).points + 1e-9


# ---------------------------------------------------------------- texts


def sources() -> str:
    root = Path(__file__).resolve().parents[2] / "grader"
    rooms = (
        "scoring/score.py",
        "scoring/model_choice.py",
        "scoring/accuracy.py",
        "scoring/answers.py",
        "scoring/options.py",
        "scoring/alignment.py",
        "scoring/weights_origin.py",
        "scoring/doubts.py",
        "evidence/carried.py",
        "evidence/candidates.py",
        "evidence/reading.py",
        "grading/submission.py",
    )
    files = [*root.glob("scoring/checks/*.py"), *root.glob("scoring/diagnoses/*.py"), *(root / room for room in rooms)]
    return "\n".join(path.read_text("utf-8") for path in files)


def test_every_sentence_is_used_and_every_one_used_exists() -> None:
    source = sources()
    used = set(re.findall(r'"((?:checks|scoring)\.[a-z_]+)"', source))
    used |= {f"checks.ended_{how}" for how in ("memory", "output", "exit")}
    used |= {f"checks.image_{part}" for part in ("true", "predicted", "confidence", "picture")}
    used |= {f"checks.tried_no_{what}" for what in ("remedy", "loss", "optimizer")}
    used |= {f"checks.structure_{fault}" for fault in ("extra", "settings", "missing")}
    used |= {f"checks.tried_{standing}" for standing in ("among", "spent")}
    used |= {f"checks.from_{source}_{part}" for source in ("given", "our") for part in ("train", "test")}
    used |= {f"checks.from_{prefix}history" for prefix in ("", "val_")}
    used |= {f"scoring.found_{how}" for how in ("fit", "evaluate", "compile", "build", "named")}
    there = {key for key in texts.catalogue() if key.startswith(("checks.", "scoring."))}
    assert used == there
    assert all(len(pair) == len(LANGUAGES) for pair in texts.catalogue().values())
