"""Whether anything in a run can have given an accuracy that a student typed."""

from __future__ import annotations

from grader.records import Evidence, FitFacts, Judgement, Measured, ModelFacts, message
from grader.scoring.checks.subject import ended_reason, nested, never_trained
from grader.scoring.checks.training import is_untrained, measurement

# Callbacks of Keras that measure nothing by themselves; any other one may call ``evaluate`` or ``predict``.
MEASURING_NOTHING = frozenset(
    {
        "BackupAndRestore",
        "CSVLogger",
        "EarlyStopping",
        "LearningRateScheduler",
        "ModelCheckpoint",
        "ReduceLROnPlateau",
        "SwapEMAWeights",
        "TensorBoard",
        "TerminateOnNaN",
    }
)


GUESSING = 0.3  # 800 random networks came no further than 0.19 on ten classes


def own_measurement(evidence: Evidence, model: ModelFacts, *, of_new: bool) -> Measured | Judgement:
    """Our measurement of a model, or the judgement on an accuracy that nothing in the run can have given.

    ``of_new``: the accuracy is one on new images, at least in part; ``fit`` tells none. A network that only guesses
    gives none that is worth a point. Every network counts, for it may be a copy: ``evaluate``, ``predict``, a call of
    the network itself, or a validation in ``fit``.
    """
    measured = measurement(evidence, model)
    if isinstance(measured, Judgement) or evidence.facts.own_loop:
        return measured
    if is_untrained(evidence, model) and measured.test is not None and measured.test.value < GUESSING:
        return never_trained(evidence)
    if not of_new:
        return measured
    networks = (model, *evidence.facts.recorded)
    if any(one.evaluations or one.queries or any(map(_validates, one.fits)) for one in networks):
        return measured
    reason = ended_reason(evidence.facts)
    why = message("checks.figure_from_nowhere")
    if reason is not None:
        why = message("checks.because", what=nested(why), reason=nested(reason))
    return Judgement(credit=0.0, why=why)


def _validates(fit: FitFacts) -> bool:
    measured = any(name.startswith("val_") for name in fit.history)
    return measured or any(name not in MEASURING_NOTHING for name in fit.callbacks)
