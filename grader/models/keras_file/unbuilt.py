"""A Sequential that never got an input shape: its layers with their options, and those of their sizes that follow.

Such a model has no weights, so nothing here leads to sandbox 2: it is read to be judged as far as it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.models.keras_file import effects, leaves
from grader.models.keras_file.archive import refuse
from grader.models.keras_file.graph import Walk
from grader.models.keras_file.layers import LAYERS
from grader.models.keras_file.leaves import Node, Place
from grader.models.keras_file.model import Caps
from grader.records import LayerFacts, Shape

FLATTENING = frozenset({"Flatten"} | {f"Global{how}Pooling{axes}D" for how in ("Max", "Average") for axes in (1, 2)})


class Reading:
    """One reading of one such model under ``caps``, from its first layer to its last."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self._walk = Walk(caps)
        self._shape: Shape | None = None  # what the layers so far give, once that follows
        self._flat = False  # they give a row of numbers, of unknown length

    def rows(self, node: Node, place: Place) -> tuple[LayerFacts, ...]:
        """The layers of a Sequential, those of models inside it among them. Raises Refused."""
        if place.depth > self._caps.nesting:
            refuse("nested_too_deep", layer=place.path, limit=self._caps.nesting)
        inner = place.inside(node)
        nodes = [leaves.node(item, inner) for item in leaves.layer_list(node, inner)]
        if len({one.name for one in nodes}) < len(nodes):
            refuse("name_twice", layer=inner.path)
        return tuple(row for one in nodes for row in self._read(one, inner))

    def _read(self, node: Node, place: Place) -> Sequence[LayerFacts]:
        if node.kind == "InputLayer":
            part = leaves.input_layer(node, place)
        elif self._shape is not None:
            part = self._walk.use(node, place, (self._shape,))
        elif node.kind == "Sequential":
            return self.rows(node, place)
        elif node.is_model:
            part = self._walk.model(node, place)
        elif node.is_operation:
            refuse("graph_wrong", layer=place.path_of(node))
        else:
            return (self._unsized(node, place),)
        if len(part.outputs) != 1:
            refuse("several_outputs", layer=place.path_of(node))
        self._shape = part.outputs[0]
        return part.rows

    def _unsized(self, node: Node, place: Place) -> LayerFacts:
        """A layer on an input of unknown shape; some give an output whose shape follows from their options."""
        row = leaves.unsized(node, place)
        if row.kind == "Dense" and self._flat:
            self._shape = (row.config["units"],)
        elif row.kind == "Reshape" and -1 not in row.config["target_shape"]:
            self._shape = tuple(row.config["target_shape"])
        flattens = row.kind in FLATTENING and not row.config.get("keepdims")
        self._flat = flattens or (self._flat and LAYERS[row.kind].one is effects.same)
        return replace(row, output_shape=self._shape or ())
