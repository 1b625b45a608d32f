"""The table of errors: how each known mistake shows itself in an error's class, its text, and the student's own line.

The first sign that fits names the mistake. A row is one line, whatever its length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from grader.scoring.diagnoses import names, signs_of_network
from grader.scoring.diagnoses.names_of_today import OPS
from grader.scoring.diagnoses.sign import Sign, Values

__all__ = ["SIGNS", "Sign", "Values"]

DIGITS = 12
LAYERS_TOLD = 12
COULD_NOT = (
    r"Could not interpret (?P<what>activation function|loss|optimizer|metric|initializer) identifier: (?P<name>\w+)"
)
ARGUMENT = r"(?:unexpected keyword argument '(?P<a>\w+)'|not recognized: \{'(?P<b>\w+)'|passed to (?P<owner>\w+): \{'(?P<c>\w+)')"
FED = r"Expected shape \(None,? ?(?P<wanted>[\d, ]*)\), but input has incompatible shape \((?P<rows>\d+|None),? ?(?P<given>[\d, ]*)\)"
RANK = r"target\.shape=\((?:\d+|None),? ?(?P<target>[\d, ]*)\), output\.shape=\((?:\d+|None),? ?(?P<output>[\d, ]*)\)"


def _today(table: Mapping[str, str], key: str = "name") -> Callable[[dict[str, str | None]], Values | None]:
    def values(found: dict[str, str | None]) -> Values | None:
        name = found[key] or ""
        return {"name": name, "today": table[name]} if name in table else None

    return values


def _keras_module(found: dict[str, str | None]) -> Values | None:
    name = found["name"] or ""
    known = next((module for module in names.MODULES if name == module or name.startswith(f"{module}.")), None)
    return None if known is None else {"name": f"keras.{name}", "today": names.MODULES[known]}


def _argument(found: dict[str, str | None]) -> Values | None:
    name = found["a"] or found["b"] or found["c"] or ""
    return {"name": name, "today": names.ARGUMENTS[name]} if name in names.ARGUMENTS else None


def _layers(found: dict[str, str | None]) -> Values:
    return {
        "name": found["name"],
        "there": [f"`{name}`" for name in re.findall(r"\w+", found["there"] or "")[:LAYERS_TOLD]],
    }


def _public(found: dict[str, str | None]) -> Values:
    """``tensorflow.keras`` is a module of Keras's own with a name that no student has written."""
    return {"name": found["name"], "module": (found["module"] or "").replace("keras._tf_keras", "tensorflow")}


def _numbers(written: str | None) -> list[int]:
    return [int(part) for part in (written or "").split(",")[:8] if part.strip().isdigit() and len(part) <= DIGITS]


def _one_image(found: dict[str, str | None]) -> Values | None:
    """An image without its first axis: Keras takes its rows for images."""
    wanted, given = _numbers(found["wanted"]), _numbers(found["given"])
    if (
        not wanted
        or found["rows"] == "None"
        or not (given == wanted[1:] or (wanted[-1] == 1 and given == wanted[1:-1]))
    ):
        return None
    return {"wanted": wanted}


def _fed(fits: Callable[[list[int], list[int]], bool]) -> Callable[[dict[str, str | None]], Values | None]:
    """Shapes of one image: what was wanted and what was given."""

    def values(found: dict[str, str | None]) -> Values | None:
        wanted, given = _numbers(found["wanted"]), _numbers(found["given"])
        return {"wanted": wanted, "given": given} if wanted and given and fits(wanted, given) else None

    return values


def _ranks(fits: Callable[[list[int], list[int]], Values | None]) -> Callable[[dict[str, str | None]], Values | None]:
    """Shapes of one label and of one output."""

    def values(found: dict[str, str | None]) -> Values | None:
        return fits(_numbers(found["target"]), _numbers(found["output"]))

    return values


def _what(found: dict[str, str | None]) -> Values:
    kind = (found["what"] or "").split()[0].replace("metric", "metrics")
    return {"what": {"key": f"words.{kind}", "values": {}}, "name": found["name"]}


def _whole(*keys: str) -> Callable[[dict[str, str | None]], Values]:
    return lambda found: {key: int(found[key] or 0) for key in keys}


def _same(**fixed: str) -> Callable[[dict[str, str | None]], Values]:
    return lambda found: {**{key: value for key, value in found.items() if value is not None}, **fixed}


def _lies_at(place: str) -> Callable[[dict[str, str | None]], Values | None]:
    """The file that is missing, where its path fits."""

    def values(found: dict[str, str | None]) -> Values | None:
        name = found["name"] or ""
        return {"name": name} if re.search(place, name) else None

    return values


BACKEND = r"module 'keras[\w.]*\.backend' has no attribute '(?P<name>\w+)'"
IMPORT = r"ImportError|ModuleNotFoundError"
OPTIMIZER = rf"\b(?P<owner>{'|'.join(names.OPTIMIZERS)})\("
# How an error says that a file is missing; a path in quotes ends at the quote that began it.
MISSING = (
    (
        "FileNotFoundError",
        r"No such file or directory: (?P<quote>['\"])(?P<name>[^\n]{1,200}?)(?P=quote)(?=$|[\s,;)]|\.(?:\s|$))",
    ),
    ("FileNotFoundError|OSError", r"unable to open file: name = '(?P<name>[^\n]{1,200}?)', errno = 2\b"),
    ("FileNotFoundError", r"^(?P<name>[^\n]{1,200}) not found\.$"),
    ("ValueError", r"File not found: filepath=(?P<name>[^\n]{1,200}?)\. Please"),
    ("NotFoundError", r"(?:^|\}\} )(?P<name>[^;\n{}]{1,200}); No such file or directory"),
)
# Where a file was to be that lies in no submission; the first that fits.
PLACES = (
    ("drive", r"(?:^|/)(?:content|g?drive)/(?:My ?Drive|Shareddrives)(?:/|$)"),
    (
        "sample_data",
        r"(?:^|/)sample_data/(?:mnist_(?:train_small|test)\.csv|california_housing_(?:train|test)\.csv|anscombe\.json|README\.md)$",
    ),
    ("kaggle_input", r"^(?:\.\./input|/kaggle/input)(?:/|$)"),
)
# fmt: off
SIGNS: Sequence[Sign] = (
    *(Sign(id=id, error=error, text=text, values=_lies_at(place)) for id, place in PLACES for error, text in MISSING),
    *signs_of_network.SIGNS,
    # imports
    Sign(id="np_utils", error=IMPORT, text=r"'(?:[\w.]*\.)?np_utils'"),
    Sign(id="image_data_generator", error=IMPORT, text=r"'ImageDataGenerator'"),
    Sign(id="image_data_generator", error="AttributeError", text=r"'ImageDataGenerator'"),
    Sign(id="torch", error=IMPORT, text=r"No module named '(?P<name>torch(?:vision|audio)?|pytorch_lightning|fastai)\b"),
    Sign(id="tf1_data", error=IMPORT, text=r"No module named 'tensorflow\.examples"),
    Sign(id="tf1", error=IMPORT, text=r"No module named '(?P<name>tensorflow\.contrib)"),
    Sign(id="wrappers", error=IMPORT, text=r"No module named '(?:tensorflow\.)?keras\.wrappers\.(?P<name>\w+)"),
    Sign(id="keras_module", error=IMPORT, text=r"No module named '(?:tensorflow\.)?keras\.(?P<name>[\w.]+)'", values=_keras_module),
    Sign(id="service_only", error=IMPORT, text=r"No module named '(?P<name>google\.colab|kaggle_secrets|kaggle_datasets|kaggle_web_client)\b"),
    Sign(id="legacy_optimizer", error=IMPORT, text=r"`keras\.optimizers\.legacy` is not supported"),
    Sign(id="renamed_import", error=IMPORT, text=r"cannot import name '(?P<name>\w+)' from '(?:tensorflow\.)?keras", values=_today(names.IMPORTS)),
    Sign(id="unknown_import", error=IMPORT, text=r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'"),
    Sign(id="unknown_import", error="AttributeError", text=r"module '(?P<module>(?:[\w]+\.)*keras(?:\.(?!backend)[\w]+)*)' has no attribute '(?P<name>\w+)'", values=_public),
    Sign(
        id="not_installed", error=IMPORT, text=r"No module named '(?P<name>\w+)'",
        values=lambda found: {"name": found["name"]} if found["name"] in names.LIBRARIES else None,
    ),
    Sign(id="unknown_import", error=IMPORT, text=r"No module named '(?P<module>[\w.]+)\.(?P<name>\w+)'"),
    Sign(id="own_module", error=IMPORT, text=r"No module named '(?P<name>\w+)'"),
    # attributes
    Sign(id="removed_method", error="AttributeError", text=r"object has no attribute '(?P<name>\w+)'", values=_today(names.METHODS)),
    Sign(id="history_for_model", error="AttributeError", text=r"'History' object has no attribute '(?P<name>\w+)'"),
    Sign(id="none_for_object", error="AttributeError", text=r"'NoneType' object has no attribute '(?:fit|evaluate|predict|compile|summary|add|save|layers)'"),
    Sign(
        id="backend", error="AttributeError", text=BACKEND,
        values=lambda found: {"name": found["name"]} if found["name"] in names.BACKEND_GONE else None,
    ),
    Sign(
        id="backend_function", error="AttributeError", text=BACKEND,
        values=lambda found: {"name": found["name"]} if found["name"] in OPS else None,
    ),
    Sign(id="backend_other", error="AttributeError", text=BACKEND),
    Sign(id="numpy_alias", error="AttributeError", text=r"`?np\.(?P<name>\w+)`? was", values=_today(names.NUMPY)),
    Sign(
        id="tf1", error="AttributeError", text=r"module 'tensorflow(?:\._api\.v2(?P<room>\.\w+))?' has no attribute '(?P<name>\w+)'",
        values=lambda found: {"name": f"tf{found['room'] or ''}.{found['name']}"} if found["name"] in names.TF1 else None,
    ),
    Sign(id="tf1", error="RuntimeError", text=r"(?P<name>tf\.\w+)\(\) is not compatible with eager execution"),
    # history
    Sign(id="history_key", error="KeyError", text=r"^'?(?P<name>(?:val_)?acc)'?$", values=_today(names.HISTORY)),
    Sign(id="no_validation", error="KeyError", text=r"^'?(?P<name>val_(?:accuracy|loss))'?$", values=lambda found: {"name": found["name"], "today": found["name"]}),
    Sign(id="no_metrics", error="TypeError", text=r"cannot unpack non-iterable float|'float' object is not subscriptable", line=r"\.evaluate\(", values=_same(name="accuracy")),
    Sign(
        id="monitor", error="ValueError", text=r"(?P<owner>\w+) callback received monitor=(?P<name>\w+)",
        values=lambda found: {"owner": found["owner"], "name": found["name"], "today": names.HISTORY[found["name"] or ""]}
        if found["name"] in names.HISTORY else None,
    ),
    # arguments
    Sign(id="removed_argument", error="TypeError|ValueError", text=ARGUMENT, values=_argument),
    Sign(
        id="removed_argument", error="TypeError", text=r"missing \d+ required positional argument",
        line=r"\b(?P<name>output_dim|nb_filter|nb_row|p)\s*=", values=_today(names.ARGUMENTS),
    ),
    Sign(id="metrics_text", error="ValueError", text=r"Expected `metrics` argument to be a list"),
    Sign(id="shape_number", error="ValueError|TypeError", text=r"Cannot convert '(?P<name>\d+)' to a shape"),
    Sign(id="shape_number", error="ValueError|TypeError", line=r"input_shape\s*=\s*(?:\(\s*(?=\d+\s*\)))?(?P<name>\d+)\s*[,)]"),
    Sign(id="data_path", error="ValueError", text=r"Paths are no longer accepted.*fname=(?P<name>\S+)"),
    Sign(id="identifier", error="ValueError", text=COULD_NOT, values=_what),
    Sign(id="save_suffix", error="ValueError", text=r"must end in `\.keras`", values=_same(today=".keras")),
    Sign(id="save_suffix", error="ValueError", text=r"must end in `\.weights\.h5`", values=_same(today=".weights.h5")),
    Sign(id="save_suffix", error="ValueError", text=r"Invalid filepath extension for saving", values=_same(today=".keras")),
    Sign(id="load_compiled", error="ValueError|TypeError", text=r"Could not (?:deserialize 'keras\.(?:metrics|losses)\.|locate function ')(?P<name>\w+)'"),
    Sign(id="no_layer", error="ValueError", text=r"No such layer: (?P<name>\w+)\. Existing layers are: \[(?P<there>[^\]]{1,1000})", values=_layers),
    Sign(id="unknown_argument", error="TypeError", text=r"(?P<owner>\w+)(?:\.__init__)?\(\) got an unexpected keyword argument '(?P<name>\w+)'"),
    Sign(id="unknown_argument", error="ValueError", text=r"keyword arguments passed to (?P<owner>\w+): \{'(?P<name>\w+)'"),
    Sign(id="unknown_argument", error="ValueError", text=r"not recognized: \{'(?P<name>\w+)'", line=OPTIMIZER),
    Sign(id="unknown_argument", error="ValueError", text=r"Argument\(s\) not recognized: \{'(?P<name>\w+)'", values=_same(owner="keras.optimizers")),
    # shapes
    Sign(id="one_image", error="ValueError", text=FED, values=_one_image),
    Sign(
        id="one_image", error="ValueError", text=r"Negative dimension size.*input shapes: \[\d+,(?P<side>\d{1,6}),1,1\]",
        values=lambda found: {"wanted": [int(found["side"] or 0)] * 2 + [1]},
    ),
    Sign(id="flat_images", error="ValueError", text=FED, values=_fed(lambda wanted, given: len(given) == 1 < len(wanted))),
    Sign(id="unflat_images", error="ValueError", text=FED, values=_fed(lambda wanted, given: len(wanted) == 1 < len(given))),
    Sign(id="input_shape", error="ValueError", text=FED, values=_fed(lambda wanted, given: True)),
    Sign(
        id="layer_width", error="ValueError",
        text=r"of layer '(?P<name>\w+)' is incompatible with the layer: expected axis -1 of input shape to have value (?P<wanted>\d{1,12}), but received input with shape \([^)]*?(?P<given>\d{1,12})\)",
        values=lambda found: {**_whole("wanted", "given")(found), "name": found["name"]},
    ),
    Sign(
        id="no_channel", error="ValueError",
        text=r"of layer '(?P<name>\w+)' is incompatible with the layer: expected (?:min_)?ndim=4, found ndim=[23]\. Full shape received: \((?:None|\d+),? ?(?P<given>[\d, ]*)\)",
        values=lambda found: {"name": found["name"], "given": _numbers(found["given"])},
    ),
    Sign(id="no_flatten", error="ValueError", text=RANK, values=_ranks(lambda target, output: {"given": output} if len(output) > 1 else None)),
    Sign(
        id="one_hot_sparse", error="ValueError", text=r"must have rank \(ndim\) `target\.ndim - 1`.*" + RANK,
        values=_ranks(lambda target, output: {"n": target[-1]} if target and target[-1] > 1 else None),
    ),
    Sign(
        id="labels_categorical", error="ValueError", text=r"must have the same rank.*" + RANK,
        values=_ranks(lambda target, output: {"n": output[-1]} if output and target in ([], [1]) else None),
    ),
    Sign(
        id="labels_categorical", error="ValueError", text=r"Dimensions must be equal.*compile_loss/.*input shapes: \[[\d?]+\], \[[\d?]+,(?P<n>\d{1,12})\]",
        values=_whole("n"),
    ),
    Sign(
        id="units_labels", error="ValueError", text=r"must have the same shape.*" + RANK,
        values=_ranks(lambda target, output: {"units": output[-1], "n": target[-1]} if target and output else None),
    ),
    Sign(
        id="units_labels", error="ValueError", text=r"Dimensions must be equal.*compile_loss/.*input shapes: \[[\d?]+,(?P<n>\d{1,12})\], \[[\d?]+,(?P<units>\d{1,12})\]",
        values=_whole("n", "units"),
    ),
    Sign(
        id="label_range", text=r"label value of (?P<label>\d{1,12}) which is outside the valid range of \[0, (?P<units>\d{1,12})\)",
        values=_whole("label", "units"),
    ),
    Sign(
        id="label_range", text=r"sparse_categorical_crossentropy.*indices\[\d+\] = (?P<label>\d{1,12}) is not in \[0, (?P<units>\d{1,12})\)",
        values=_whole("label", "units"),
    ),
    Sign(
        id="too_few_classes", error="IndexError", text=r"index (?P<label>\d{1,12}) is out of bounds for axis 1 with size (?P<n>\d{1,12})",
        line=r"to_categorical", values=_whole("label", "n"),
    ),
    Sign(id="cardinality", error="ValueError", text=r"cardinality is ambiguous.*'x' sizes: (?P<x>[\d, ]+)\s+'y' sizes: (?P<y>[\d, ]+)"),
    Sign(id="reshape", error="ValueError", text=r"cannot reshape array of size (?P<size>\d{1,12}) into shape \((?P<shape>[\d,\s-]+)\)"),
    Sign(id="too_small", error="ValueError", text=r"Computed output size would be (?:zero or )?negative"),
    # the order of things
    Sign(id="not_compiled", text=r"(?:must call|You must) `?compile\(\)`? before using the model|must be compiled"),
    Sign(id="no_layers", error="ValueError", text=r"cannot be built because it has no layers"),
    Sign(id="not_built", error="ValueError|AttributeError", text=r"the layer isn't built|has not yet been built|has never been called|has no defined input shape yet|must build the layer before"),
    # files
    *(Sign(id="no_file", error=error, text=text, values=_lies_at("")) for error, text in MISSING),
    # code
    Sign(id="print_statement", error="SyntaxError", text=r"Missing parentheses in call to 'print'"),
    Sign(id="indentation", error="IndentationError|TabError"),
    Sign(id="recursion", error="RecursionError"),
)
