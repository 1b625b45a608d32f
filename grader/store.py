"""Records on disk: cards as JSON, runs and predictions as JSON beside one file of raw bytes. Never pickle.

A run or prediction is a folder of two files::

    <name>.json     the record; ``blobs`` lists name, size and CRC-32 of each piece of <name>.bin, in order
    <name>.bin      the pieces, one after the other

The JSON is written last and describes the other file, so a folder that was left half written, or was
damaged later, reads as absent. Equal records give equal bytes: fields in the order of the record, keys
of maps sorted, floats in their shortest exact form.
"""

from __future__ import annotations

import json
import math
import os
import re
import secrets
import threading
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grader.errors import GraderError, OutputError
from grader.records import Message, Outputs, Prediction, Run, Scorecard, Transform

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = 1          # of the two-file folders; another number reads as absent
_lock = threading.Lock()
_held: dict[Path, threading.Lock] = {}
_NOT_ASCII = re.compile(r"[^\n -~]")
_UNREADABLE = (OSError, ValueError, KeyError, TypeError)     # pydantic's ValidationError is a ValueError


# ---------------------------------------------------------------- files


def write(path: Path, *pieces: bytes, durable: bool = False, private: bool = False) -> None:
    """Put ``pieces``, one after the other, at ``path`` whole or not at all; ``durable`` also survives a power cut.

    A ``private`` file can be read by its owner alone.

    Raises OutputError when the disk does not take it.
    """
    part = path.with_name(f".{secrets.token_hex(4)}.part")
    try:
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
            with os.fdopen(handle, "wb") as file:
                file.writelines(pieces)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            f"{path}: {sum(map(len, pieces))} bytes could not be written ({error.strerror}); "
            "make room or name another folder with -o"
        ) from error


# ---------------------------------------------------------------- cards


def dump_card(card: Scorecard) -> bytes:
    """``card`` as UTF-8 JSON. Numbers that JSON cannot hold (NaN, infinity) become null."""
    return _json(plain(card))


def load_card(content: bytes) -> Scorecard:
    """The card that ``dump_card`` wrote. Raises GraderError when it is not one."""
    try:
        card: Scorecard = _adapter(Scorecard).validate_json(content)
    except ValueError as error:
        raise GraderError(f"this is not a card that this version can read; grade again ({error})") from error
    return card


def scorecard_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a card."""
    found = _adapter(Scorecard).json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}


# ---------------------------------------------------------------- evidence


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One thread at a time for what is kept in ``folder``."""
    with _lock:
        held = _held.setdefault(folder, threading.Lock())
    with held:
        yield


def save_run(folder: Path, run: Run) -> None:
    """Keep ``run``, its frames included, in ``folder``. Raises OutputError."""
    record = plain(run, leave_out=("frames",))
    keys = sorted(run.frames)
    record["frames"] = [list(key) for key in keys]
    _save(folder, "run", record, [run.frames[key] for key in keys])


def load_run(folder: Path, since: float = 0.0) -> Run | None:
    """The run in ``folder``; None when there is none, or none that is whole and as new as ``since`` (Unix time)."""
    try:
        record, blobs = _load(folder, "run", since)
        keys = [(str(kind), int(number)) for kind, number in record.pop("frames")]
        run: Run = _adapter(Run).validate_python({**record, "frames": dict(zip(keys, blobs, strict=True))})
    except _UNREADABLE:
        return None
    return run


def save_prediction(folder: Path, prediction: Prediction) -> None:
    """Keep ``prediction`` in ``folder``. Raises OutputError."""
    arrays: dict[str, NDArray[Any]] = {}
    record = plain(prediction, leave_out=("transform", "test", "train", "nearest"))
    for name in ("test", "train"):
        _take_array(arrays, name, getattr(prediction, name))
    for name in ("transform", "nearest"):
        record[name] = _transform_record(getattr(prediction, name), name, arrays)
    record["arrays"] = [{"name": name, "shape": list(array.shape)} for name, array in arrays.items()]
    _save(folder, "prediction", record, [array.tobytes() for array in arrays.values()])


def load_prediction(folder: Path, since: float = 0.0) -> Prediction | None:
    """The prediction in ``folder``; None when there is none, or none that is whole and as new as ``since``."""
    try:
        record, blobs = _load(folder, "prediction", since)
        arrays = _arrays(record, blobs)
        return Prediction(
            transform=_transform(record["transform"], "transform", arrays),
            test=arrays.get("test"),
            train=arrays.get("train"),
            problem=_adapter(Message | None).validate_python(record["problem"]),
            ours=bool(record["ours"]),
            nearest=_transform(record["nearest"], "nearest", arrays),
        )
    except _UNREADABLE:
        return None


def save_outputs(folder: Path, outputs: Outputs) -> None:
    """Keep ``outputs`` in ``folder``. Raises OutputError."""
    arrays: dict[str, NDArray[Any]] = {}
    for name in ("inputs", "outputs"):
        _take_array(arrays, name, getattr(outputs, name))
    record = plain(outputs, leave_out=("inputs", "outputs"))
    record["arrays"] = [{"name": name, "shape": list(array.shape)} for name, array in arrays.items()]
    _save(folder, "outputs", record, [array.tobytes() for array in arrays.values()])


def load_outputs(folder: Path, since: float = 0.0) -> Outputs | None:
    """The outputs in ``folder``; None when there are none, or none that are whole and as new as ``since``."""
    try:
        record, blobs = _load(folder, "outputs", since)
        arrays = _arrays(record, blobs)
        return Outputs(
            inputs=arrays["inputs"],
            outputs=arrays.get("outputs"),
            problem=_adapter(Message | None).validate_python(record["problem"]),
            ours=bool(record["ours"]),
        )
    except _UNREADABLE:
        return None


def _arrays(record: Mapping[str, Any], blobs: Sequence[bytes]) -> dict[str, NDArray[np.float32]]:
    return {
        described["name"]: np.frombuffer(blob, "<f4").reshape(described["shape"])
        for described, blob in zip(record["arrays"], blobs, strict=True)
    }


def _take_array(arrays: dict[str, NDArray[Any]], name: str, array: NDArray[Any] | None) -> None:
    if array is not None:
        arrays[name] = np.ascontiguousarray(array, dtype="<f4")


def _transform_record(
    transform: Transform | None, name: str, arrays: dict[str, NDArray[Any]]
) -> dict[str, Any] | None:
    if transform is None:
        return None
    for part in ("scale_map", "offset_map"):
        _take_array(arrays, f"{name}.{part}", getattr(transform, part))
    record: dict[str, Any] = plain(transform, leave_out=("scale_map", "offset_map"))
    return record


def _transform(
    record: Mapping[str, Any] | None, name: str, arrays: Mapping[str, NDArray[np.float32]]
) -> Transform | None:
    if record is None:
        return None
    maps: dict[str, Any] = {part: arrays.get(f"{name}.{part}") for part in ("scale_map", "offset_map")}
    return Transform(**record, **maps)


def _save(folder: Path, name: str, record: Mapping[str, Any], blobs: Sequence[bytes]) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made ({error.strerror}); name another folder with -o") from error
    described = [{"size": len(blob), "crc32": zlib.crc32(blob)} for blob in blobs]
    write(folder / f"{name}.bin", *blobs, durable=True)
    index = {"format": FORMAT, "record": record, "blobs": described}
    write(folder / f"{name}.json", _json(index), durable=True)


def _load(folder: Path, name: str, since: float) -> tuple[dict[str, Any], list[bytes]]:
    """The record and its pieces. Raises one of _UNREADABLE when anything is missing, wrong or older."""
    path = folder / f"{name}.json"
    if path.stat().st_mtime < since:
        raise ValueError("older")
    index = json.loads(path.read_bytes())
    if index["format"] != FORMAT:
        raise ValueError("another format")
    blobs = []
    with (folder / f"{name}.bin").open("rb") as file:
        for described in index["blobs"]:
            blob = file.read(described["size"])
            if len(blob) != described["size"] or zlib.crc32(blob) != described["crc32"]:
                raise ValueError("damaged")
            blobs.append(blob)
        if file.read(1):
            raise ValueError("damaged")
    return dict(index["record"]), blobs


# ---------------------------------------------------------------- records as JSON


def plain(value: Any, leave_out: tuple[str, ...] = ()) -> Any:
    """``value`` (a record, or what records hold) as JSON data; ``leave_out`` names fields of the outermost.

    Raises TypeError for what has no place in JSON.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if is_dataclass(value):
        return {name: plain(getattr(value, name)) for name in _names(value.__class__) if name not in leave_out}
    if isinstance(value, Mapping):
        return {str(key): plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    raise TypeError(f"a record holds a {type(value).__name__}, which JSON cannot hold")


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _json(data: Any) -> bytes:
    """JSON that can be looked at in a terminal: what is typed stays as it is, all that nobody sees is escaped."""
    from pydantic_core import PydanticSerializationError, to_json  # noqa: PLC0415 - see ``_adapter``

    try:
        text = to_json(data, indent=1, inf_nan_mode="null").decode()    # as ``json`` writes it, but compiled
    except PydanticSerializationError:              # half a character
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1)
    return _NOT_ASCII.sub(_seen, text).encode("utf-8", "replace") + b"\n"


def _seen(found: re.Match[str]) -> str:
    character = found[0]
    if character.isprintable() or unicodedata.category(character) in ("Zs", "Cs"):  # half a character has no escape
        return character
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - 0.1 s that --help does not need

    return TypeAdapter(kind)
