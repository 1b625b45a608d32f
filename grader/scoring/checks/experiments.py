"""Checks on experiments: a table of results, the trainings behind it, and what a student concludes from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from grader.records import Evidence, Judgement, Message, message
from grader.scoring import answers
from grader.scoring.checks.answering import option
from grader.scoring.checks.subject import ended_reason, nested
from grader.scoring.checks.tables import Backed, backed, rows, unbacked
from grader.scoring.checks.trainings import Aspect, changes, only_differ_in, trainings
from grader.scoring.checks.trials import Trial, pairs_of, trials
from grader.scoring.checks.typed import Words, typed_answer

Way = Literal["less", "more", "same"]
NAMED = 5  # rows that a sentence names


def real_runs(evidence: Evidence, *, answer: str, min_rows: int, abs: float = 0.5) -> Judgement:
    """The table ``answer`` has at least ``min_rows`` rows, each with a recorded training of its own behind it.

    A row tells what was changed, the training accuracy and the test accuracy, as shares or in percent. It is
    real when both lie within ``abs`` percentage points of what ``fit`` or ``evaluate`` said in one training. A row
    that matches nothing may come from an earlier session: it is left to a person. With too few rows, or one
    training behind several of them, credit is the share of ``min_rows`` that is real.
    """
    typed = typed_answer(evidence, answer)
    if isinstance(typed, Judgement):
        return typed
    table, runs = rows(typed), trainings(evidence)
    expected = message("checks.at_least_rows", least=min_rows)
    actual = message("checks.rows", rows=len(table))
    if not table:
        return Judgement(credit=0.0, why=message("checks.table_unread", answer=answer), expected=expected)
    foreign = unbacked(table, runs, abs / 100)
    if foreign:
        named = [row.change or "-" for row in foreign[:NAMED]]
        why = message("checks.rows_foreign", rows=len(foreign), all=len(table), named=named, points=abs)
        return Judgement(credit=None, why=why, expected=expected, actual=actual)
    real = len(backed(table, runs, abs / 100))
    if real >= min_rows:
        why = message("checks.rows_real", rows=len(table))
    elif real < len(table):
        why = message("checks.rows_share_runs", rows=len(table), runs=real)
    else:
        why = message("checks.rows_too_few", rows=real, least=min_rows)
    return Judgement(credit=min(1.0, real / min_rows), why=why, expected=expected, actual=actual)


def separate_models(evidence: Evidence, *, min: int) -> Judgement:
    """At least ``min`` networks were trained, each of its own: none goes on from what another had learnt.

    A network that is compiled anew keeps its weights, and a second ``fit`` goes on with them. Credit is the
    share of ``min``.
    """
    runs = trainings(evidence)
    expected = message("checks.at_least", least=min)
    if not runs:
        return Judgement(credit=0.0, why=_never_trained(evidence), expected=expected)
    networks = len({run.model.number for run in runs})
    if networks >= min:
        why = message("checks.separate", networks=networks)
    elif networks < len(runs):
        why = message("checks.trained_on_again", networks=networks, runs=len(runs))
    else:
        why = message("checks.too_few_trained", networks=networks, least=min)
    own = message("checks.whole", value=networks)
    return Judgement(credit=_share(networks, min), why=why, expected=expected, actual=own)


def _share(part: int, whole: int) -> float:
    return min(1.0, part / whole)


def tried(evidence: Evidence, *, what: Aspect) -> Judgement:
    """Two recorded trainings differ in ``what`` and in nothing else: a remedy against overfitting, loss or optimizer.

    A remedy is dropout, noise, a penalty or limit on the weights, normalisation, augmentation, early stopping,
    fewer units, fewer epochs, or more images. A training in which several of the three change counts for one of
    them only. The same loss for whole-number labels or in effect, or the same optimizer with other settings, earns
    half.
    """
    runs = trainings(evidence)
    if not runs:
        return Judgement(credit=0.0, why=_never_trained(evidence))
    trial = trials(runs).get(what)
    if trial is None:
        if what == "remedy" and any(not run.model.layers for run in runs):
            return Judgement(credit=None, why=message("checks.remedy_unknown"))
        return Judgement(credit=0.0, why=message(f"checks.tried_no_{what}", runs=len(runs)))
    if trial.standing == "small":
        return Judgement(credit=0.5, why=trial.changed[0])
    return Judgement(credit=0.0 if trial.standing == "spent" else 1.0, why=_tried(trial))


def _tried(trial: Trial) -> Message:
    changed, others = ([nested(change) for change in some] for some in (trial.changed, trial.others))
    if trial.standing != "alone":
        return message(f"checks.tried_{trial.standing}", what=changed, others=others)
    if not trial.after.test:
        return message("checks.tried", what=changed)
    return message("checks.tried_with", what=changed, accuracy=trial.after.test[0])


def _never_trained(evidence: Evidence) -> Message:
    reason = ended_reason(evidence.facts)
    if reason is None:
        return message("checks.never_trained")
    return message("checks.never_trained_because", reason=nested(reason))


# ---------------------------------------------------------------- conclusions


def conclusion(
    evidence: Evidence,
    *,
    answer: str,
    about: Aspect,
    options: Mapping[str, Way],
    table: str = "results",
    small: float = 0.3,
    hints: Mapping[str, Words] | None = None,
) -> Judgement:
    """The option typed as ``answer`` agrees with the student's own numbers.

    ``options`` say what each one claims: ``less``, ``more`` or ``same``; of the gap between training and test
    accuracy for ``about: remedy``, else of the test accuracy. Compared are pairs of trainings that differ in
    nothing else where there are such, by the rows of ``table`` where it has rows for them. Below ``small`` points
    ``same`` is right too. With several pairs an option is right when one of them agrees.
    """
    typed = typed_answer(evidence, answer)
    if isinstance(typed, Judgement):
        return typed
    word = option(evidence, answer, typed, [*options, *(hints or {})])
    if isinstance(word, answers.Unreadable):
        return Judgement(credit=0.0, why=word.why)
    own = message("checks.text", text=answers.shown(typed))
    claimed = next((way for one, way in options.items() if answers.plain(one) == word), None)
    if claimed is None:
        said = next((words for one, words in (hints or {}).items() if answers.plain(one) == word), None)
        wrong = message("checks.choice_wrong", typed=answers.shown(typed))
        return Judgement(credit=0.0, why=message("checks.teacher", words=dict(said)) if said else wrong, actual=own)
    compared = _compared(evidence, about, table)
    if not compared:
        return _nothing_to_compare(evidence, about, table, own)
    agreeing = [pair for pair in compared if claimed in _ways(about, pair, small)]
    shown = (agreeing or compared)[0]
    key = "checks.conclusion_right" if agreeing else "checks.conclusion_wrong"
    return Judgement(credit=1.0 if agreeing else 0.0, why=message(key, numbers=_numbers(about, shown)), actual=own)


def _compared(evidence: Evidence, about: Aspect, table: str) -> Sequence[tuple[Backed, Backed]]:
    """The pairs that the conclusion can rest on, with the student's numbers."""
    runs = trainings(evidence)
    listed = {id(each.training): each for each in backed(rows(evidence.facts.answers.get(table)), runs, within=0.005)}
    place = {id(run): at for at, run in enumerate(runs)}
    told = {id(run): listed.get(id(run)) or Backed.of(run) for run in runs if run.train and run.test}
    pairs = [
        (before, after)
        for before, after in pairs_of(about, runs)
        if id(before) in told and id(after) in told and changes(about, before, after)
    ]
    pairs = [pair for pair in pairs if only_differ_in(about, *pair)] or pairs
    pairs = [(before, after) for before, after in pairs if place[id(before)] < place[id(after)]] or pairs
    pairs = [pair for pair in pairs if all(id(run) in listed for run in pair)] or pairs
    return [(told[id(before)], told[id(after)]) for before, after in pairs]


def _quantity(about: Aspect, one: Backed) -> float:
    """The gap, or the test accuracy, in percentage points."""
    return 100 * (one.train - one.test if about == "remedy" else one.test)


def _ways(about: Aspect, pair: tuple[Backed, Backed], small: float) -> Sequence[Way]:
    before, after = (_quantity(about, one) for one in pair)
    ways: list[Way] = ["same"] if abs(after - before) <= small + 1e-9 else []
    return [*ways, "less"] if after < before else [*ways, "more"] if after > before else ways


def _numbers(about: Aspect, pair: tuple[Backed, Backed]) -> dict[str, object]:
    what = [nested(change) for change in changes(about, pair[0].training, pair[1].training)]
    before, after = (_quantity(about, one) for one in pair)
    if about == "remedy":
        return nested(message("checks.gap_went", what=what, before=round(before, 2), after=round(after, 2)))
    return nested(message("checks.accuracy_went", what=what, before=before / 100, after=after / 100))


def _nothing_to_compare(evidence: Evidence, about: Aspect, table: str, own: Message) -> Judgement:
    runs = trainings(evidence)
    listed = rows(evidence.facts.answers.get(table))
    unsure = bool(unbacked(listed, runs, 0.005)) or any(not (run.train and run.test) for run in runs)
    if unsure or (about == "remedy" and any(not run.model.layers for run in runs)):
        return Judgement(credit=None, why=message("checks.conclusion_unknown"), actual=own)
    if not runs:
        return Judgement(credit=0.0, why=_never_trained(evidence), actual=own)
    return Judgement(credit=0.0, why=message(f"checks.tried_no_{about}", runs=len(runs)), actual=own)
