"""Our own measurements of a submission's models in sandbox 2, each stored as it arrives.

All models of a submission share one budget of CPU time, the lightest first: once one is too slow, no heavier one is
tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from grader import data, store
from grader.evidence import calls, keys, outputs, predict
from grader.evidence.models import Models
from grader.grading.gathering import Gathering, may_run
from grader.records import Facts, Limits, Message, ModelFacts, Outputs, OwnImages, Prediction, Transform, message
from grader.scoring import accuracy

BUSY = "measuring.machine_busy"
TOO_SLOW, NO_TIME = "measuring.too_slow", "measuring.no_time_left"
NEVER_REUSED = ("measuring.sandbox_failed", BUSY)  # our own faults: tried again at the next call


@dataclass(slots=True)
class Budget:
    """CPU seconds of sandbox 2 that are left for a submission."""

    left_s: float

    def within(self, limits: Limits) -> Limits:
        """``limits`` with no more time than is left."""
        return replace(limits, time_s=min(limits.time_s, self.left_s))

    def spend(self, cpu_s: float, problem: Message | None) -> None:
        """Take what a measurement has used; one that was too slow ends all."""
        late = problem is not None and problem.key == TOO_SLOW
        self.left_s = 0.0 if late else max(0.0, self.left_s - cpu_s)


def new_budget(task: Gathering) -> Budget:
    """The budget of one submission."""
    return Budget(max(task.rubric.run.limits.time_s, predict.TIME_S))


def predictions(task: Gathering, facts: Facts, models: Models, budget: Budget) -> Mapping[int, Prediction]:
    """One prediction for every candidate that was understood, by its number."""
    candidates = {one.number: one for several in facts.models.values() for one in several if one.number in models}
    lightest_first = sorted(candidates.values(), key=lambda one: (one.macs, one.number))
    return {one.number: prediction(task, one, models, budget) for one in lightest_first}


def prediction(task: Gathering, facts: ModelFacts, models: Models, budget: Budget) -> Prediction:
    """What one model predicts, stored or new."""
    key = keys.prediction_key(
        model=facts.sha256, inputs=facts.inputs, fed=facts.fed, data_sha256=task.data.sha256, head=facts.head
    )
    folder = task.evidence / "predictions" / key
    limits = budget.within(predict.time_limits(task.rubric.run.limits, facts.macs, predict.images_of(task.data)))
    found = store.load_prediction(folder, task.since)
    if found is None or not _serves(found.problem, limits):
        if budget.left_s <= 0:
            return Prediction(transform=None, problem=message(NO_TIME), ours=True)
        may_run(task)
        found = predict.predictions(facts, models[facts.number], task.data, limits=limits, slot=task.slot)
        store.save_prediction(folder, found)
    budget.spend(found.cpu_seconds, found.problem)
    return found


def own_images(
    task: Gathering, facts: Facts, models: Models, budget: Budget, numbers: Sequence[int]
) -> Mapping[int, OwnImages]:
    """Which of the notebook's own images the models of these numbers name rightly, the lightest model first."""
    hidden = task.rubric.test == "hidden"
    x_test, y_test = data.stand_in(task.data) if hidden else (task.data.x_test, task.data.y_test)
    images = (task.data.x_train[predict.TRAIN_IMAGES :], x_test)
    found: dict[int, OwnImages] = {}
    wanted = {one.number: one for several in facts.models.values() for one in several if one.number in numbers}
    for one in sorted(wanted.values(), key=lambda one: (one.macs, one.number)):
        known = facts.predictions[one.number]
        if known.transform is not None and known.train is not None:
            more = _more(task, one, models, known.transform, images, budget)
            own = accuracy.own_images(known, more, task.data.y_train, y_test)
            if own is not None:
                found[one.number] = own
    return found


def _more(
    task: Gathering,
    facts: ModelFacts,
    models: Models,
    transform: Transform,
    images: tuple[NDArray[np.uint8], NDArray[np.uint8]],
    budget: Budget,
) -> Prediction:
    """What one model gives for the notebook's own images, stored or new."""
    given = f"{task.data.sha256} {data.mounted_name(task.data, task.rubric.test)}"
    key = keys.prediction_key(model=facts.sha256, inputs=facts.inputs, fed=facts.fed, data_sha256=given)
    folder = task.evidence / "predictions" / key
    n = sum(map(len, images))
    limits = budget.within(predict.time_limits(task.rubric.run.limits, facts.macs, n))
    found = store.load_prediction(folder, task.since)
    if found is None or not _serves(found.problem, limits):
        if budget.left_s <= 0:
            return Prediction(transform=None, problem=message(NO_TIME), ours=True)
        may_run(task)
        place = predict.Place(limits=limits, slot=task.slot, order_seed=predict.order_seed(task.data))
        found = predict.on_own_images(models[facts.number], facts.outputs[0], transform, images, place)
        store.save_prediction(folder, found)
    budget.spend(found.cpu_seconds, found.problem)
    return found


def _serves(problem: Message | None, limits: Limits) -> bool:
    """Whether a stored result is final: one that was too slow is, unless there is more time for it now."""
    if problem is None or problem.key not in (*NEVER_REUSED, TOO_SLOW):
        return True
    return problem.key == TOO_SLOW and bool(problem.values["limit"] >= limits.time_s)


def outputs_of_models(task: Gathering, facts: Facts, models: Models, budget: Budget) -> Mapping[str, Outputs]:
    """What the models of ``predict_on`` that were understood give for hidden images."""
    return {
        name: _output(task, name, candidate, models, budget)
        for name in task.rubric.predict_on
        for candidate in facts.models.get(name, ())[-1:]
        if candidate.number in models
    }


def _output(task: Gathering, name: str, facts: ModelFacts, models: Models, budget: Budget) -> Outputs:
    on = task.rubric.predict_on[name]
    refused = outputs.too_large(facts, on)
    if refused is not None:
        return refused
    rng = calls.generator(task.secret, task.rubric.exercise, "predict_on", name)
    images = outputs.images(on, facts.inputs[0], rng)
    folder = task.evidence / "outputs" / keys.outputs_key(model=facts.sha256, images=images)
    limits = budget.within(predict.time_limits(task.rubric.run.limits, facts.macs, len(images)))
    found = store.load_outputs(folder, task.since)
    if found is None or not _serves(found.problem, limits):
        if budget.left_s <= 0:
            return Outputs(inputs=images, problem=message(NO_TIME), ours=True)
        may_run(task)
        found = outputs.outputs(facts, models[facts.number], images, limits=limits, slot=task.slot)
        store.save_outputs(folder, found)
    budget.spend(found.cpu_seconds, found.problem)
    return found
