"""A model's configuration walked from inputs to outputs: Sequential, Functional, and models in models.

Every layer is checked against the allow-list, every shape and count is computed here and none is
believed, and a canonical configuration is written beside it from checked values only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from math import prod
from typing import Any

from grader.models.keras_file import calls, leaves
from grader.models.keras_file.archive import refuse
from grader.models.keras_file.calls import Call, Ends, Ref
from grader.models.keras_file.leaves import Node, Part, Place
from grader.models.keras_file.model import Caps
from grader.models.keras_file.operations import OPERATIONS, Constant, Operand
from grader.records import Head, LayerFacts, Shape

MODELS = ("Sequential", "Functional")
# What wraps around when uint8 images are added to or multiplied without a float in between.
_WRAPPING = ("Add", "Subtract", "Multiply", "Power", "Negative", "Square")


@dataclass(frozen=True, slots=True)
class _Graph:
    """A Functional model before its shapes are known."""

    nodes: Mapping[str, Node]
    calls: Mapping[Ref, Call]
    ends_in: Ends
    ends_out: Ends

    @property
    def inputs(self) -> Sequence[Ref]:
        """The tensors that go in."""
        return self.ends_in.refs

    @property
    def outputs(self) -> Sequence[Ref]:
        """The tensors that come out."""
        return self.ends_out.refs

    def way_to(self, end: Ref) -> frozenset[str]:
        """The layers that ``end`` depends on, its own among them."""
        seen, waiting = {end}, [end]
        while waiting:
            call = self.calls.get(waiting.pop())
            earlier = set() if call is None else set(call.refs) - seen
            seen |= earlier
            waiting += earlier
        return frozenset(ref.layer for ref in seen)

    def order(self, name: str) -> list[Ref]:
        """Calls in an order in which every tensor is there before it is used. Raises Refused for loops."""
        sorter: TopologicalSorter[Ref] = TopologicalSorter()
        for ref, call in self.calls.items():
            earlier = [Ref(ref.layer, ref.call - 1)] if ref.call else []
            sorter.add(ref, *call.refs, *earlier)
        try:
            return [ref for ref in sorter.static_order() if ref in self.calls]
        except CycleError:
            refuse("graph_loop", layer=name)


class Walk:
    """One reading of one model under ``caps``; free sizes of its inputs are those of ``seen``."""

    def __init__(self, caps: Caps, seen: Shape = ()) -> None:
        self._caps = caps
        self._seen = seen
        self._uses = 0

    def model(self, node: Node, place: Place, given: Sequence[Shape] | None = None) -> Part:
        """A Sequential or Functional model, used on inputs of shapes ``given`` (None: on its own). Raises Refused."""
        if place.depth > self._caps.nesting:
            refuse("nested_too_deep", layer=place.path, limit=self._caps.nesting)
        inner = place.inside(node)
        seen = [self._seen] * calls.OPERANDS_CAP if given is None else given
        part = self._sequential(node, inner, seen) if node.kind == "Sequential" else self._functional(node, inner, seen)
        if node.shared and _params(part.rows):
            refuse("shared_between_models", layer=inner.path)
        if given is not None and not _taken(given, part.inputs):
            refuse("does_not_fit", layer=inner.path, kind=node.kind, shapes=[list(shape) for shape in given])
        return part

    def use(self, node: Node, place: Place, operands: Sequence[Operand]) -> Part:
        """Any layer, model or operation on its operands."""
        self._uses += 1
        if self._uses > self._caps.calls:
            refuse("too_many_calls", limit=self._caps.calls)
        shapes = [operand for operand in operands if not isinstance(operand, Constant)]
        if node.kind in MODELS and node.is_model:
            return self.model(node, place, shapes)
        if node.is_operation:
            part = leaves.operation(node, place, operands)
        elif len(shapes) < len(operands):
            refuse("graph_wrong", layer=place.path_of(node))
        else:
            part = leaves.layer(node, place, shapes)
        values = max(prod(shape) for shape in part.outputs)
        if values > self._caps.values:
            refuse("too_many_values", layer=place.path_of(node), count=values, limit=self._caps.values)
        return part

    # ------------------------------------------------------------ Sequential

    def _sequential(self, node: Node, place: Place, seen: Sequence[Shape]) -> Part:
        nodes = [leaves.node(item, place) for item in leaves.layer_list(node, place)]
        if len(nodes) < 2 or nodes[0].kind != "InputLayer":
            refuse("not_built", layer=place.path or node.name)
        _unique(nodes, place)
        parts = [leaves.input_layer(nodes[0], place, seen[0] if seen else ())]
        for inner in nodes[1:]:
            part = self.use(inner, place, parts[-1].outputs)
            if len(part.outputs) != 1:
                refuse("several_outputs", layer=place.path_of(inner))
            parts.append(part)
        shape = parts[0].outputs[0]
        config = {
            "name": node.name,
            "trainable": True,
            "dtype": "float32",
            "layers": [part.packed for part in parts],
            "build_input_shape": [None, *shape],
        }
        return Part(
            packed=leaves.wrapped("keras", "Sequential", config),
            inputs=(shape,),
            outputs=parts[-1].outputs,
            rows=tuple(row for part in parts for row in part.rows),
            macs=sum(part.macs for part in parts),
        )

    # ------------------------------------------------------------ Functional

    def _functional(self, node: Node, place: Place, seen: Sequence[Shape]) -> Part:
        graph = _graph(node, place)
        firsts: dict[str, Part] = {}
        shapes: dict[Ref, Shape] = {}
        whole: set[Ref] = set()  # tensors of whole numbers: uint8 images before any float
        for number, ref in enumerate(graph.inputs):
            inner = graph.nodes[ref.layer]
            data = seen[number] if number < len(seen) else ()
            firsts[ref.layer] = leaves.input_layer(inner, place, data)
            shapes[ref] = firsts[ref.layer].outputs[0]
            if leaves.holds_integers(inner):
                whole.add(ref)
        macs = 0
        for ref in graph.order(place.path or node.name):
            call, inner = graph.calls[ref], graph.nodes[ref.layer]
            _follow_integers(ref, call, inner, whole, place)
            operands = [shapes[one] if isinstance(one, Ref) else one for one in call.operands]
            part = self._again(firsts.get(ref.layer), inner, place, operands)
            if len(part.outputs) != 1:
                refuse("several_outputs", layer=place.path_of(inner))
            firsts.setdefault(ref.layer, part)
            shapes[ref] = part.outputs[0]
            macs += part.macs
        return Part(
            packed=_pack(node, graph, firsts, shapes),
            inputs=tuple(shapes[ref] for ref in graph.inputs),
            outputs=tuple(shapes[ref] for ref in graph.outputs),
            rows=_rows(graph, firsts),
            macs=macs,
            heads=_heads(graph, firsts) if len(graph.outputs) > 1 else (),
        )

    def _again(self, first: Part | None, node: Node, place: Place, operands: Sequence[Operand]) -> Part:
        """The layer on ``operands``; a layer that was used before keeps its weights, and they must fit."""
        if first is not None and node.is_model:
            if not _taken(operands, first.inputs):
                refuse("shared_differently", layer=place.path_of(node))
            return first
        part = self.use(node, place, operands)
        if first is not None and _params(first.rows) != _params(part.rows):
            refuse("shared_differently", layer=place.path_of(node))
        return part


def _taken(given: Sequence[Operand], inputs: Sequence[Shape]) -> bool:
    """Whether a model takes these tensors: Keras adds or drops a last axis of length 1 to make them fit."""
    if len(given) != len(inputs):
        return False
    pairs = zip(given, inputs, strict=True)
    return all(shape in (wanted, (*wanted, 1)) or (*_sizes(shape), 1) == wanted for shape, wanted in pairs)


def _sizes(operand: Operand) -> Shape:
    return () if isinstance(operand, Constant) else operand


def _params(rows: Sequence[LayerFacts]) -> int:
    return sum(row.params for row in rows)


def _rows(graph: _Graph, firsts: Mapping[str, Part]) -> tuple[LayerFacts, ...]:
    return tuple(row for name in graph.nodes for row in firsts[name].rows)


def _heads(graph: _Graph, firsts: Mapping[str, Part]) -> tuple[Head, ...]:
    ways = [graph.way_to(ref) for ref in graph.outputs]
    return tuple(
        Head(name=end, layers=tuple(row.name for name in graph.nodes if name in way for row in firsts[name].rows))
        for end, way in zip(graph.ends_out.names, ways, strict=True)
    )


def _unique(nodes: Sequence[Node], place: Place) -> None:
    names = [node.name for node in nodes]
    if len(set(names)) < len(names):
        refuse("name_twice", layer=place.path)


def _graph(node: Node, place: Place) -> _Graph:
    """The parts of a Functional model's configuration, every reference checked. Raises Refused."""
    path = place.path or node.name
    raw = leaves.layer_list(node, place)
    nodes = [leaves.node(item, place) for item in raw]
    _unique(nodes, place)
    named = {inner.name: inner for inner in nodes}
    ends_in = calls.read_ends(node.config.get("input_layers"), path, named)
    ends_out = calls.read_ends(node.config.get("output_layers"), path, named)
    inputs = ends_in.refs
    # Keras counts the calls of a model inside a model from 1 here, and from 0 everywhere else.
    outputs = tuple(Ref(ref.layer, ref.call - _shift(named[ref.layer])) for ref in ends_out.refs)
    uses: dict[Ref, Call] = {}
    for inner, item in zip(nodes, raw, strict=True):
        listed = item.get("inbound_nodes")
        if not isinstance(listed, list) or bool(listed) == (inner.kind == "InputLayer"):
            refuse("graph_wrong", layer=place.path_of(inner))
        for number, value in enumerate(listed):
            uses[Ref(inner.name, number)] = calls.read_call(value, place.path_of(inner), named)
    made = {*uses, *inputs}
    inputs_right = all(ref.call == 0 and named[ref.layer].kind == "InputLayer" for ref in inputs)
    every_input = {inner.name for inner in nodes if inner.kind == "InputLayer"} == {ref.layer for ref in inputs}
    known = made.issuperset(outputs) and all(made.issuperset(call.refs) and call.refs for call in uses.values())
    if not (inputs_right and every_input and known) or len(set(inputs)) < len(inputs):
        refuse("graph_wrong", layer=path)
    return _Graph(named, uses, ends_in, replace(ends_out, refs=outputs))


def _shift(node: Node) -> int:
    return 1 if node.kind == "Functional" else 0


def _follow_integers(ref: Ref, call: Call, node: Node, whole: set[Ref], place: Place) -> None:
    """Keeps count of tensors of whole numbers. Raises Refused where their arithmetic would wrap around."""
    if not node.is_operation or not whole.intersection(call.refs):
        return
    operation = OPERATIONS.get(node.kind)
    floats = any(isinstance(one, Constant) and not isinstance(one.value, int) for one in call.operands)
    if node.kind in _WRAPPING and not floats:
        refuse("integer_arithmetic", layer=place.path_of(node))
    if operation is not None and operation.layout:
        whole.add(ref)


def _pack(node: Node, graph: _Graph, firsts: Mapping[str, Part], shapes: Mapping[Ref, Shape]) -> dict[str, Any]:
    layers = []
    for name in graph.nodes:
        nodes = [calls.write_call(call, shapes) for ref, call in graph.calls.items() if ref.layer == name]
        layers.append({**firsts[name].packed, "name": name, "inbound_nodes": nodes})
    shift = [_shift(graph.nodes[ref.layer]) for ref in graph.outputs]
    config = {
        "name": node.name,
        "trainable": True,
        "layers": layers,
        "input_layers": calls.write_ends(graph.inputs, graph.ends_in.listed, [0] * len(graph.inputs)),
        "output_layers": calls.write_ends(graph.outputs, graph.ends_out.listed, shift),
    }
    return {**leaves.wrapped("keras.src.models.functional", "Functional", config), "registered_name": "Functional"}
