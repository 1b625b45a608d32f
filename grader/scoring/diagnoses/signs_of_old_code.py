"""Signs of code that was written for other versions: of Keras, TensorFlow, NumPy, pandas, Matplotlib, Python itself.

They are looked at before those of ``signs``: what they say is nearer to what must be written. A row is one line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from grader.scoring.diagnoses import names
from grader.scoring.diagnoses import names_of_today as today
from grader.scoring.diagnoses.signs import BACKEND, IMPORT, Sign, Values

Groups = dict[str, str | None]


def _dotted(found: Groups) -> str:
    """The name that is not there, with its module: ``keras.utils.np_utils``."""
    module = (found.get("module") or "").replace("keras._tf_keras.", "").replace("tensorflow.keras", "keras")
    return f"{module}.{found['name']}" if found.get("name") else module


def _moved(table: Mapping[str, str]) -> Callable[[Groups], Values | None]:
    """What ``table`` says of the name, or of a module that it lies in."""

    def values(found: Groups) -> Values | None:
        name = _dotted(found)
        known = next((old for old in table if name == old or name.startswith(f"{old}.")), None)
        return None if known is None else {"name": known, "today": table[known]}

    return values


def _gone(found: Groups) -> Values | None:
    name = _dotted(found)
    return {"name": name} if name in today.NAMES_GONE else None


def _imported_module(found: Groups) -> Values | None:
    """A module that an import names, unless it was also a function: ``from keras.layers import merge``."""
    return None if (found["name"] or "") in names.IMPORTS else _keras_module(found)


def _keras_module(found: Groups) -> Values | None:
    name = _dotted(found)
    module = names.MODULES.get(name.removeprefix("keras."))
    return None if module is None else {"name": name, "today": module}


def _backend(found: Groups) -> Values | None:
    name = found["name"] or ""
    return {"name": name} if name in names.BACKEND_GONE else None


def _tf1_name(found: Groups) -> str:
    return f"{found['room'] or ''}.{found['name']}".removeprefix(".")


def _tf1_today(found: Groups) -> Values | None:
    written = today.TF1_MOVED.get(_tf1_name(found))
    return None if written is None else {"name": f"tf.{_tf1_name(found)}", "today": written}


def _tf1_in(table: Sequence[str]) -> Callable[[Groups], Values | None]:
    return lambda found: {"name": f"tf.{_tf1_name(found)}"} if _tf1_name(found) in table else None


def _tf1_optimizer(found: Groups) -> Values | None:
    name = found["name"] or ""
    written = today.TF1_OPTIMIZERS.get(name)
    return None if written is None else {"name": f"{name}Optimizer", "today": f"keras.optimizers.{written}()"}


def _attribute(found: Groups) -> Values | None:
    owner, name = (found["owner"] or "").rpartition(".")[2], found["name"] or ""
    written = today.ATTRIBUTES.get((owner, name)) or today.ATTRIBUTES.get(("", name))
    return None if written is None else {"owner": owner, "name": name, "today": written}


def _attribute_gone(found: Groups) -> Values | None:
    name = found["name"] or ""
    return {"name": name} if name in today.ATTRIBUTES_GONE else None


def _argument(leave_out: bool) -> Callable[[Groups], Values | None]:
    """An argument that has another name, or one that is left out."""

    def values(found: Groups) -> Values | None:
        owner, name = found.get("owner") or "", found.get("a") or found.get("b") or ""
        written = today.ARGUMENTS_MOVED.get((owner, name))
        if written is None or leave_out != (not written):
            return None
        return {"name": name} if leave_out else {"name": name, "today": written}

    return values


def _named(table: Mapping[str, str]) -> Callable[[Groups], Values | None]:
    def values(found: Groups) -> Values | None:
        name = found["name"] or ""
        return {"name": name, "today": table[name]} if name in table else None

    return values


CANNOT = r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]{1,200})'"
NO_MODULE = r"No module named '(?P<module>[\w.]{1,200})'"
NO_MEMBER = r"module '(?P<module>[\w.]{1,200})' has no attribute '(?P<name>\w+)'"
TF = r"module 'tensorflow(?:\._api\.v2\.(?P<room>\w+))?' has no attribute '(?P<name>\w+)'"
OBJECT = r"'(?P<owner>[\w.]{1,200})' object has no attribute '(?P<name>\w+)'"
ARGUMENT = (
    r"(?:(?P<owner>\w+)(?:\.__init__)?\(\) )?got an unexpected keyword argument '(?P<a>\w+)'"
    r"|not recognized: \{'(?P<b>\w+)'"
)
LAYER_ARGUMENT = r"keyword arguments passed to (?P<owner>\w+): \{'(?P<a>\w+)'"
INNER = r"tensorflow\.python\.keras|DistributedDatasetInterface"
# fmt: off
OLD_SIGNS: Sequence[Sign] = (
    # TensorFlow 1
    Sign(id="tf1_moved", error="AttributeError", text=TF, line=r"^(?!.*\.minimize\()", values=_tf1_today),
    Sign(id="tf1_gone", error="AttributeError", text=TF, values=_tf1_in(today.TF1_GONE)),
    Sign(id="tf1_gone", error="AttributeError", text=r"module 'tensorflow\._api\.v2\.(?P<room>summary)' has no attribute '(?P<name>\w+)'", values=_tf1_in(today.TF1_GONE)),
    Sign(id="tf1", error="AttributeError", text=TF, values=_tf1_in(today.TF1_ALSO)),
    Sign(id="tf1", error="AttributeError", text=r"`(?P<name>\w+)` is not available with Keras 3", values=lambda found: {"name": f"tf.layers.{found['name']}"}),
    Sign(id="tf1_optimizer", error="ValueError", text=r"<tensorflow\.python\.training\.\w+\.(?P<name>\w{1,60})Optimizer object", values=_tf1_optimizer),
    Sign(id="moved_argument", error="TypeError", text=r"^Got an unexpected keyword argument '(?P<name>\w+)'", values=_named(today.TF1_ARGUMENTS)),
    Sign(id="tf1_session", error="RuntimeError", text=r"The Session graph is empty"),
    # names of modules
    Sign(id="inner_keras", text=INNER),
    Sign(id="np_utils", error="AttributeError", text=r"has no attribute 'np_utils'"),
    Sign(id="wrappers", error="AttributeError", text=r"module '[\w.]*keras\.wrappers' has no attribute '(?P<name>scikit_learn)'"),
    Sign(id="backend", error=IMPORT, text=r"cannot import name '(?P<name>\w+)' from '(?:tensorflow\.)?keras\.backend'", values=_backend),
    Sign(id="backend", error=IMPORT, text=r"No module named '(?:tensorflow\.)?keras\.backend\.(?P<name>tensorflow_backend)"),
    Sign(id="gone_name", error=IMPORT, text=CANNOT, values=_gone),
    Sign(id="gone_name", error=IMPORT, text=NO_MODULE, values=_gone),
    Sign(id="gone_name", error="AttributeError", text=NO_MEMBER, values=_gone),
    Sign(id="moved_module", error=IMPORT, text=CANNOT, values=_moved(today.MODULES_MOVED)),
    Sign(id="moved_module", error=IMPORT, text=NO_MODULE, values=_moved(today.MODULES_MOVED)),
    Sign(id="moved_module", error="AttributeError", text=NO_MEMBER, values=_moved(today.MODULES_MOVED)),
    Sign(id="moved_name", error=IMPORT, text=CANNOT, values=_moved(today.NAMES_MOVED)),
    Sign(id="moved_name", error=IMPORT, text=r"No module named '(?P<module>\w+)'", values=_moved(today.NAMES_MOVED)),
    Sign(id="moved_name", error="AttributeError", text=NO_MEMBER, values=_moved(today.NAMES_MOVED)),
    Sign(id="keras_module", error=IMPORT, text=CANNOT, values=_imported_module),
    Sign(id="keras_module", error="AttributeError", text=NO_MEMBER, values=_keras_module),
    Sign(id="load_boston", error=IMPORT, text=r"`load_boston` has been removed"),
    # keras.backend
    Sign(id="backend_today", error="AttributeError", text=BACKEND, values=_named(today.BACKEND_TODAY)),
    # arguments
    Sign(id="batch_input_shape", error="ValueError", text=r"arguments passed to \w+: \{'batch_input_shape'"),
    Sign(id="moved_argument", error="TypeError|ValueError|AttributeError", text=ARGUMENT, values=_argument(leave_out=False)),
    Sign(id="gone_argument", error="TypeError|ValueError|AttributeError", text=ARGUMENT, values=_argument(leave_out=True)),
    Sign(id="gone_argument", error="ValueError", text=LAYER_ARGUMENT, values=_argument(leave_out=True)),
    Sign(id="save_format", error="ValueError", text=r"The `save_format` argument is deprecated"),
    Sign(id="named_arguments", error="TypeError", text=r"(?P<name>\w+)\(\) takes from \d+ to \d+ positional arguments but", values=_named({"drop": "columns=", **dict.fromkeys(("barplot", "lineplot", "scatterplot", "boxplot", "countplot"), "x=")})),
    # history and logs
    Sign(id="history_validation", error="AttributeError", text=r"object has no attribute 'validation_data'", line=r"self\.validation_data", code=r"\bCallback\b"),
    Sign(id="history_validation", error="AttributeError", text=r"'History' object has no attribute 'validation_data'"),
    Sign(id="history_entry", error="AttributeError", text=r"'History' object has no attribute '(?P<name>(?:val_)?(?:acc|accuracy|loss))'"),
    # attributes of objects
    Sign(id="old_attribute", error="AttributeError", text=OBJECT, values=_attribute),
    Sign(id="gone_attribute", error="AttributeError", text=OBJECT, values=_attribute_gone),
    Sign(id="numpy_alias", error="AttributeError", text=r"(?:module 'numpy' has no attribute '|^`np\.)(?P<name>\w+)", values=_named(today.NUMPY_MOVED)),
    # looks of a plot
    Sign(id="plot_style", error="OSError", text=r"'(?P<name>seaborn[\w-]{0,60})' is not a valid package style", values=lambda found: {"name": found["name"], "today": (found["name"] or "").replace("seaborn", "seaborn-v0_8", 1)}),
)
