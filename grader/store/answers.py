"""What models gave in sandbox 2, as it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.records import Message, Outputs, Prediction, Transform
from grader.store.folders import UNREADABLE, load, save
from grader.store.plain import adapter, plain

TABLES = ("table", "scale_map", "offset_map")  # arrays of a transform


def save_prediction(folder: Path, prediction: Prediction) -> None:
    """Keep ``prediction`` in ``folder``. Raises OutputError."""
    arrays: dict[str, NDArray[Any]] = {}
    record = plain(prediction, leave_out=("transform", "test", "train", "nearest"))
    for name in ("test", "train"):
        _take_array(arrays, name, getattr(prediction, name))
    for name in ("transform", "nearest"):
        record[name] = _transform_record(getattr(prediction, name), name, arrays)
    record["arrays"] = [{"name": name, "shape": list(array.shape)} for name, array in arrays.items()]
    save(folder, "prediction", record, [array.tobytes() for array in arrays.values()])


def load_prediction(folder: Path, since: float = 0.0) -> Prediction | None:
    """The prediction in ``folder``; None when there is none, or none that is whole or was written after ``since``."""
    try:
        record, blobs = load(folder, "prediction", since)
        arrays = _arrays(record, blobs)
        return Prediction(
            transform=_transform(record["transform"], "transform", arrays),
            test=arrays.get("test"),
            train=arrays.get("train"),
            problem=adapter(Message | None).validate_python(record["problem"]),
            ours=bool(record["ours"]),
            nearest=_transform(record["nearest"], "nearest", arrays),
            certain=bool(record["certain"]),
            cpu_seconds=float(record["cpu_seconds"]),
        )
    except UNREADABLE:
        return None


def save_outputs(folder: Path, outputs: Outputs) -> None:
    """Keep ``outputs`` in ``folder``. Raises OutputError."""
    arrays: dict[str, NDArray[Any]] = {}
    for name in ("inputs", "outputs"):
        _take_array(arrays, name, getattr(outputs, name))
    record = plain(outputs, leave_out=("inputs", "outputs"))
    record["arrays"] = [{"name": name, "shape": list(array.shape)} for name, array in arrays.items()]
    save(folder, "outputs", record, [array.tobytes() for array in arrays.values()])


def load_outputs(folder: Path, since: float = 0.0) -> Outputs | None:
    """The outputs in ``folder``; None when there are none, or none that are whole or were written after ``since``."""
    try:
        record, blobs = load(folder, "outputs", since)
        arrays = _arrays(record, blobs)
        return Outputs(
            inputs=arrays["inputs"],
            outputs=arrays.get("outputs"),
            problem=adapter(Message | None).validate_python(record["problem"]),
            ours=bool(record["ours"]),
            cpu_seconds=float(record["cpu_seconds"]),
        )
    except UNREADABLE:
        return None


def _arrays(record: Mapping[str, Any], blobs: Sequence[bytes]) -> dict[str, NDArray[np.float32]]:
    return {
        described["name"]: np.frombuffer(blob, "<f4").reshape(described["shape"])
        for described, blob in zip(record["arrays"], blobs, strict=True)
    }


def _take_array(arrays: dict[str, NDArray[Any]], name: str, array: NDArray[Any] | None) -> None:
    if array is not None:
        arrays[name] = np.ascontiguousarray(array, dtype="<f4")


def _transform_record(transform: Transform | None, name: str, arrays: dict[str, NDArray[Any]]) -> dict[str, Any] | None:
    if transform is None:
        return None
    for part in TABLES:
        _take_array(arrays, f"{name}.{part}", getattr(transform, part))
    record: dict[str, Any] = plain(transform, leave_out=TABLES)
    return record


def _transform(
    record: Mapping[str, Any] | None, name: str, arrays: Mapping[str, NDArray[np.float32]]
) -> Transform | None:
    if record is None:
        return None
    maps: dict[str, Any] = {part: arrays.get(f"{name}.{part}") for part in TABLES}
    return Transform(**record, **maps)
