"""A small ``tensorflow_datasets`` for the mounted set: what notebooks use of it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import tensorflow as tf

PARTS = ("train", "test")
SLICE = re.compile(r"(?P<part>\w+)(?:\[(?P<first>-?[\d_]+%?)?:(?P<last>-?[\d_]+%?)?\])?")


def module(name: str, path: str) -> ModuleType:
    """The module, which knows one set: ``name``, whose arrays are in the file ``path``."""
    made = ModuleType("tensorflow_datasets")
    made.__spec__, made.__path__ = ModuleSpec(made.__name__, None, is_package=True), []
    nothing = lambda *args, **kwargs: None  # noqa: E731
    members: Mapping[str, Any] = {
        "__version__": "4.9.0",
        "load": lambda asked, **options: Builder(asked, name, path).load(**options),
        "builder": lambda asked, **options: Builder(asked, name, path),
        "list_builders": lambda **options: [name],
        "as_numpy": as_numpy,
        "as_dataframe": as_dataframe,
        "show_examples": show_examples,
        "Split": SimpleNamespace(TRAIN="train", TEST="test", VALIDATION="validation", ALL="all"),
        "disable_progress_bar": nothing,
        "enable_progress_bar": nothing,
        "display_progress_bar": nothing,
    }
    for member, value in members.items():
        setattr(made, member, value)
    return made


class Builder:
    """One data set: its description (``info``) and its parts as ``tf.data.Dataset``."""

    def __init__(self, asked: str, name: str, path: str) -> None:
        if re.split("[:/]", asked)[0] != name:
            raise ConnectionError(f"tfds cannot download the data set {asked!r}: there is no network")
        with np.load(path, allow_pickle=False) as arrays:
            self.arrays = {
                part: (arrays[f"x_{part}"][..., np.newaxis], arrays[f"y_{part}"].astype(np.int64)) for part in PARTS
            }
        self.name = name
        self.info = _info(name, self.arrays)

    def download_and_prepare(self, **options: Any) -> None:
        """Everything is there."""

    def load(
        self, *, split: Any = None, batch_size: int | None = None, as_supervised: bool = False, **options: Any
    ) -> Any:
        """What ``tfds.load`` gives."""
        made = self.as_dataset(
            split=split,
            batch_size=batch_size,
            as_supervised=as_supervised,
            shuffle_files=options.get("shuffle_files", False),
        )
        return (made, self.info) if options.get("with_info") else made

    def as_dataset(
        self,
        split: Any = None,
        *,
        batch_size: int | None = None,
        shuffle_files: bool = False,
        as_supervised: bool = False,
        **options: Any,
    ) -> Any:
        """A data set for a split; a mapping of all parts for None; a list or mapping for one of splits.

        ``batch_size`` -1: the whole part as tensors. Raises ValueError for a split that the set does not have.
        """

        def one(written: Any) -> Any:
            images, labels = self._rows(str(written))
            both: Any = (images, labels) if as_supervised else {"image": images, "label": labels}
            if batch_size == -1:
                return tf.nest.map_structure(tf.constant, both)
            rows = tf.data.Dataset.from_tensor_slices(both)
            return rows if batch_size is None else rows.batch(batch_size)

        if split is None:
            return {part: one(part) for part in PARTS}
        if isinstance(split, Mapping):
            return {key: one(value) for key, value in split.items()}
        return type(split)(map(one, split)) if isinstance(split, (list, tuple)) else one(split)

    def _rows(self, split: str) -> tuple[Any, Any]:
        """Images and labels of ``train``, ``train[:80%]``, ``test[100:]``, ``train+test`` or ``all``."""
        parts = [self._slice(part.strip()) for part in ("train+test" if split == "all" else split).split("+")]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate([images for images, _ in parts]), np.concatenate([labels for _, labels in parts])

    def _slice(self, written: str) -> tuple[Any, Any]:
        found = SLICE.fullmatch(written)
        if found is None or found["part"] not in self.arrays:
            raise ValueError(f"Unknown split {written!r}. Should be one of {list(PARTS)}.")
        images, labels = self.arrays[found["part"]]
        rows = slice(_row(found["first"], len(images)), _row(found["last"], len(images)))
        return images[rows], labels[rows]


def as_numpy(data: Any) -> Any:
    """Tensors as arrays, a data set as what gives arrays when it is gone through; in lists, tuples and mappings too."""
    if isinstance(data, Mapping):
        return {key: as_numpy(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return type(data)(as_numpy(value) for value in data)
    return _Arrays(data) if isinstance(data, tf.data.Dataset) else data.numpy()


class _Arrays:
    """The elements of a data set as arrays, from the first one each time."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def __iter__(self) -> Iterator[Any]:
        return map(as_numpy, self.data)

    def __len__(self) -> int:
        return len(self.data)


def as_dataframe(data: Any, info: Any = None) -> Any:
    """The rows of a data set as a data frame of pandas."""
    rows = (
        row if isinstance(row, dict) else dict(zip(("image", "label"), row, strict=False)) for row in as_numpy(data)
    )
    return importlib.import_module("pandas").DataFrame(list(rows))


def show_examples(data: Any, info: Any = None, **options: Any) -> Any:
    """The first nine images with their labels, as a figure."""
    from matplotlib import pyplot  # noqa: PLC0415 - a second of import that few notebooks need

    figure, axes = pyplot.subplots(3, 3)
    for place, row in zip(axes.flat, as_numpy(data.take(9)), strict=False):
        image, label = (row["image"], row["label"]) if isinstance(row, dict) else row
        place.imshow(image[..., 0], cmap="gray")
        place.set_title(str(label))
        place.axis("off")
    return figure


def _row(written: str | None, rows: int) -> int | None:
    """A row number; of a percentage, the nearest one."""
    if written is None:
        return None
    number = written.replace("_", "")
    return round(int(number[:-1]) * rows / 100) if number.endswith("%") else int(number)


def _info(name: str, arrays: Mapping[str, tuple[Any, Any]]) -> Any:
    names = [str(label) for label in np.unique(arrays["train"][1])]
    label = SimpleNamespace(
        num_classes=len(names), names=names, shape=(), dtype=np.int64, int2str=lambda n: names[n], str2int=names.index
    )
    image = SimpleNamespace(shape=arrays["train"][0].shape[1:], dtype=np.uint8)
    splits = {part: SimpleNamespace(name=part, num_examples=len(labels)) for part, (_, labels) in arrays.items()}
    features = _Features(image=image, label=label)
    return SimpleNamespace(
        name=name,
        full_name=name,
        version="3.0.1",
        description=f"{name}: images of 28 x 28 pixels in ten classes.",
        features=features,
        splits=splits,
        supervised_keys=("image", "label"),
    )


class _Features(dict[str, Any]):
    """The features by name; ``shape`` and ``dtype`` of all."""

    @property
    def shape(self) -> Mapping[str, Any]:
        return {name: feature.shape for name, feature in self.items()}

    @property
    def dtype(self) -> Mapping[str, Any]:
        return {name: feature.dtype for name, feature in self.items()}
