"""The models of one run, each read from its file as data once: what it showed is kept, the weights stay in the run.

To read a model is to sum and hash all its weights, which takes longer than scoring the whole hand-in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.errors import Refused
from grader.models import keras_file
from grader.models.keras_file import KerasModel
from grader.records import Head, LayerFacts, Message, Run, Shape


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What the file of a model showed: its structure, or why it was refused."""

    refusal: Message | None = None
    layers: tuple[LayerFacts, ...] = ()
    inputs: tuple[Shape, ...] = ()
    outputs: tuple[Shape, ...] = ()
    heads: tuple[Head, ...] = ()  # of several outputs
    total_params: int = 0
    trainable_params: int = 0
    macs: int = 0
    sha256: str = ""  # of canonical configuration and weights
    built: bool = True  # False: it never got an input shape, and only its layers are known


class Models(Mapping[int, KerasModel]):
    """The models of ``run`` that can be read and used, by number.

    ``known`` says what is known of their files already, ``seen`` the shape of one row of what each was given.
    """

    def __init__(self, run: Run, known: Mapping[int, Shown], seen: Mapping[int, Shape] | None = None) -> None:
        self._frames = run.frames
        self._seen = seen or {}
        self.shown = {number: shown for number, shown in known.items() if ("model", number) in run.frames}

    def show(self, number: int) -> Shown | None:
        """What the file of a model shows; None when it was not saved."""
        if number not in self.shown and ("model", number) in self._frames:
            self.shown[number] = self._look(number)
        return self.shown.get(number)

    def _look(self, number: int) -> Shown:
        try:
            model = self._read(number)
        except Refused as refused:
            if refused.why.key != "keras_file.not_built":
                return Shown(refusal=refused.why)
            return self._look_unbuilt(number)
        return Shown(
            layers=model.layers,
            inputs=model.inputs,
            outputs=model.outputs,
            heads=model.heads,
            total_params=model.total_params,
            trainable_params=model.trainable_params,
            macs=model.macs,
            sha256=model.sha256,
        )

    def _look_unbuilt(self, number: int) -> Shown:
        try:
            return Shown(layers=keras_file.read_unbuilt(self._frames["model", number]), built=False)
        except Refused as refused:
            return Shown(refusal=refused.why)

    def __getitem__(self, number: int) -> KerasModel:
        if number not in self:
            raise KeyError(number)
        return self._read(number)  # not kept: weights can be large

    def _read(self, number: int) -> KerasModel:
        return keras_file.read(self._frames["model", number], seen=self._seen.get(number, ()))

    def __contains__(self, number: object) -> bool:
        shown = self.shown.get(number) if isinstance(number, int) else None
        return shown is not None and shown.built and shown.refusal is None

    def __iter__(self) -> Iterator[int]:
        return (number for number in self.shown if number in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
