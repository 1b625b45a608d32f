"""Targets: what sandbox 1 claims, from its frames to the pages that a class sees; and typed answers.

A run is written as JSON: ``{"rubric": id, "ended": how, "frames": [[kind, number, payload], ...]}``, where a payload is
a JSON value, ``{"text": ...}`` as it stands, ``{"array": header, "body": base64 of zlib or a number of zeros}``, or
``{"keras": configuration}`` for a model's file.
"""

from __future__ import annotations

import base64
import binascii
import csv
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from math import prod
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
from fuzz_corpus import entries
from fuzz_models import zipped
from fuzz_mutate import dumped

from grader import questions, reports, store, texts
from grader.course import course, rubric
from grader.evidence import calls, execute, keys, outputs, pictures, reading
from grader.models.keras_file import KerasModel
from grader.models.preprocess import deciding, members, wording
from grader.models.preprocess.matching import Pool
from grader.records import (
    CallFacts,
    Evidence,
    Facts,
    KnownData,
    Measured,
    ModelFacts,
    Outputs,
    Prediction,
    Provenance,
    Rubric,
    Run,
    RunSpec,
    Scorecard,
    Submission,
)
from grader.sandbox import Ending
from grader.scoring import answers, checks, score
from grader.scoring.accuracy import measure_prediction
from grader.untrusted import claims

COURSE = course.shipped()
FIRST = "mnist-mlp"  # graded by this rubric when a run names none that there is
ENDINGS = ("ok", "exit", "timeout", "memory", "output", "sandbox-error")
ROWS = (20, 10)  # images of the made-up data set: training, test
BODY_CAP = 4 << 20
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FOREIGN = re.compile(
    r"<(script|iframe|svg|object|embed|link|form)|<[^>]*\son\w+=|(href|src)=.javascript", re.IGNORECASE
)


@cache
def rubrics() -> Mapping[str, Rubric]:
    return {exercise: rubric.load(COURSE.rubric_path(exercise)) for exercise in COURSE.exercises}


@cache
def expected(exercise: str) -> Mapping[str, Any]:
    return COURSE.expected(exercise)


@cache
def key(exercise: str) -> Mapping[str, Any]:
    asked = rubrics()[exercise].questions
    return {} if asked is None else questions.variant(asked, secret=b"", student=None).key


@cache
def data() -> KnownData:
    """Bars as images, each class at a height of its own; few different values, so that runs on them stay small."""
    parts = []
    for first, count in zip((0, ROWS[0]), ROWS, strict=True):
        labels = (np.arange(count) % 10).astype(np.uint8)
        images = np.zeros((count, 28, 28), np.uint8)
        for number, (image, label) in enumerate(zip(images, labels, strict=True), start=first):
            image[2 * label : 2 * label + 6, 2 + number % 7 : 24] = 100 + 5 * number
        parts += [images, labels]
    return KnownData(x_train=parts[0], y_train=parts[1], x_test=parts[2], y_test=parts[3])


@cache
def reference_calls(exercise: str) -> Mapping[str, tuple[CallFacts, ...]]:
    """What the run of the reference in the corpus gives."""
    known = entries("facts").get(f"{exercise}.json")
    if known is None or not rubrics()[exercise].calls:
        return {}
    return calls.read(ending(json.loads(known)).frames, calls.cases_of_reference(rubrics()[exercise]))


# ---------------------------------------------------------------- frames to facts


def ending(described: Mapping[str, Any]) -> Ending:
    """What a sandbox would have handed over."""
    frames = {}
    listed = described.get("frames")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, list) and len(item) == 3 and isinstance(item[0], str) and type(item[1]) is int:
            frames[item[0], item[1]] = payload(item[2])
    how: Any = described.get("ended")
    return Ending(
        ended=how if how in ENDINGS else "ok",
        returncode=0,
        seconds=1.0,
        peak_memory=1,
        stdout=b"",
        stderr=b"",
        frames=frames,
        isolation="bubblewrap",
        memory_limit="watchdog",
    )


def payload(described: Any) -> bytes:
    if isinstance(described, dict) and described.keys() == {"text"} and isinstance(described["text"], str):
        return described["text"].encode("utf-8", "surrogatepass")
    if isinstance(described, dict) and described.keys() == {"keras"}:
        return zipped(dumped(described["keras"]))
    if isinstance(described, dict) and described.keys() == {"array", "body"}:
        return dumped(described["array"]) + b"\n" + _body(described["body"])
    return dumped(described)


def _body(described: Any) -> bytes:
    if type(described) is int:
        return bytes(min(abs(described), BODY_CAP))
    try:
        return zlib.decompressobj().decompress(base64.b64decode(str(described)), BODY_CAP)
    except (zlib.error, binascii.Error, ValueError):
        return str(described).encode("utf-8", "replace")


def packed(body: bytes) -> str:
    """The bytes of an array as a run in the corpus has them."""
    return base64.b64encode(zlib.compress(body, 9)).decode()


def facts_read(content: bytes) -> Iterable[str]:
    try:
        described = json.loads(content)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(described, dict):
        return ()
    named = described.get("rubric")
    about = rubrics()[named if isinstance(named, str) and named in rubrics() else FIRST]
    submission = Submission(student="ana", exercise=about.exercise, files={}, entry=None, sha256="0" * 64)
    run = execute.run_of(submission, ending(described), 0, RunSpec())
    card = graded(run, about)
    outcomes = {f"{about.exercise} {text.key}" for text in _texts(card)}
    assert not any("scoring.check_failed" in outcome for outcome in outcomes), _faults(card)
    reported(card, about, whole=zlib.crc32(content) % 4 == 0)
    return outcomes


def graded(run: Run, about: Rubric) -> Scorecard:
    """As ``gather`` and ``pipeline`` do it, with made-up outputs where a second sandbox would run a model."""
    facts, understood = reading.read(run, about)
    seen = pictures.recognised(facts.pictures, data(), "fuzz")
    predictions = {number: _prediction(model, facts, number) for number, model in understood.items()}
    facts = _with(facts, pictures=seen, predictions=predictions, outputs=dict(_outputs(facts, understood, about)))
    measured = {number: measure_prediction(one, data().y_test, data().y_train) for number, one in predictions.items()}
    return score.score(
        facts=facts,
        rubric=about,
        measured=measured,
        expected=expected(about.exercise),
        key=key(about.exercise),
        identity=score.Identity(student="ana", slug="ana"),
        provenance=_provenance(run),
        reference_calls=reference_calls(about.exercise),
        data=data(),
    )


def _with(facts: Facts, **changes: Any) -> Facts:
    from dataclasses import replace

    return replace(facts, **changes)


def _provenance(run: Run) -> Provenance:
    return Provenance(
        submission=run.submission,
        rubric="",
        data="mnist",
        data_sha256="",
        versions=dict(run.environment),
        seed=0,
        isolation=run.isolation,
        seconds=run.seconds,
        peak_memory=run.peak_memory,
    )


def _prediction(model: KerasModel, facts: Facts, number: int) -> Prediction:
    own = next(one for one in facts.recorded if one.number == number)
    keys.prediction_key(model=own.sha256, inputs=own.inputs, fed=own.fed, data_sha256="")
    pools = [Pool(part="train", fetch=lambda: data().x_train), Pool(part="test", fetch=lambda: data().x_test)]
    decision = deciding.identify(own.fed, own.inputs[0], pools)
    for transform in decision.candidates:
        members.spec(transform)
        texts.text(wording.describe(transform))
    if decision.problem is not None or prod(own.outputs[0]) > 200:
        return Prediction(transform=None, problem=decision.problem, ours=True)
    rng = np.random.default_rng(number)
    test, train = (
        rng.choice([0.1, 0.9, -3.0, np.nan, np.inf], (n, prod(own.outputs[0]))).astype("f4") for n in (10, 20)
    )
    return Prediction(transform=decision.candidates[0], test=test, train=train)


def _outputs(facts: Facts, understood: Mapping[int, KerasModel], about: Rubric) -> Iterator[tuple[str, Outputs]]:
    for name, on in about.predict_on.items():
        for candidate in facts.models.get(name, ())[-1:]:
            if candidate.number in understood:
                yield name, _output(candidate, outputs.too_large(candidate, on), on)


def _output(model: ModelFacts, refused: Outputs | None, on: Any) -> Outputs:
    if refused is not None:
        return refused
    given = outputs.images(on, model.inputs[0], np.random.default_rng(0))
    keys.outputs_key(model=model.sha256, images=given)
    return Outputs(inputs=given, outputs=np.zeros((len(given), *model.outputs[0]), np.float32))


# ---------------------------------------------------------------- card and reports


def _texts(card: Scorecard) -> Iterator[Any]:
    for verdict in card.verdicts:
        yield from (text for text in (verdict.why, verdict.expected, verdict.actual) if text is not None)
    yield from (*card.review, *card.notices)


def _faults(card: Scorecard) -> str:
    return "; ".join(text.en for text in _texts(card) if "check_failed" in text.key)


def reported(card: Scorecard, about: Rubric, *, whole: bool) -> None:
    """The card survives the disk, and its page holds what it promises; ``whole``: all other reports too."""
    assert 0 <= card.points <= card.max_points + 1e-9
    again = store.load_card(store.dump_card(card))
    assert store.load_card(store.dump_card(again)) == again
    if whole:
        files = dict(reports.render([again], about, lang="es", formats=("csv", "html", "junit")))
    else:
        files = {"page.html": reports.pages.student_page(again, about, "en")}
    for name, content in files.items():
        written = content.decode("utf-8")
        assert not HIDDEN.search(written)
        if name.endswith(".html"):
            assert "default-src &#39;none&#39;" in written
            assert not FOREIGN.search(written)
            assert "<img" not in written
    if "grades.csv" in files:
        _tables(files["grades.csv"].decode(), files["junit.xml"])


def _tables(grades: str, junit: bytes) -> None:
    cells = [cell for row in csv.reader(io.StringIO(grades)) for cell in row]
    assert not any(cell.startswith(("=", "+", "@", "|", "%")) for cell in cells)
    ET.fromstring(junit)


# ---------------------------------------------------------------- typed answers


@cache
def asking() -> Sequence[tuple[str, Any]]:
    """Every criterion of the course that looks at a typed answer, by its exercise."""
    return [
        (exercise, criterion)
        for exercise, about in rubrics().items()
        for criterion in about.criteria
        if {"answer", "table"} & criterion.params.keys()
    ]


@cache
def wanted() -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for about in rubrics().values() for name in answers.wanted(about)))


def answers_read(content: bytes) -> Iterable[str]:
    """One frame of answers, held against every criterion of the course that asks for one."""
    typed = claims.mapping(claims.parse(content))
    raw = {**claims.mapping(typed.get("variables")), **claims.mapping(typed.get("answers"))}
    claimed = answers.claimed_student(raw)
    found, _, notices = answers.collect(raw, wanted())
    outcomes = {texts.text(notice).key for notice in notices} | {str(bool(claimed))}
    facts = Facts(ended="ok", answers=found)
    for exercise, criterion in asking():
        if not {criterion.params.get("answer"), criterion.params.get("table")} & found.keys():
            continue  # it says what it says without an answer
        evidence = Evidence(
            facts=facts,
            model=_model(),
            measured=Measured(),
            expected=expected(exercise),
            key=key(exercise),
            data=data(),
        )
        said = checks.judge(criterion.check, evidence, criterion.params)
        assert said.credit is None or 0 <= said.credit <= 1
        for part in (said.why, said.expected, said.actual):
            text = texts.optional_text(part)
            assert text is None or len(text.en) < 20_000
        outcomes.add(f"{criterion.check} {said.why.key}")
    for value in list(found.values())[:20]:
        for read in (answers.read_number, answers.read_shape, answers.read_word):
            read(value)
        assert len(answers.shown(value)) <= answers.SHOWN_CAP
    return outcomes


@cache
def _model() -> ModelFacts:
    """The model of the reference of an exercise with a table of layers."""
    known = entries("facts").get("save-and-predict.json")
    assert known is not None
    submission = Submission(student="", exercise="", files={}, entry=None)
    run = execute.run_of(submission, ending(json.loads(known)), 0, RunSpec())
    facts, _ = reading.read(run, rubrics()["save-and-predict"])
    return facts.models["main"][-1]
