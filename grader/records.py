"""The values that travel through the house: frozen, keyword-only, slotted dataclasses.

A record says what is; it decides nothing. numpy is the only foreign import here.
Sizes are bytes, times are seconds and shares are fractions 0-1 unless a name says otherwise.
Shapes never hold the batch axis: (28, 28, 1), not (None, 28, 28, 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import fsum, sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")
Shape = tuple[int, ...]
Ended = Literal[
    "ok", "error", "timeout", "memory", "output", "exit",
    "missing", "unreadable", "refused", "sandbox-error",
]
State = Literal["full", "partial", "lost", "blocked", "unjudged"]
HowFound = Literal["named", "fit", "evaluate", "compile", "build"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A sentence that a reader may see: a key of ``texts`` and the values that fill it (JSON data)."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def message(key: str, **values: Any) -> Message:
    """Short form of ``Message(key=..., values={...})``."""
    return Message(key=key, values=values)


# ---------------------------------------------------------------- what was handed in


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Why a hand-in cannot be run at all."""

    ended: Literal["unreadable", "refused", "missing"]
    why: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """What one student handed in for one exercise, wholly in memory."""

    student: str
    exercise: str
    files: Mapping[str, bytes]          # relative name -> content, the entry among them
    entry: str | None                   # the notebook or module that is run; None when there is none
    others: tuple[str, ...] = ()        # candidates that were not chosen
    origin: str = ""                    # where it lay, relative to the folder that the teacher named
    received: str | None = None         # a folder does not tell; learning platforms do
    sha256: str = ""
    problem: Problem | None = None
    notices: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one sandboxed command may use."""

    wall_s: float = 600.0
    cell_s: float = 300.0
    memory_mb: int = 3072
    processes: int = 256
    disk_mb: int = 256                  # size of the sandbox's /tmp
    output_mb: int = 200                # frames that may come out


# ---------------------------------------------------------------- what running it gave


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedCell:
    """A cell that did not end well, as the sandbox claims it."""

    cell: int                           # 1-based position among all cells of the notebook
    kind: Literal["error", "timeout", "died", "syntax"]
    error: str = ""                     # exception class, e.g. "ValueError"
    text: str = ""                      # its message
    line: str = ""                      # the student's source line, when known
    cause: Message | None = None
    cure: Message | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One execution of a submission. ``seconds``, ``peak_memory`` and ``ended`` are measured outside;
    ``ended`` is refined by the sandbox's own claims only between ok, error, timeout and exit.
    """

    submission: str                     # sha256 of what ran
    ended: Ended
    failed: tuple[FailedCell, ...] = ()
    seconds: float = 0.0
    peak_memory: int = 0
    frames: Mapping[tuple[str, int], bytes] = field(default_factory=dict)   # (kind, number) -> payload
    environment: Mapping[str, str] = field(default_factory=dict)
    isolation: str = ""
    detail: str = ""                    # our own words on a sandbox-error, for the teacher
    seed: int = 0
    problem: Message | None = None      # why it could not run, for unreadable and refused
    memory_limit: str = ""              # what held the memory limit: "watchdog on PSS"


# ---------------------------------------------------------------- what it shows


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerFacts:
    """One layer: what it is, what goes in and out, and how its numbers come about."""

    name: str                           # path inside nested models: "encoder/conv2d"
    kind: str                           # Keras class name: "Conv2D"
    input_shape: Shape                  # of its first input
    output_shape: Shape
    params: int
    trainable: bool                     # the layer's own flag (and its parents')
    config: Mapping[str, Any]           # the whole checked configuration
    shape_derivation: str = ""          # "floor((28 + 2*0 - 3) / 1) + 1 = 26; 32 filters"
    params_derivation: str = ""         # "1 x 3 x 3 x 32 + 32 = 320"
    trainable_params: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class CompileFacts:
    """How a model was compiled, as claimed: Keras class names, not aliases, when known."""

    optimizer: str | None = None
    optimizer_config: Mapping[str, Any] = field(default_factory=dict)
    loss: str | None = None
    from_logits: bool = False
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FitFacts:
    """One call of ``fit`` (or a run of ``train_on_batch``), as claimed."""

    epochs_asked: int
    epochs_done: int
    stopped: Literal["", "time"] = ""   # "time": our clock ended it at an epoch's or batch's end
    batch_size: int | None = None
    rows: int | None = None             # training rows handed over
    distinct_rows: int | None = None
    seconds: float = 0.0
    history: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    validated_on_test: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class EvaluationFacts:
    """One call of ``evaluate``, as claimed: what the student saw, on a stand-in when the test set is hidden."""

    rows: int | None
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class FedData:
    """What the recorder saw go into a model: statistics of the whole and at most 64 sampled rows."""

    shape: Shape                        # of one row
    length: int | None                  # number of rows, None when a stream does not say
    dtype: str
    minimum: float
    maximum: float
    mean: float
    std: float
    rows: tuple[int, ...] | None        # indices of the samples in the mounted set; None when unknown
    part: Literal["train", "test", ""]  # which mounted part has this length; "" when neither
    samples: NDArray[Any] | None        # (<= 64, *shape), dtype as fed


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelFacts:
    """One recorded model."""

    number: int
    variables: tuple[str, ...]          # names that pointed to it, most recent last
    how: HowFound
    class_name: str
    source: Literal["file", "claim"]    # read by us from its .keras, or only described by the sandbox
    layers: tuple[LayerFacts, ...] = ()
    inputs: tuple[Shape, ...] = ()
    outputs: tuple[Shape, ...] = ()
    total_params: int = 0
    trainable_params: int = 0
    macs: int = 0                       # multiply-adds per image
    compiled: CompileFacts | None = None
    fits: tuple[FitFacts, ...] = ()
    evaluations: tuple[EvaluationFacts, ...] = ()
    fed: FedData | None = None
    refusal: Message | None = None      # why we could not read it: criteria on it are unjudged
    sha256: str = ""                    # of the canonical archive; "" when there is none


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportFacts:
    """A variable that the rubric exports: whole when small, else described by 256 fixed rows."""

    name: str
    shape: Shape                        # full shape, first axis included
    dtype: str
    minimum: float | None
    maximum: float | None
    finite: bool
    values: NDArray[Any] | None         # the whole array, when it was at most 1 MB
    rows: tuple[int, ...] = ()          # indices of ``row_values`` when it was larger
    row_values: NDArray[Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Transform:
    """One member of the closed family of preprocessings: values, then layout. See ``transform``."""

    values: Literal["identity", "affine", "per_pixel", "unit_rows", "unit_columns", "unit_images"] = "identity"
    scale: float = 1.0                  # affine: scale * x + offset, x the raw 0-255 value
    offset: float = 0.0
    scale_map: NDArray[np.float32] | None = None    # per_pixel: (28, 28)
    offset_map: NDArray[np.float32] | None = None
    height: int = 28                    # after padding or resizing
    width: int = 28
    fit: Literal["none", "pad", "resize"] = "none"
    interpolation: str = ""             # resize only: "bilinear", "nearest", ...
    pad_value: float = 0.0              # in transformed units
    channels: Literal[0, 1, 3] = 0      # 0: no channel axis
    flat: bool = False
    transposed: bool = False            # rows and columns exchanged, before everything else
    name: str = "identity"              # e.g. "x/255": the texts and the card use it


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """What sandbox 2 gave for one model: outputs of shape (n, k), in the order of the images."""

    transform: Transform | None
    test: NDArray[np.float32] | None = None
    train: NDArray[np.float32] | None = None
    problem: Message | None = None      # why there is none; None when all is well
    ours: bool = False                  # the problem is our fault or unknown: unjudged
    nearest: Transform | None = None    # no member fits: the nearest, for information only


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Everything a check may look at: what is, never whether it is right."""

    ended: Ended
    failed: tuple[FailedCell, ...] = ()
    models: Mapping[str, tuple[ModelFacts, ...]] = field(default_factory=dict)  # rubric name -> candidates
    answers: Mapping[str, Any] = field(default_factory=dict)        # as typed: JSON data
    answer_keys: Mapping[str, str] = field(default_factory=dict)    # accepted near-miss: wanted -> typed
    exports: Mapping[str, ExportFacts] = field(default_factory=dict)
    predictions: Mapping[int, Prediction] = field(default_factory=dict)         # model number -> outputs
    notices: tuple[Message, ...] = ()
    seconds: float = 0.0
    peak_memory: int = 0
    problem: Message | None = None      # why nothing ran, for unreadable, refused, sandbox-error


@dataclass(frozen=True, kw_only=True, slots=True)
class Accuracy:
    """``correct`` of ``n`` images, with its 95 % Wilson interval (Wilson 1927)."""

    correct: int
    n: int

    @property
    def value(self) -> float:
        return self.correct / self.n

    @property
    def interval(self) -> tuple[float, float]:
        z, n, p = 1.959963984540054, self.n, self.value
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return centre - half, centre + half


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What our own measurement says of one model."""

    test: Accuracy | None = None
    train: Accuracy | None = None
    problem: Message | None = None      # why nothing could be measured
    ours: bool = False                  # unjudged (True) or the student's own doing (False)
    seeds: tuple[Accuracy, ...] = ()    # test accuracies of repeated runs, this one first
    notes: tuple[Message, ...] = ()     # what a reader must know of the numbers: outputs that were not numbers


# ---------------------------------------------------------------- the teacher's side


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedLayer:
    """One line of a rubric's ``structure``."""

    id: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    repeat: tuple[int, int | None] = (1, 1)     # least, most (None: no limit)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSpec:
    """The part of a rubric that decides what happens in sandbox 1."""

    limits: Limits = field(default_factory=Limits)
    seeds: int = 1
    stop_on_error: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelChoice:
    """How a rubric selects a model: the rule "auto", or a variable's name."""

    variable: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """One line of a rubric that can give points."""

    id: str
    points: float
    check: str
    params: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    when_unmet: float = 0.0
    model: str = "main"
    title: Mapping[str, str] = field(default_factory=dict)
    hint: Mapping[str, str] = field(default_factory=dict)
    visibility: Literal["visible", "hidden"] = "visible"
    line: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rubric:
    """A checked rubric; ``criteria`` keep the order of the file."""

    exercise: str
    title: Mapping[str, str]
    data: str                           # data set name: "mnist"
    test: Literal["hidden", "public"]
    run: RunSpec
    criteria: tuple[Criterion, ...]
    models: Mapping[str, ModelChoice] = field(default_factory=lambda: {"main": ModelChoice()})
    structure: tuple[ExpectedLayer, ...] = ()
    exports: tuple[str, ...] = ()
    mutants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    path: str = ""
    sha256: str = ""

    @property
    def max_points(self) -> float:
        return fsum(criterion.points for criterion in self.criteria)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alignment:
    """A model laid beside a rubric's structure."""

    pairs: Mapping[str, tuple[LayerFacts, ...]]     # expected id -> the layers matched (empty: missing)
    extra: tuple[LayerFacts, ...] = ()              # layers that no line of the structure asked for
    activations: Mapping[str, str] = field(default_factory=dict)   # layer name -> effective activation


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What a check is given."""

    facts: Facts
    model: ModelFacts | None = None                 # the one this criterion is about
    alignment: Alignment | None = None
    measured: Measured | None = None
    expected: Mapping[str, Any] = field(default_factory=dict)   # reference/<id>/expected.json
    key: Mapping[str, Any] = field(default_factory=dict)        # this student's variant
    earlier: Mapping[str, float | None] = field(default_factory=dict)   # credits of the criteria above
    structure: tuple[ExpectedLayer, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What a check says: credit 0-1, or None when it cannot be judged; why, with the student's numbers."""

    credit: float | None
    why: Message
    expected: Message | None = None
    actual: Message | None = None


# ---------------------------------------------------------------- what a student reads


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A message with its renderings, as cards keep it."""

    key: str
    values: Mapping[str, Any]
    en: str
    es: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """One criterion, judged."""

    criterion: str
    state: State
    points: float                       # credit x max_points; 0 when unjudged
    max_points: float
    credit: float | None
    why: Text
    expected: Text | None = None
    actual: Text | None = None
    blocked_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class GradedModel:
    """The model that the verdicts are about, for the reader."""

    found: Text                         # which object, how it was found
    layers: tuple[LayerFacts, ...]
    total_params: int
    trainable_params: int
    source: Literal["file", "claim"]
    preprocessing: Text | None = None
    test: Accuracy | None = None
    train: Accuracy | None = None
    others: tuple[Text, ...] = ()       # the other candidates and what they would have earned


@dataclass(frozen=True, kw_only=True, slots=True)
class FailedCellText:
    """A failed cell, for the reader."""

    cell: int
    kind: str
    error: str
    text: str
    line: str
    cause: Text | None = None
    cure: Text | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """What a card rests on; ``seconds`` and ``peak_memory`` are the only parts that differ between runs."""

    submission: str
    rubric: str
    data: str                           # name of the data set that was used
    data_sha256: str
    versions: Mapping[str, str]
    seed: int
    isolation: str
    memory_limit: str = ""
    seconds: float = 0.0
    peak_memory: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Scorecard:
    """One student's result for one exercise: all that a report may show."""

    student: str
    slug: str
    exercise: str
    status: str                         # Run.ended, or "duplicate"
    verdicts: tuple[Verdict, ...]
    points: float
    unjudged: float
    max_points: float
    review: tuple[Text, ...]
    notices: tuple[Text, ...]
    failed: tuple[FailedCellText, ...]
    model: GradedModel | None
    provenance: Provenance
    ended: Ended = "ok"
    name: str = ""                      # from the roster
    email: str = ""
    group: str = ""
    origin: str = ""
