"""Facts x expected x rubric x measurements -> Scorecard. Pure: no files, clocks, processes or chance.

A criterion is full, partial, lost, blocked (another one that it needs is not met) or unjudged (nobody can
tell, a person must look). ``points`` adds up what was judged, ``unjudged`` what was not; the maximum is fixed
by the rubric alone. A fault of our own is unjudged, never a zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum, isfinite
from typing import Any

from grader import texts
from grader.models.preprocess.wording import describe
from grader.records import (
    LANGUAGES,
    Alignment,
    CallFacts,
    Criterion,
    Evidence,
    Facts,
    GradedModel,
    Judgement,
    KnownData,
    Measured,
    Message,
    ModelFacts,
    Provenance,
    Rubric,
    Scorecard,
    State,
    Verdict,
    message,
)
from grader.scoring import alignment, checks, doubts, model_choice, places, weights_origin
from grader.scoring.checks.subject import nothing_added, perhaps_cut, unsized
from grader.scoring.diagnoses import libraries, network, wording
from grader.scoring.model_choice import Choice

OURS = ("unreadable", "refused", "sandbox-error")
NOTHING_DONE = ("missing", "untouched")
CUT = "scoring.perhaps_cut"
NOT_REPRODUCIBLE, NOT_LOADED = "runs.not_reproducible", "measuring.not_loaded"
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Whose card it is, and what was noticed about the hand-in before it ran."""

    student: str
    slug: str
    duplicate: bool = False
    name: str = ""
    email: str = ""
    group: str = ""
    origin: str = ""
    review: tuple[Message, ...] = ()
    notices: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """All that a judgement rests on, and the alignments made so far (by model number)."""

    facts: Facts
    rubric: Rubric
    measured: Mapping[int, Measured]
    expected: Mapping[str, Any]
    key: Mapping[str, Any]
    options: Mapping[str, Mapping[str, tuple[str, ...]]]
    reference_calls: Mapping[str, tuple[CallFacts, ...]]
    data: KnownData | None
    left_out: Mapping[str, Message]
    alignments: dict[int, Alignment] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A judgement after the criteria it needs were taken into account."""

    credit: float | None
    said: Judgement
    blocked_by: tuple[str, ...] = ()
    blocked: bool = False


def score(  # noqa: PLR0913 - one parameter for each kind of evidence
    *,
    facts: Facts,
    rubric: Rubric,
    measured: Mapping[int, Measured],
    expected: Mapping[str, Any],
    key: Mapping[str, Any],
    identity: Identity,
    provenance: Provenance,
    options: Mapping[str, Mapping[str, tuple[str, ...]]] = NOTHING,
    reference_calls: Mapping[str, tuple[CallFacts, ...]] = NOTHING,
    data: KnownData | None = None,
    left_out: Mapping[str, Message] = NOTHING,
) -> Scorecard:
    """The card of one hand-in.

    ``measured`` holds our own accuracies by model number, ``expected`` the reference's values, ``key`` the
    student's variant, ``options`` the texts of each question's options by letter, ``reference_calls`` what the
    reference's functions give for the hidden arguments, ``data`` the raw data set, ``left_out`` why a criterion is not
    judged this time, by its id. Of several candidates for a model the one that earns most is graded (of equals, the one
    used last).
    """
    case = _Case(
        facts=facts,
        rubric=rubric,
        measured=measured,
        expected=expected,
        key=key,
        options=options,
        reference_calls=reference_calls,
        data=data,
        left_out=left_out,
    )
    choice, earned = _choose(case)
    judged = _judge_all(case, choice)
    verdicts = tuple(_verdict(rubric, criterion, judged[criterion.id]) for criterion in rubric.criteria)
    main = _main(rubric, choice)
    review, notices = _remarks(case, verdicts, choice, identity, provenance.split)
    card = Scorecard(
        student=identity.student,
        slug=identity.slug,
        exercise=rubric.exercise,
        status="duplicate" if identity.duplicate else facts.ended,
        verdicts=verdicts,
        points=fsum(verdict.points for verdict in verdicts),
        unjudged=fsum(verdict.max_points for verdict in verdicts if verdict.credit is None),
        max_points=fsum(criterion.points for criterion in rubric.criteria),
        review=tuple(texts.text(reason) for reason in review),
        notices=tuple(texts.text(notice) for notice in notices),
        failed=tuple(wording.failed_cell_text(cell) for cell in facts.failed),
        diagnoses=tuple(wording.diagnosis_text(one) for one in facts.diagnoses),
        model=_graded_model(case, main, choice, earned) if main else None,
        provenance=provenance,
        ended=facts.ended,
        name=identity.name,
        email=identity.email,
        group=identity.group,
        origin=identity.origin,
    )
    return places.named(card, facts.places)


def _remarks(
    case: _Case, verdicts: Sequence[Verdict], choice: Choice, identity: Identity, split: str
) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """Why a person must look at the card, and what its reader should know beside the verdicts."""
    facts, measured, models = case.facts, case.measured, case.rubric.models
    main = _main(case.rubric, choice)
    own_notes = measured[main.number].notes if main and main.number in measured else ()
    every = {model.number: (model_choice.called(model), model) for model in choice.values() if model is not None}
    descent = weights_origin.remarks(facts, tuple(every.values()), measured)
    easier = 0.0 if split == "secret" else doubts.EASIER
    odd = doubts.remarks(tuple(every.values()), measured, easier=easier)
    twice, same = model_choice.alike(models, choice)
    absent = model_choice.absent(models, choice, facts)
    unbuilt = [unsized(model) for _, model in every.values() if not (model.built or nothing_added(model))]
    review = (*identity.review, *_review(case, verdicts, choice), *twice, *facts.carried, *descent.review, *odd)
    notices = (*identity.notices, *facts.notices, *absent, *same, *own_notes, *descent.notices, *unbuilt)
    return review, notices


# ---------------------------------------------------------------- which model


def _choose(case: _Case) -> tuple[Choice, Mapping[int, float]]:
    """The graded model of each name, and what each candidate would earn, by number."""
    candidates = {name: tuple(case.facts.models.get(name, ())) for name in case.rubric.models}
    choice: dict[str, ModelFacts | None] = {name: found[-1] if found else None for name, found in candidates.items()}
    earned: dict[int, float] = {}
    if case.facts.ended in (*OURS, *NOTHING_DONE):
        return choice, earned
    for name, found in candidates.items():
        if len(found) < 2:
            continue
        ranks = []
        for place, model in enumerate(found):
            judged = _judge_all(case, {**choice, name: model})
            points, open_points = _sums(case.rubric, judged)
            earned[model.number] = points
            ranks.append((_loads(case, model), round(points, 9), round(points + open_points, 9), place))
        choice[name] = found[max(ranks)[-1]]
    return choice, earned


def _loads(case: _Case, model: ModelFacts) -> bool:
    """Whether its file can be loaded, so far as was tried. A broken one must not leave points open beside others."""
    prediction = case.facts.predictions.get(model.number)
    return prediction is None or prediction.problem is None or prediction.problem.key != NOT_LOADED


def _sums(rubric: Rubric, judged: Mapping[str, _Judged]) -> tuple[float, float]:
    """Points, and points of what is unjudged."""
    credits = [(criterion.points, judged[criterion.id].credit) for criterion in rubric.criteria]
    points = fsum(points * credit for points, credit in credits if credit is not None)
    return points, fsum(points for points, credit in credits if credit is None)


def _main(rubric: Rubric, choice: Choice) -> ModelFacts | None:
    """The model that the card describes: ``main``, else the first one of the rubric."""
    return choice.get("main") if "main" in rubric.models else next(iter(choice.values()), None)


def _graded_model(case: _Case, model: ModelFacts, choice: Choice, earned: Mapping[int, float]) -> GradedModel:
    name = "main" if "main" in case.rubric.models else next(iter(case.rubric.models))
    candidates = len(case.facts.models.get(name, ()))
    measured = case.measured.get(model.number)
    prediction = case.facts.predictions.get(model.number)
    transform = prediction.transform if prediction else None
    found = model_choice.found(case.rubric.models[name], model, candidates=candidates, own_loop=case.facts.own_loop)
    return GradedModel(
        found=texts.text(found),
        layers=model.layers,
        total_params=model.total_params,
        trainable_params=model.trainable_params,
        source=model.source,
        preprocessing=texts.text(describe(transform)) if transform and _trained(case, model) else None,
        test=measured.test if measured else None,
        train=measured.train if measured else None,
        others=tuple(texts.text(other) for other in model_choice.others(case.facts, name, choice, earned)),
    )


def _trained(case: _Case, model: ModelFacts) -> bool:
    """Whether the images of a training are spoken of: a model that was only compiled or loaded shows none."""
    return case.facts.own_loop or any(fit.epochs_done for fit in model.fits)


# ---------------------------------------------------------------- judging


def _judge_all(case: _Case, choice: Choice) -> Mapping[str, _Judged]:
    """Every criterion judged, those that others need first."""
    whole = _whole_card(case.facts)
    if whole is not None:
        return {criterion.id: _Judged(whole.credit, whole) for criterion in case.rubric.criteria}
    judged: dict[str, _Judged] = {}
    waiting = list(case.rubric.criteria)
    while waiting:
        ready = [criterion for criterion in waiting if all(needed in judged for needed in criterion.needs)]
        if not ready:
            raise ValueError("criteria need each other in a circle: the rubric was not loaded by grader.rubric")
        for criterion in ready:
            judged[criterion.id] = _judge(case, criterion, choice.get(criterion.model), judged)
        waiting = [criterion for criterion in waiting if criterion.id not in judged]
    return judged


def _whole_card(facts: Facts) -> Judgement | None:
    """What holds for every criterion when nothing ran: nothing was done, or nothing that we can judge."""
    if facts.ended in NOTHING_DONE:
        return Judgement(credit=0.0, why=facts.problem or message("scoring.nothing_handed_in"))
    if facts.ended in OURS:
        return Judgement(credit=None, why=facts.problem or message("scoring.could_not_run"))
    return None


def _judge(case: _Case, criterion: Criterion, model: ModelFacts | None, judged: Mapping[str, _Judged]) -> _Judged:
    evidence = Evidence(
        facts=case.facts,
        model=model,
        alignment=_aligned(case, model) if model else None,
        measured=case.measured.get(model.number) if model else None,
        expected=case.expected,
        key=case.key,
        options=case.options,
        earlier={needed: judged[needed].credit for needed in criterion.needs},
        structure=case.rubric.structure,
        reference_calls=case.reference_calls,
        data=case.data,
    )
    said = _asked(criterion, evidence, case.left_out)
    unmet = tuple(needed for needed in criterion.needs if _unmet(judged[needed].credit))
    if unmet:
        if said.credit and said.credit <= criterion.when_unmet:
            return _Judged(said.credit, said)  # it earns no more by itself
        credit = None if said.credit is None else min(said.credit, criterion.when_unmet)
        return _Judged(0.0 if criterion.when_unmet == 0 else credit, said, unmet, blocked=True)
    unknown = tuple(needed for needed in criterion.needs if judged[needed].credit is None)
    return _Judged(None if unknown else said.credit, said, unknown)


def _unmet(credit: float | None) -> bool:
    return credit is not None and credit < 1


def _aligned(case: _Case, model: ModelFacts) -> Alignment:
    if model.number not in case.alignments:
        case.alignments[model.number] = alignment.align(model, case.rubric.structure)
    return case.alignments[model.number]


def _asked(criterion: Criterion, evidence: Evidence, left_out: Mapping[str, Message]) -> Judgement:
    """What the check says; a check that fails is our fault, and its criterion stays unjudged."""
    if criterion.id in left_out:
        return Judgement(credit=None, why=left_out[criterion.id])
    try:
        said = checks.judge(criterion.check, evidence, criterion.params)
        sound = said.credit is None or (isfinite(said.credit) and 0 <= said.credit <= 1)
        for part in (said.why, said.expected, said.actual):
            texts.optional_text(part)
    except Exception as error:  # noqa: BLE001 - whatever a check does wrong must not cost a student points
        why = message("scoring.check_failed", check=criterion.check, error=type(error).__name__)
        return Judgement(credit=None, why=why)
    if not sound:
        return Judgement(credit=None, why=message("scoring.check_failed", check=criterion.check, error="credit"))
    if said.credit is not None and said.credit < 1 and perhaps_cut(said.why):
        return replace(said, credit=None, why=message(CUT, reason={"key": said.why.key, "values": {**said.why.values}}))
    return said


def _verdict(rubric: Rubric, criterion: Criterion, judged: _Judged) -> Verdict:
    credit, why = judged.credit, judged.said.why
    titles = {needed.id: _title(needed) for needed in rubric.criteria}
    needs = [titles[needed] for needed in judged.blocked_by]
    if judged.blocked_by and credit is None and not judged.blocked:
        why = message("scoring.waits_for", needs=needs)
    elif judged.blocked and judged.said.credit != 0:  # what earns nothing by itself needs no other reason
        why = message(
            "scoring.blocked" if criterion.when_unmet == 0 else "scoring.blocked_share",
            needs=needs,
            share=criterion.when_unmet,
            reason={"key": why.key, "values": dict(why.values)},
        )
    expected, actual = texts.optional_text(judged.said.expected), texts.optional_text(judged.said.actual)
    if credit != 1 and expected is not None and actual is not None and expected.en == actual.en:
        expected = actual = None  # what differs is something else, which the reason says
    return Verdict(
        criterion=criterion.id,
        state=_state(judged),
        points=0.0 if credit is None else credit * criterion.points,
        max_points=criterion.points,
        credit=credit,
        why=texts.text(why),
        expected=expected,
        actual=actual,
        blocked_by=judged.blocked_by,
    )


def _title(criterion: Criterion) -> dict[str, str]:
    return {language: criterion.title.get(language, criterion.id) for language in LANGUAGES}


def _state(judged: _Judged) -> State:
    if judged.credit is None:
        return "unjudged"
    if judged.blocked:
        return "blocked"
    if judged.credit >= 1:
        return "full"
    return "lost" if judged.credit <= 0 else "partial"


# ---------------------------------------------------------------- what a person must look at


def _review(case: _Case, verdicts: Sequence[Verdict], choice: Choice) -> list[Message]:
    """Reasons why a person must look at the card, in a fixed order."""
    reasons = []
    if case.facts.ended in OURS:
        reasons.append(case.facts.problem or message("scoring.could_not_run"))
    elif case.facts.ended == "exit" and case.facts.problem is not None:
        reasons.append(case.facts.problem)
    early = case.left_out.keys() | {verdict.criterion for verdict in verdicts if verdict.why.key == CUT}
    unjudged = [
        verdict.criterion
        for verdict in verdicts
        if verdict.credit is None and not ({verdict.criterion, *verdict.blocked_by} & early)
    ]
    if unjudged:
        reasons.append(message("scoring.review_unjudged", criteria=unjudged))
    if any(notice.key == NOT_REPRODUCIBLE for notice in case.facts.notices):
        reasons.append(message("scoring.review_not_reproducible"))
    claimed = [model_choice.called(model) for model in choice.values() if model is not None and model.source == "claim"]
    if claimed and case.facts.ended not in OURS:
        reasons.append(message("scoring.review_claim", models=claimed))
    not_here = (network.review(case.facts.failed), libraries.review(case.facts.failed))
    lost = any(verdict.credit is not None and verdict.credit < 1 for verdict in verdicts)
    return [*reasons, *(reason for reason in not_here if reason is not None and lost)]
