"""Run -> Facts: what the frames of sandbox 1 show, with every model file read by ``keras_file``.

A pure function of the run and the rubric: re-derived at each score, so that a better reader or
a changed rubric needs no new run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from grader.evidence import calls, candidates, heads
from grader.evidence.events import events
from grader.evidence.exports import exports
from grader.evidence.models import Models, Shown
from grader.evidence.pictures import pictures
from grader.records import (
    CompileFacts,
    EvaluationFacts,
    Facts,
    FedData,
    FitFacts,
    HowFound,
    LayerFacts,
    Message,
    ModelFacts,
    QueryFacts,
    Rubric,
    Run,
    message,
)
from grader.scoring import answers
from grader.scoring.checks.subject import INNER_KERAS
from grader.scoring.model_choice import called
from grader.untrusted import claims

FITS_CAP = 200
EPOCHS_CAP = 20_000
OUTPUTS_CAP = 64
ASKED_CAP = 12_500  # bytes, each for eight test images
NOTHING_KNOWN: Mapping[int, Shown] = {}
STOPPED = {
    "time": "measuring.stopped_after",
    "max_epochs": "measuring.stopped_by_epochs",
    "max_fit_time": "measuring.stopped_by_fit_time",
}


def _words(value: Any) -> str | None:
    return claims.word(value, 300) if isinstance(value, str) else None


# What a run can say of itself, and how each value is read; whatever else it says is dropped.
NOTICES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "runs.install_skipped": {"line": _words},
    "runs.download_skipped": {"line": _words},
    "runs.stood_in": {"name": _words},
    "runs.magic_skipped": {"name": _words},
    "runs.input_answered": {"prompt": _words},
    "runs.recorder_fault": {"error": _words},
    "runs.quick": {"rows": claims.whole, "epochs": claims.whole},
    "runs.untrained": {},
    "runs.waited": {},
    "runs.folder_of_service_missing": {"name": _words},
    "runs.drive_not_mounted": {"name": _words},
    "runs.folder_is_empty": {"name": _words},
    "runs.submitted_file_read": {"name": _words},
    "runs.upload_given": {"names": _words},
    "runs.upload_empty": {},
    "runs.colab_only": {"name": _words},
    "runs.secret_empty": {"name": _words},
    INNER_KERAS: {},
    **{key: {} for key in ("runs.output_cut", "runs.output_full", "runs.disk_full", "runs.not_reproducible")},
}


def read(run: Run, rubric: Rubric, known: Mapping[int, Shown] = NOTHING_KNOWN) -> tuple[Facts, Models]:
    """The facts of a run, and its models (for prediction); ``known`` is what their files showed before."""
    status = claims.mapping(claims.parse(run.frames.get(("status", 0))))
    records = [
        record
        for record in claims.items(claims.parse(run.frames.get(("models", 0))), 64)
        if isinstance(record, dict) and claims.whole(record.get("number")) is not None
    ]
    shapes = {record["number"]: claims.shape(claims.mapping(record.get("fed")).get("shape")) for record in records}
    contents = Models(run, known, {number: shape for number, shape in shapes.items() if shape is not None})
    recorded = [(record, _model(run, record, contents)) for record in records]
    typed = claims.mapping(claims.parse(run.frames.get(("answers", 0))))
    raw = {**claims.mapping(typed.get("variables")), **claims.mapping(typed.get("answers"))}
    found, keys, answer_notices = answers.collect(raw, answers.wanted(rubric))
    models, near = candidates.meant(recorded, rubric.models)
    called = claims.word(typed.get("called"), 200)
    if called and found:
        answer_notices = (message("checks.answers_called", called=answers.shown(called)), *answer_notices)
    facts = Facts(
        ended=run.ended,
        failed=run.failed,
        models=models,
        answers=found,
        answer_keys=keys,
        exports=exports(run, rubric),
        recorded=tuple(sorted((model for _, model in recorded), key=lambda model: model.number)),
        pictures=pictures(run),
        calls=calls.read(run.frames, rubric.calls),
        events=events(run),
        claimed_student=answers.claimed_student(claims.mapping(typed.get("variables"))),
        notices=(
            *_notices(status),
            *near,
            *_fit_notices(models),
            *_size_notices(models),
            *heads.notices(models),
            *answer_notices,
        ),
        seconds=run.budget_seconds,
        peak_memory=run.peak_memory,
        problem=run.problem,
    )
    return facts, contents


def _model(run: Run, record: Mapping[str, Any], contents: Models) -> ModelFacts:
    number = record["number"]
    common: dict[str, Any] = {
        "number": number,
        "variables": claims.words(record.get("variables")),
        "name": claims.word(record.get("name"), 100),
        "how": _how(record),
        "class_name": claims.word(record.get("class_name"), 200) or "?",
        "compiled": _compiled(record.get("compile")),
        "fits": tuple(_fit(fit) for fit in claims.items(record.get("history"), FITS_CAP) if isinstance(fit, dict)),
        "evaluations": tuple(_evaluation(item) for item in claims.items(record.get("evaluations"), FITS_CAP)),
        "queries": tuple(_query(item) for item in claims.items(record.get("queries"), FITS_CAP)),
        "asked": claims.raw(record.get("asked"), ASKED_CAP),
        "fed": _fed(run, number, record.get("fed")),
        "trained_here": claims.truth(record.get("trained_here")),
    }
    shown = contents.show(number)
    if shown is None:
        layers = _claimed_layers(record)
        total = sum(layer.params for layer in layers)
        built = claims.truth(record.get("built")) is not False
        if not built:
            layers = tuple(replace(layer, unsized=True) for layer in layers)
        why = _not_saved(common["class_name"], claims.word(record.get("save_error"), 300), built=built)
        return ModelFacts(**common, source="claim", layers=layers, total_params=total, built=built, refusal=why)
    if shown.refusal is not None:
        return ModelFacts(**common, source="claim", layers=_claimed_layers(record), refusal=shown.refusal)
    whole = ModelFacts(
        **common,
        source="file",
        heads=shown.heads,
        layers=shown.layers,
        inputs=shown.inputs,
        outputs=shown.outputs,
        total_params=shown.total_params,
        trainable_params=shown.trainable_params,
        macs=shown.macs,
        sha256=shown.sha256,
        built=shown.built,
    )
    return heads.of_classes(whole)


def _not_saved(kind: str, reason: str, *, built: bool) -> Message:
    """Why there is no file of a model."""
    if not built:
        return message("measuring.never_called", model=kind)
    if not reason:
        return message("measuring.not_saved_at_all", model=kind)
    return message("measuring.not_saved", model=kind, reason=reason)


def _how(record: Mapping[str, Any]) -> HowFound:
    if claims.whole(record.get("fits")):
        return "fit"
    if claims.whole(record.get("evaluates")) or claims.whole(record.get("predicts")):
        return "evaluate"
    return "compile" if record.get("compiled") is True else "build"


def _compiled(value: Any) -> CompileFacts | None:
    if not isinstance(value, dict):
        return None
    return CompileFacts(
        optimizer=claims.word(value.get("optimizer"), 200) or None,
        optimizer_config=claims.settings(value.get("optimizer_config")),
        loss=claims.word(value.get("loss"), 200) or None,
        loss_like=claims.word(value.get("loss_like"), 200),
        from_logits=value.get("from_logits") is True,
        metrics=claims.words(value.get("metrics")),
        losses={
            name[:100]: loss
            for name, given in list(claims.mapping(value.get("losses")).items())[:OUTPUTS_CAP]
            if (loss := claims.word(given, 200))
        },
    )


def _fit(value: Mapping[str, Any]) -> FitFacts:
    series = {
        name[:100]: tuple(
            number for point in claims.items(points, EPOCHS_CAP) if (number := claims.real(point)) is not None
        )
        for name, points in list(claims.mapping(value.get("metrics")).items())[:40]
    }
    return FitFacts(
        epochs_asked=claims.whole(value.get("epochs_asked")) or 0,
        epochs_done=claims.whole(value.get("epochs_done")) or 0,
        stopped=cast(Any, stopped) if (stopped := claims.word(value.get("stopped"))) in STOPPED else "",
        batch_size=claims.whole(value.get("batch_size")),
        rows=claims.whole(value.get("rows")),
        distinct_rows=claims.whole(value.get("distinct_rows")),
        test_rows=claims.whole(value.get("test_rows")),
        seconds=claims.real(value.get("seconds")) or 0.0,
        history=series,
        validated_on_test=value.get("validated_on_test") is True,
        compiled=_compiled(value.get("compiled")),
        callbacks=claims.words(value.get("callbacks")),
        moved=claims.real(value.get("moved")),
    )


def _evaluation(value: Any) -> EvaluationFacts:
    claim = claims.mapping(value)
    metrics = claims.mapping(claim.get("metrics")).items()
    return EvaluationFacts(
        rows=claims.whole(claim.get("rows")),
        fits=claims.whole(claim.get("fits")),
        largest=claims.real(claim.get("largest")),
        part=claim["part"] if claim.get("part") in ("train", "test") else "",
        metrics={name[:100]: real for name, number in list(metrics)[:40] if (real := claims.real(number)) is not None},
    )


def _query(value: Any) -> QueryFacts:
    claim = claims.mapping(value)
    rows, fits = claims.whole(claim.get("rows")), claims.whole(claim.get("fits"))
    return QueryFacts(rows=rows, fits=fits, known=claim.get("known") is True)


def _fed(run: Run, number: int, value: Any) -> FedData | None:
    claim = claims.mapping(value)
    shape = claims.shape(claim.get("shape"))
    if shape is None:
        return None
    raw = claims.array(run.frames.get(("samples", number)))
    samples = raw[1] if raw is not None and raw[1].shape[1:] == shape and raw[1].shape[0] <= 64 else None
    rows = tuple(row for item in claims.items(claim.get("rows"), 64) if (row := claims.whole(item)) is not None)
    known = samples is not None and len(rows) == len(samples)
    return FedData(
        shape=shape,
        length=claims.whole(claim.get("length")),
        dtype=claims.word(claim.get("dtype"), 40),
        minimum=claims.real(claim.get("minimum")) or 0.0,
        maximum=claims.real(claim.get("maximum")) or 0.0,
        mean=claims.real(claim.get("mean")) or 0.0,
        std=claims.real(claim.get("std")) or 0.0,
        rows=rows if known else None,
        part=claim["part"] if claim.get("part") in ("train", "test") else "",
        samples=samples,
    )


def _claimed_layers(record: Mapping[str, Any]) -> tuple[LayerFacts, ...]:
    layers = []
    for item in claims.items(record.get("layers"), 500):
        claim = claims.mapping(item)
        layers.append(
            LayerFacts(
                name=claims.word(claim.get("name"), 200),
                kind=claims.word(claim.get("kind"), 200) or "?",
                input_shape=claims.shape(claim.get("input_shape")) or (),
                output_shape=claims.shape(claim.get("output_shape")) or (),
                params=claims.whole(claim.get("params")) or 0,
                trainable=claim.get("trainable") is not False,
                config=claims.settings(claim.get("config")),
            )
        )
    return tuple(layers)


def _notices(status: Mapping[str, Any]) -> tuple[Message, ...]:
    """The runner's notices: only those that a run can have, with the values that their sentences need."""
    notices = []
    for item in claims.items(status.get("notices"), 50):
        claim = claims.mapping(item)
        key, values = claims.word(claim.get("key"), 100), claims.mapping(claim.get("values"))
        wanted = NOTICES.get(key)
        if wanted is not None and values.keys() == wanted.keys():
            found = {name: wanted[name](value) for name, value in values.items()}
            if None not in found.values():
                notices.append(Message(key=key, values=found))
    return tuple(notices)


def _fit_notices(models: Mapping[str, tuple[ModelFacts, ...]]) -> tuple[Message, ...]:
    """What a reader of the card must know of each training: that it was stopped, and by what."""
    stopped = {model.number: fit for meant in models.values() for model in meant for fit in model.fits if fit.stopped}
    return tuple(
        message(STOPPED[fit.stopped], done=fit.epochs_done, asked=fit.epochs_asked) for fit in stopped.values()
    )


def _size_notices(models: Mapping[str, tuple[ModelFacts, ...]]) -> tuple[Message, ...]:
    """Which models have an input of free sizes, and the sizes that they are graded with."""
    free = {
        model.number: message("measuring.sizes_of_data", model=called(model), shape=list(model.inputs[0]))
        for meant in models.values()
        for model in meant
        if model.source == "file"
        and any(None in layer.config["batch_shape"][1:] for layer in model.layers if layer.kind == "InputLayer")
    }
    return tuple(free.values())
