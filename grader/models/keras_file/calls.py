"""How layers are called in a Functional model: references to tensors, and constants.

Keras writes one node for each use of a layer: ``{"args": [...], "kwargs": {...}}``, where a tensor is
named by the layer that made it and the number of that layer's call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from grader.models.keras_file.archive import refuse, shown
from grader.models.keras_file.operations import Constant
from grader.models.keras_file.options import Unfit, numbers, unwrapped
from grader.records import Shape

OPERANDS_CAP = 64


class Ref(NamedTuple):
    """The output of one call of one layer."""

    layer: str
    call: int


@dataclass(frozen=True, slots=True)
class Call:
    """One use of a layer: its operands, and whether they came as one list."""

    operands: tuple[Ref | Constant, ...]
    listed: bool

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The tensors among the operands."""
        return tuple(operand for operand in self.operands if isinstance(operand, Ref))


def read_call(node: Any, layer: str, names: Collection[str]) -> Call:
    """One node of ``inbound_nodes``. ``names`` are the layers that may be referred to. Raises Refused."""
    if not isinstance(node, dict) or not isinstance(node.get("args"), list):
        refuse("graph_wrong", layer=layer)
    keywords = node.get("kwargs") or {}
    if not isinstance(keywords, dict):
        refuse("graph_wrong", layer=layer)
    for name, value in keywords.items():
        # Keras overrules a layer's own ``training`` with that of the whole model: in predict(), False.
        if value is not None and name != "training":
            refuse("call_option", layer=layer, option=shown(name, 40))
    args = node["args"]
    listed = len(args) == 1 and isinstance(args[0], list)
    operands = args[0] if listed else args
    if not 1 <= len(operands) <= OPERANDS_CAP:
        refuse("graph_wrong", layer=layer)
    return Call(tuple(_operand(operand, layer, names) for operand in operands), listed)


def _operand(value: Any, layer: str, names: Collection[str]) -> Ref | Constant:
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        config = value.get("config")
        return _ref(config.get("keras_history") if isinstance(config, dict) else None, layer, names)
    try:
        return Constant(numbers(unwrapped(value)))
    except Unfit:
        refuse("call_operand", layer=layer, value=shown(value))


def _ref(value: Any, layer: str, names: Collection[str]) -> Ref:
    # The last number picks one of several outputs; every layer that is read has one.
    match value:
        case [str() as name, int() as call, 0] if name in names and type(call) is int and 0 <= call:
            return Ref(name, call)
    refuse("graph_wrong", layer=layer)


def read_ends(value: Any, model: str, names: Collection[str]) -> tuple[list[Ref], bool]:
    """``input_layers`` or ``output_layers``: the tensors, and whether they came as a list. Raises Refused."""
    single = isinstance(value, list) and len(value) == 3 and isinstance(value[0], str)
    ends = [value] if single else value
    if isinstance(ends, dict):
        refuse("ends_named", layer=model)
    if not isinstance(ends, list) or not 1 <= len(ends) <= OPERANDS_CAP:
        refuse("graph_wrong", layer=model)
    return [_ref(end, model, names) for end in ends], not single


# ---------------------------------------------------------------- written anew


def write_call(call: Call, shapes: Mapping[Ref, Shape]) -> dict[str, Any]:
    """The canonical node of ``call``."""
    operands = [_tensor(one, shapes[one]) if isinstance(one, Ref) else _constant(one) for one in call.operands]
    return {"args": [operands] if call.listed else operands, "kwargs": {}}


def _tensor(ref: Ref, shape: Shape) -> dict[str, Any]:
    config = {"shape": [None, *shape], "dtype": "float32", "keras_history": [ref.layer, ref.call, 0]}
    return {"class_name": "__keras_tensor__", "config": config}


def _constant(constant: Constant) -> Any:
    if not isinstance(constant.value, list):
        return constant.value
    return {"class_name": "__numpy__", "config": {"value": constant.value, "dtype": "float32"}}


def write_ends(refs: Sequence[Ref], listed: bool, shift: Iterable[int]) -> list[Any]:
    """The canonical ``input_layers`` or ``output_layers``; ``shift`` is added to the numbers of the calls."""
    ends: list[Any] = [[ref.layer, ref.call + by, 0] for ref, by in zip(refs, shift, strict=True)]
    return ends if listed else ends[0]
