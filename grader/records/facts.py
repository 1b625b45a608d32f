"""What a run shows: what is, never whether it is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.records.handed_in import Diagnosis, FailedCell, OldImport, PassedOver
from grader.records.words import Ended, HowFound, Message, Shape


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerFacts:
    """One layer: what it is, what goes in and out, and how its numbers come about."""

    name: str  # path inside nested models: "encoder/conv2d"
    kind: str  # Keras class name: "Conv2D"
    input_shape: Shape  # of its first input
    output_shape: Shape
    params: int
    trainable: bool  # the layer's own flag (and its parents')
    config: Mapping[str, Any]  # the whole checked configuration
    shape_derivation: str = ""  # "floor((28 + 2*0 - 3) / 1) + 1 = 26; 32 filters"
    params_derivation: str = ""  # "1 x 3 x 3 x 32 + 32 = 320"
    trainable_params: int = 0
    unsized: bool = False  # its input shape was never told: () and 0 stand for what is not known


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """One output of a model that has several."""

    name: str  # as Keras calls it: the key of a dictionary, else the layer that gives it
    layers: tuple[str, ...]  # names of the layers on the way to it


@dataclass(frozen=True, kw_only=True, slots=True)
class CompileFacts:
    """How a model was compiled, as claimed: Keras class names, not aliases, when known."""

    optimizer: str | None = None
    optimizer_config: Mapping[str, Any] = field(default_factory=dict)
    loss: str | None = None
    loss_like: str = ""  # of a loss of the notebook's own: the one of Keras that gives the same, but for a factor
    from_logits: bool = False
    metrics: tuple[str, ...] = ()
    losses: Mapping[str, str] = field(default_factory=dict)  # of several outputs: by name, or by place from "0"


@dataclass(frozen=True, kw_only=True, slots=True)
class FitFacts:
    """One call of ``fit`` (or a run of ``train_on_batch``), as claimed."""

    epochs_asked: int
    epochs_done: int
    # What ended it at an epoch's or batch's end: our clock, or a budget of the rubric.
    stopped: Literal["", "time", "max_epochs", "max_fit_time"] = ""
    batch_size: int | None = None
    rows: int | None = None  # training rows handed over
    distinct_rows: int | None = None
    test_rows: int | None = None  # of the training rows, how many are images of the test set; None when not known
    seconds: float = 0.0
    history: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    validated_on_test: bool = False
    compiled: CompileFacts | None = None  # how the model was compiled for this training
    callbacks: tuple[str, ...] = ()  # class names: "EarlyStopping"
    moved: float | None = None  # by which share the weight changed that changed most; None when not known


@dataclass(frozen=True, kw_only=True, slots=True)
class EvaluationFacts:
    """One call of ``evaluate``, as claimed: what the student saw, on a stand-in when the test set is hidden."""

    rows: int | None
    metrics: Mapping[str, float] = field(default_factory=dict)
    fits: int | None = None  # how often the model had been trained by then; None when not known
    largest: float | None = None  # number in some of the rows it was given; None when not known
    part: Literal["train", "test", ""] = ""  # whose labels it was held against; "" when not known


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryFacts:
    """Calls of ``predict``, or of the model itself, on as many images, as claimed."""

    rows: int | None
    fits: int | None = None  # how often the model had been trained by then; None when not known
    known: bool = False  # every image is one of the data set


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnImages:
    """Which of the images that the notebook was given a model names rightly, as we measured: (n,) each."""

    train: NDArray[np.bool_]
    test: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class FedData:
    """What the recorder saw go into a model: statistics of the whole and at most 64 sampled rows."""

    shape: Shape  # of one row
    length: int | None  # number of rows, None when a stream does not say
    dtype: str
    minimum: float
    maximum: float
    mean: float
    std: float
    rows: tuple[int, ...] | None  # indices of the samples in the mounted set; None when unknown
    part: Literal["train", "test", ""]  # which mounted part has this length; "" when neither
    samples: NDArray[Any] | None  # (<= 64, *shape), dtype as fed


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelFacts:
    """One recorded model."""

    number: int
    variables: tuple[str, ...]  # names that pointed to it, most recent last
    name: str = ""  # that it was built with: ``name="edges"``, or one of Keras's own
    how: HowFound
    class_name: str
    source: Literal["file", "claim"]  # read by us from its .keras, or only described by the sandbox
    layers: tuple[LayerFacts, ...] = ()
    inputs: tuple[Shape, ...] = ()
    outputs: tuple[Shape, ...] = ()
    heads: tuple[Head, ...] = ()  # of several outputs
    head: int | None = None  # the output that is graded, of several: layers and outputs are its own
    total_params: int = 0
    trainable_params: int = 0
    macs: int = 0  # multiply-adds per image
    compiled: CompileFacts | None = None
    fits: tuple[FitFacts, ...] = ()
    evaluations: tuple[EvaluationFacts, ...] = ()
    queries: tuple[QueryFacts, ...] = ()
    asked: bytes = b""  # bit i, from the highest of the first byte: it was asked about test image i, as claimed
    fed: FedData | None = None
    trained_here: bool | None = None  # it holds values that a training of this run gave; None when not known
    built: bool = True  # it got an input shape, so that its layers have sizes and weights
    refusal: Message | None = None  # why we could not read it: criteria on it are unjudged
    sha256: str = ""  # of the canonical archive; "" when there is none


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportFacts:
    """A variable that the rubric exports: whole when small, else described by 256 fixed rows."""

    name: str
    shape: Shape  # full shape, first axis included
    dtype: str
    minimum: float | None
    maximum: float | None
    finite: bool
    values: NDArray[Any] | None  # the whole array, when it was at most 1 MB
    rows: tuple[int, ...] = ()  # indices of ``row_values`` when it was larger
    row_values: NDArray[Any] | None = None
    found_as: str = ""  # the expression that gave it: "entrega['x']"; "" when not told
    by_shape: bool = False  # found by its shape, under another name
    candidates: tuple[ExportFacts, ...] = ()  # further arrays that may be meant


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureFacts:
    """One picture that the notebook drew with ``imshow``, as claimed."""

    cell: int
    shape: Shape
    title: str = ""
    cmap: str = ""
    blank: bool = False  # all of its values are the same
    digest: str = ""  # of the array's bytes: equal pictures have equal ones
    part: Literal["train", "test", ""] = ""  # the mounted image that it shows, when it shows one
    row: int | None = None
    label: int | None = None  # the true label of that image
    values: NDArray[Any] | None = None  # the array itself when it is small
    reduced: NDArray[Any] | None = None  # of a larger picture: (28, 28) or (28, 28, 3), the mean over each piece


@dataclass(frozen=True, kw_only=True, slots=True)
class CallFacts:
    """One call of a function on hidden arguments."""

    function: str
    case: int  # 0-based place among the rubric's cases
    outcome: Literal["ok", "missing", "error", "timeout", "no_array", "died", "not_called", "disk_full"]
    error: str = ""  # built-in exception class, or the type of what came back
    text: str = ""  # of what is "not callable": its type
    changed: tuple[int, ...] = ()  # 0-based arguments that the call altered
    names: tuple[str, ...] = ()  # what the function calls them
    libraries: tuple[str, ...] = ()  # packages that it used, besides NumPy and Python's own
    output: NDArray[Any] | None = None
    given: str = ""  # what the arguments are, by our own books: "uint8 (7, 5, 3), stride=2"


EventKind = Literal["save", "load", "plot", "save_weights", "load_weights", "set_weights"]


@dataclass(frozen=True, kw_only=True, slots=True)
class EventFacts:
    """Something that the notebook did with a model besides training, as claimed, in order."""

    kind: EventKind
    model: int | None  # its number; None when it was not recorded
    fits: int = 0  # how often that model had been trained by then
    path: str = ""
    cell: int = 0
    trained_here: bool | None = None  # what was loaded or set holds values that a training of this run gave


@dataclass(frozen=True, kw_only=True, slots=True)
class Outputs:
    """What one model gives for hidden images in sandbox 2."""

    inputs: NDArray[np.float32]
    outputs: NDArray[np.float32] | None = None
    problem: Message | None = None  # why there are none
    ours: bool = False
    cpu_seconds: float = 0.0  # that sandbox 2 used


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownData:
    """The raw data set that the notebook was given: uint8 (n, 28, 28) and labels (n,)."""

    x_train: NDArray[np.uint8]
    y_train: NDArray[np.uint8]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.uint8]


@dataclass(frozen=True, kw_only=True, slots=True)
class Transform:
    """One member of the closed family of preprocessings: values, then layout. See ``models.preprocess.apply``."""

    values: Literal["identity", "affine", "table", "per_pixel", "unit_rows", "unit_columns", "unit_images"] = "identity"
    scale: float = 1.0  # affine: scale * x + offset, x the raw 0-255 value
    offset: float = 0.0
    table: NDArray[np.float32] | None = None  # table: (256,), what each raw value becomes
    scale_map: NDArray[np.float32] | None = None  # per_pixel: (28, 28)
    offset_map: NDArray[np.float32] | None = None
    height: int = 28  # after padding or resizing
    width: int = 28
    fit: Literal["none", "pad", "resize"] = "none"
    interpolation: str = ""  # resize only: "bilinear", "nearest", ...
    pad_value: float = 0.0  # in transformed units
    channels: Literal[0, 1, 3] = 0  # 0: no channel axis
    flat: bool = False
    transposed: bool = False  # rows and columns exchanged, before everything else
    name: str = "identity"  # e.g. "x/255": the texts and the card use it


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """What sandbox 2 gave for one model: outputs of shape (n, k), in the order of the images."""

    transform: Transform | None
    test: NDArray[np.float32] | None = None
    train: NDArray[np.float32] | None = None
    problem: Message | None = None  # why there is none; None when all is well
    ours: bool = False  # the problem is our fault or unknown: unjudged
    nearest: Transform | None = None  # no member fits: the nearest, for information only
    certain: bool = False  # the samples decided the transform; else it was the best one tried
    cpu_seconds: float = 0.0  # that sandbox 2 used


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the code of a cell stands: its first line of code; of a module, the lines of its file."""

    code: str = ""
    line: int | None = None  # 1-based, of that first line; None in a notebook
    last: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Everything a check may look at: what is, never whether it is right."""

    ended: Ended
    failed: tuple[FailedCell, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()  # of what did not fail
    missed_compile: int | None = None  # the cell at fault when a failed cell did not come to its ``compile``
    models: Mapping[str, tuple[ModelFacts, ...]] = field(default_factory=dict)  # rubric name -> candidates
    answers: Mapping[str, Any] = field(default_factory=dict)  # as typed: JSON data
    answer_keys: Mapping[str, str] = field(default_factory=dict)  # accepted near-miss: wanted -> typed
    exports: Mapping[str, ExportFacts] = field(default_factory=dict)
    predictions: Mapping[int, Prediction] = field(default_factory=dict)  # model number -> outputs
    given: Mapping[int, OwnImages] = field(default_factory=dict)  # model number -> our look at its own images
    recorded: tuple[ModelFacts, ...] = ()  # every recorded model, by number
    pictures: tuple[PictureFacts, ...] = ()
    calls: Mapping[str, tuple[CallFacts, ...]] = field(default_factory=dict)  # function -> its hidden cases
    events: tuple[EventFacts, ...] = ()
    outputs: Mapping[str, Outputs] = field(default_factory=dict)  # rubric's model name -> hidden images
    claimed_student: str = ""  # whose questions the notebook picked
    carried: tuple[Message, ...] = ()  # data that came along, cells that cannot be read: reasons for a person to look
    places: Mapping[int, Place] = field(default_factory=dict)  # of the cells that ran, by their numbers
    old_imports: tuple[OldImport, ...] = ()  # run by their names of today where the rubric has repair: imports
    passed_over: tuple[PassedOver, ...] = ()  # lines that rest on what is not here
    downloads: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # cell -> its lines that download
    own_loop: bool = False  # its code trains by a loop of its own, which the recorder does not see
    notices: tuple[Message, ...] = ()
    seconds: float = 0.0  # of CPU time, where that is counted
    peak_memory: int = 0
    problem: Message | None = None  # why nothing ran, for unreadable, refused, sandbox-error


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
    problem: Message | None = None  # why nothing could be measured
    ours: bool = False  # unjudged (True) or the student's own doing (False)
    seeds: tuple[Accuracy, ...] = ()  # test accuracies of repeated runs, this one first
    notes: tuple[Message, ...] = ()  # what a reader must know of the numbers: outputs that were not numbers
