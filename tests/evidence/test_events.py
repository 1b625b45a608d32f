"""Events and settings of trainings out of the sandbox's claims: field by field, nothing trusted."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.evidence import reading
from grader.evidence.events import events
from grader.records import CompileFacts, EventFacts, Run
from tests.support.facts import rubric

RUN = Run(submission="a" * 64, ended="ok")


def told(claim: Any) -> tuple[EventFacts, ...]:
    frames = {("events", 0): json.dumps(claim).encode()}
    return events(Run(submission=RUN.submission, ended="ok", frames=frames))


def test_an_event_is_read_field_by_field() -> None:
    whole = {"kind": "save", "model": 3, "fits": 2, "path": "a.keras", "cell": 7}
    assert told([whole]) == (EventFacts(kind="save", model=3, fits=2, path="a.keras", cell=7),)
    odd = {"kind": "load", "model": -1, "fits": "many", "path": 7, "cell": 1.5}
    assert told([odd]) == (EventFacts(kind="load", model=None),)
    assert told([{"kind": "plot"}, {"kind": "delete"}, {"kind": ["save"]}, None, 3]) == (
        EventFacts(kind="plot", model=None),
    )
    assert told([{**whole, "path": "x" * 5000}])[0].path == "x" * 300
    assert len(told([whole] * 900)) == 800
    assert events(RUN) == ()
    brought = [{"kind": "load_weights", "trained_here": claim} for claim in (True, False, None, 1, "yes")]
    assert [event.trained_here for event in told(brought)] == [True, False, None, None, None]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["kind", "model", "fits", "path", "cell", "x"]), inner, max_size=5)
    ),
    max_leaves=15,
)


@given(json_values)
def test_no_claim_breaks_the_reader(claim: Any) -> None:
    for event in told(claim):
        assert event.kind in ("save", "load", "plot", "save_weights", "load_weights", "set_weights")
        assert event.fits >= 0


def test_each_training_has_its_own_settings_and_every_model_is_there() -> None:
    once = {"epochs_asked": 1, "compiled": {"optimizer": "Adam", "loss": "mse"}, "callbacks": ["EarlyStopping", 3]}
    odd = {"epochs_asked": 1, "compiled": [1], "callbacks": "EarlyStopping"}
    models = [
        {
            "number": 4,
            "fits": 2,
            "trained_here": True,
            "history": [once, odd],
            "evaluations": [{"rows": 5, "metrics": {}, "fits": 1, "part": "test"}],
            "queries": [{"rows": 10000, "known": True}, {"rows": "many"}, "all", {"rows": 20}],
        },
        {
            "number": 1,
            "evaluates": 1,
            "trained_here": 1,
            "evaluations": [{"rows": 5, "metrics": {}, "fits": "x", "part": ["train"]}],
            "queries": 7,
        },
    ]
    run = Run(submission=RUN.submission, ended="ok", frames={("models", 0): json.dumps(models).encode()})
    facts, _ = reading.read(run, rubric())
    assert [model.number for model in facts.recorded] == [1, 4]
    assert [model.trained_here for model in facts.recorded] == [None, True]
    assert [model.number for model in facts.models["main"]] == [4]
    first, second = facts.recorded[1].fits
    assert (first.compiled, first.callbacks) == (CompileFacts(optimizer="Adam", loss="mse"), ("EarlyStopping",))
    assert (second.compiled, second.callbacks) == (None, ())
    assert [model.evaluations[0].fits for model in facts.recorded] == [None, 1]
    assert [model.evaluations[0].part for model in facts.recorded] == ["", "test"]
    asked = [[(query.rows, query.known) for query in model.queries] for model in facts.recorded]
    assert asked == [[], [(10000, True), (None, False), (None, False), (20, False)]]
