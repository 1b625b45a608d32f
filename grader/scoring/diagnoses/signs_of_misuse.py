"""Signs of names and calls that exist and are used in a way that cannot work, and of what there is not: memory, a GPU.

Looked at before those of ``signs``. A row is one line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from grader.scoring.diagnoses import names_of_today as today
from grader.scoring.diagnoses.signs import COULD_NOT, Sign, Values

Groups = dict[str, str | None]
NAME_CAP = 60  # characters of a name for which a near one is looked for


def _shape(found: Groups) -> list[int]:
    numbers = re.findall(r"\d{1,15}", (found["shape"] or "")[:200])
    return [int(number) for number in numbers[:8]]


def _in_network(known: bool) -> Callable[[Groups], Values | None]:
    def values(found: Groups) -> Values | None:
        name = re.sub(r"^(?:math|linalg)\.", "", found["name"] or "")
        written = today.TF_IN_NETWORK.get(name)
        if known and written is None:
            return None
        return {"name": f"tf.{found['name']}"} | ({"today": written} if known else {})

    return values


def _meant(found: Groups) -> Values | None:
    """The name of Keras that is nearest to one that it does not know."""
    what, name = found["what"] or "", found["name"] or ""
    if len(name) > NAME_CAP:
        return None
    near = get_close_matches(name.lower(), today.IDENTIFIERS.get(what, ()), n=1, cutoff=0.8)
    return {"name": name, "today": near[0]} if near else None


def _exchanged(found: Groups) -> Values | None:
    name = found["name"] or ""
    return {"name": name} if name in today.IDENTIFIERS["loss"] else None


def _needed(known: bool) -> Callable[[Groups], Values | None]:
    def values(found: Groups) -> Values | None:
        name, owner = found["name"] or "", found["owner"] or ""
        if not known:
            return {"name": name, "owner": owner}
        call = today.NEEDED.get(name)
        written = None if call is None else re.sub(r"^(?:AveragePooling2D|Conv2D)(?=\()", owner, call)
        return None if written is None else {"name": name, "owner": owner, "today": written}

    return values


def _of_shape(found: Groups) -> Values | None:
    shape = _shape(found)
    return {"shape": shape} if shape else None


def _flat_picture(found: Groups) -> Values | None:
    shape = _shape(found)
    side = round(shape[0] ** 0.5) if len(shape) == 1 else 0
    return {"shape": shape, "side": side} if side and side * side == shape[0] else None


def _log(name: str) -> Callable[[Groups], Values | None]:
    """The entry that ``logs.get`` did not find, as today's Keras calls it."""

    def values(found: Groups) -> Values | None:
        asked = found["name"] or ""
        if asked.startswith("val_") != (name == "val"):
            return None
        return {"name": asked, "today": {"acc": "accuracy", "val_acc": "val_accuracy"}.get(asked, asked)}

    return values


def _class(found: Groups) -> Values:
    return {"name": (found["name"] or "").rpartition(".")[2]}


def _many(found: Groups) -> Values:
    return {"wanted": int(found["wanted"] or 0), "given": int(found["given"] or 0)}


SYMBOLIC = r"A KerasTensor cannot be used as input to a TensorFlow function"
UNPACK = r"(?:not enough values to unpack \(expected (?P<wanted>\d{1,6}), got (?P<given>\d{1,6})\))"
GPU = r"(?:[Gg][Pp][Uu]|physical_devices)"
LOGS = r"logs(?:\.get\(\s*|\[)['\"](?P<name>(?:val_)?\w{1,60})['\"]"
# fmt: off
MISUSE_SIGNS: Sequence[Sign] = (
    # tensors of a network that is being built
    Sign(id="symbolic_moved", error="ValueError", text=SYMBOLIC, line=r"\btf\.(?P<name>\w[\w.]{0,60})\(", values=_in_network(known=True)),
    Sign(id="symbolic", error="ValueError", text=SYMBOLIC, line=r"\btf\.(?P<name>\w[\w.]{0,60})\(", values=_in_network(known=False)),
    Sign(id="symbolic_numpy", error="ValueError", text=r"A KerasTensor is symbolic: it's a placeholder"),
    Sign(id="symbolic_value", error="AttributeError", text=r"'KerasTensor' object has no attribute 'numpy'"),
    Sign(id="symbolic_value", error="TypeError", text=r"A symbolic KerasTensor cannot be used as a boolean"),
    Sign(id="symbolic_backend", error="AttributeError", text=r"'str' object has no attribute 'base_dtype'", line=r"(?:\bK|backend)\.(?P<name>\w{1,60})\(", values=lambda found: {"name": found["name"]} if found["name"] in today.OPS else None),
    # classes, layers and their arguments
    Sign(id="class_for_object", error="ValueError", text=r"Received: <class '(?P<name>[\w.]{1,200})'> \(of type <class 'type'>\)", values=_class),
    Sign(id="class_for_object", error="ValueError", text=r"Could not interpret optimizer identifier: <class '(?P<name>[\w.]{1,200})'>", values=_class),
    Sign(id="class_for_object", error="TypeError", text=r"Sequential\.add\(\) missing 1 required positional argument: 'layer'", values=lambda found: {"name": "Sequential"}),
    Sign(id="class_for_object", error="TypeError", text=r"set_model\(\) missing 1 required positional argument", line=r"callbacks\s*=\s*\[\s*(?:[\w.]*\.)?(?P<name>[A-Z]\w{1,60})\s*\]"),
    Sign(id="layers_list", error="ValueError", text=r"Expected `trainable` to be a boolean\. Received: trainable=<"),
    Sign(id="add_argument", error="TypeError", text=r"\badd\(\) got an unexpected keyword argument '(?P<name>\w+)'"),
    Sign(id="second_number", error="ValueError", text=r"Could not interpret activation function identifier: (?P<second>\d{1,12})$", line=r"\bDense\(\s*(?P<units>\w+)\s*,\s*\d"),
    Sign(id="exchanged", error="ValueError", text=r"Could not interpret optimizer identifier: (?P<name>\w+)", values=_exchanged),
    Sign(id="identifier_meant", error="ValueError", text=COULD_NOT, values=_meant),
    Sign(id="needed_moved", error="TypeError", text=r"(?P<owner>\w{1,60})(?:\.__init__)?\(\) missing 1 required positional argument: '(?P<name>\w{1,60})'", line=r"^(?!.*\b(?:output_dim|nb_filter|nb_row|p)\s*=)", values=_needed(known=True)),
    Sign(id="share", error="ValueError", text=r"Invalid value received for argument `rate`\. Expected a float value between 0 and 1\. Received: rate=(?P<name>[\d.]{1,20})"),
    Sign(id="units_number", error="ValueError", text=r"invalid value for `units`, expected a positive integer\. Received: units=(?P<name>\S{1,40})"),
    Sign(id="no_loss", error="ValueError", text=r"No loss to compute\. Provide a `loss` argument"),
    Sign(id="whole_number", error="TypeError", text=r"'(?:float|str)' object cannot be interpreted as an integer"),
    # what fit is given
    Sign(id="validation_pair", error="ValueError", text=r"^None values not supported", line=r"validation_data\s*=\s*(?P<name>\w+)\s*[,)]"),
    Sign(id="no_labels", error="ValueError", text=r"^None values not supported", line=r"\.(?P<name>fit|evaluate)\(\s*[\w.\[\]:]+\s*(?:\)|,\s*(?:epochs|batch_size|verbose|validation_split|callbacks|steps)\s*=)"),
    Sign(id="lists", error="ValueError", text=r"Unrecognized data type: x=\["),
    Sign(id="lists", error="ValueError", text=r"cardinality is ambiguous.*'x' sizes: \d{1,9}(?:, \d{1,9}){9}"),
    Sign(id="dtype_text", error="ValueError", text=r"^Invalid dtype: (?P<name>str\d{0,9}|object)$"),
    # what evaluate, load_data and a history give
    Sign(id="evaluate_values", error="ValueError", text=UNPACK, line=r"\.evaluate\(", values=_many),
    Sign(id="evaluate_list", error="TypeError", text=r"must be real number, not list|unsupported format string passed to list", code=r"\.evaluate\("),
    Sign(id="load_data_pairs", error="ValueError", text=UNPACK, line=r"load_data\("),
    Sign(id="history_object", error="TypeError", text=r"'History' object is not subscriptable|real number, not 'History'|unhashable type: 'dict'", line=r"hist|plot"),
    Sign(id="log_validation", error="TypeError|KeyError", text=r"NoneType|^'val_", line=LOGS, values=_log("val")),
    Sign(id="log_entry", error="TypeError|KeyError", text=r"NoneType|^'\w", line=LOGS, values=_log("train")),
    Sign(id="load_format", error="ValueError", text=r"File format not supported: filepath=(?P<name>\S{1,200}?)\. Keras 3 only supports"),
    # pictures and numbers
    Sign(id="flat_picture", error="TypeError", text=r"Invalid shape \((?P<shape>\d{1,9}),\) for image data", values=_flat_picture),
    Sign(id="many_pictures", error="TypeError", text=r"Invalid shape \((?P<shape>\d{1,9}, \d{1,9}, \d[\d, ]{0,60})\) for image data", values=_of_shape),
    Sign(id="plot_lengths", error="ValueError", text=r"x and y must have same first dimension, but have shapes \((?P<x>\d{1,9}),\) and \((?P<y>\d{1,9}),\)", values=lambda found: {"x": int(found["x"] or 0), "y": int(found["y"] or 0)}),
    Sign(id="array_number", error="TypeError", text=r"only (?:0-dimensional|length-1|size-1) arrays can be converted to Python scalars"),
    # memory
    Sign(id="memory_array", error="MemoryError", text=r"Unable to allocate (?P<size>[\d.]{1,12} [KMGTPE]iB) for an array with shape \((?P<shape>[\d, ]{1,200})\)", values=lambda found: {"shape": _shape(found), "size": found["size"]}),
    Sign(id="memory_tensor", text=r"OOM when allocating tensor with shape\s?\[(?P<shape>[\d,]{1,200})\]", values=_of_shape),
    # nobody types, no command line, no graphics card
    Sign(id="input_number", error="ValueError", text=r"invalid literal for int\(\) with base 10: ''|could not convert string to float: ''", code=r"\binput\("),
    Sign(id="input_number", error="ValueError", text=r"invalid literal for int\(\) with base 10: ''|could not convert string to float: ''", line=r"\binput\("),
    Sign(id="no_arguments", error="ValueError", text=r"values to unpack", line=r"\bargv\b"),
    Sign(id="no_arguments", error="IndexError", text=r"list index out of range", line=r"\bargv\b"),
    Sign(id="no_arguments", error="SystemExit", code=r"\bparse_(?:known_)?args\("),
    Sign(id="left", error="SystemExit", code=r"(?P<name>\b(?:sys\.exit|os\._exit|exit|quit))\s*\("),
    Sign(id="left", error="SystemExit", code=r"raise\s+(?P<name>SystemExit)"),
    Sign(id="no_gpu", error="SystemError|RuntimeError|Exception|AssertionError|ValueError", text=r"GPU\b.*(?:not found|not available|available)"),
    Sign(id="no_gpu", error="AssertionError|IndexError", line=rf"assert\b.*{GPU}|{GPU}\w*\[0\]"),
)
