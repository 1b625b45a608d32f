"""Model files that Keras would not write: by their name what each of them tries, and what the card must say of it."""

from __future__ import annotations

import base64
import io
import json
import marshal
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.support.model_files import archive, dense, entrance, layer, sequential, zipped

MB = 1 << 20
SOFTMAX = layer("Dense", "dense", units=10, activation="softmax", use_bias=True)
GOOD = sequential((784,), SOFTMAX)


@dataclass(frozen=True)
class Hostile:
    """A file, and words of the sentence about it in English and in Spanish; no words when it is read after all."""

    content: bytes
    english: str = ""
    spanish: str = ""


def files(marker: Path) -> dict[str, Hostile]:
    """Hostile archives by the name of their idea; those that hold code write a file at ``marker``."""
    code = base64.b64encode(marshal.dumps(compile(f"open({str(marker)!r}, 'w')", "x", "eval"))).decode()
    system = {"module": "os", "class_name": "system", "config": {"command": f"touch {marker}"}, "registered_name": None}
    by_name = layer("Lambda", "f", function=named("keras.config", "set_floatx"), arguments={"value": "float16"})
    initialised = layer("Dense", "dense", units=10, kernel_initializer=named("keras.datasets.mnist", "load_data"))
    activated = layer("Dense", "d", units=10, activation=named("keras.datasets.mnist", "load_data"))
    mine = {**layer("Mine"), "module": "__main__", "registered_name": "A>Mine"}
    own, other = "not one of Keras's own", "no es una de las de Keras"
    unknown, sin = "does not know how to read yet", "todavía no sabe leer"
    number = ("which is no number that a layer can use", "no es un número que pueda usar una capa")
    damaged = ("damaged and cannot be unpacked", "dañado y no se puede abrir")
    return {
        "lambda": Hostile(archive(of(lambda_layer(code))), "is a Lambda layer", "es una capa Lambda"),
        "lambda by name": Hostile(archive(of(by_name)), "is a Lambda layer", "es una capa Lambda"),
        "own class": Hostile(archive(of(mine)), own, other),
        "module os": Hostile(archive(of(system)), own, other),
        "gadget as an activation": Hostile(archive(of(activated)), own, other),
        "gadget as an initializer": Hostile(archive(sequential((784,), initialised))),
        "vocabulary": Hostile(archive(of(layer("StringLookup", vocabulary="/etc/passwd"))), unknown, sin),
        "saved model": Hostile(archive(of(layer("TFSMLayer", filepath="/in/files"))), unknown, sin),
        "bomb": Hostile(
            zipped({"config.json": bytes(64 * MB), "model.weights.h5": b""}, zipfile.ZIP_DEFLATED),
            "config.json has 67.11 MB; at most",
            "config.json ocupa 67,11 MB; se leen",
        ),
        "many layers": Hostile(
            archive(json.dumps(sequential((784,), *(dense(1) for _ in range(20_000)))).encode()),
            "layers; up to 200",
            "capas; se evalúan automáticamente hasta 200",
        ),
        "many digits": Hostile(archive(text_of(GOOD).replace(b'"units": 10', b'"units": 1' + b"0" * 200_000)), *number),
        "deep": Hostile(
            archive(b'{"class_name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
            "more than 64 levels deep",
            "más de 64 niveles",
        ),
        "member twice": Hostile(twice(), "the same member twice", "dos veces el mismo miembro"),
        "another archive behind": Hostile(archive(GOOD) + archive(of(lambda_layer(code))), *damaged),
        "shape bomb": Hostile(
            archive(sequential((1 << 20,), layer("Dense", units=1 << 20))),
            "parameters; up to",
            "parámetros; se evalúan",
        ),
    }


def of(item: dict[str, Any]) -> dict[str, Any]:
    """A model that ends as it should, with one layer before."""
    return {**GOOD, "config": {**GOOD["config"], "layers": [entrance(784), item, SOFTMAX]}}


def lambda_layer(code: str) -> dict[str, Any]:
    """A Lambda layer as Keras writes it, around marshalled code."""
    function = {"class_name": "__lambda__", "config": {"code": code, "defaults": None, "closure": None}}
    return layer("Lambda", "f", function=function)


def named(module: str, function: str) -> dict[str, Any]:
    """A function by its name, for Keras to look up and call."""
    return {"module": module, "class_name": "function", "config": function, "registered_name": "function"}


def text_of(config: Any) -> bytes:
    """Its JSON."""
    return json.dumps(config).encode()


def twice() -> bytes:
    """A sound archive with a second configuration of the same name behind the first."""
    members = {"metadata.json": b"{}", "config.json": text_of(GOOD), "config_json": b"{}", "model.weights.h5": b"w"}
    return zipped(members).replace(b"config_json", b"config.json")


# ---------------------------------------------------------------- weights

KERNEL, BIAS = "layers/dense/vars/0", "layers/dense/vars/1"


def weighed(fill: Callable[[h5py.File], None]) -> bytes:
    """A sound softmax model whose kernel ``fill`` writes."""
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        fill(file)
        file[BIAS] = np.zeros(10, "<f4")
    return archive(GOOD, content.getvalue())


def weights() -> dict[str, bytes]:
    """Archives whose configuration is sound and whose weights are not, by the name of their idea."""

    def external(file: h5py.File) -> None:
        file.create_dataset(KERNEL, (784, 10), "<f4", external=[("/in/images", 0, 4 * 7840)])

    def linked(file: h5py.File) -> None:
        file[KERNEL] = h5py.ExternalLink("/etc/passwd", "/x")

    def softly(file: h5py.File) -> None:
        file["elsewhere"] = np.zeros((784, 10), "<f4")
        file[KERNEL] = h5py.SoftLink("/elsewhere")

    def virtual(file: h5py.File) -> None:
        layout = h5py.VirtualLayout((784, 10), "<f4")
        layout[:] = h5py.VirtualSource("/in/images", "x", (784, 10))
        file.create_virtual_dataset(KERNEL, layout)

    def claimed(file: h5py.File) -> None:
        file.create_dataset(KERNEL, (1 << 20, 1 << 20), "<f4", chunks=(1024, 1024), compression="gzip")

    def undefined(file: h5py.File) -> None:
        file[KERNEL] = np.full((784, 10), np.nan, "<f4")

    return {
        "the hidden images": weighed(external),
        "a link to the users": weighed(linked),
        "a link": weighed(softly),
        "a virtual set": weighed(virtual),
        "terabytes": weighed(claimed),
        "a chunk of gigabytes": weighed(inflated),
        "no numbers": weighed(undefined),
    }


def inflated(file: h5py.File) -> None:
    """A kernel of the right size in a chunk that unpacks to 3 GB: its few bytes repeat one block of zeros."""
    side = 28_000
    kernel = file.create_dataset(
        KERNEL, (784, 10), "<f4", chunks=(side, side), maxshape=(None, None), compression="gzip"
    )
    kernel.id.write_direct_chunk((0, 0), zeros(4 * side * side))


def zeros(size: int) -> bytes:
    """``size`` zeros, compressed by zlib (RFC 1950) in no time: the same flushed block again and again."""
    packer = zlib.compressobj(9)
    start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MB)) + packer.flush(zlib.Z_FULL_FLUSH)
    rest = packer.compress(bytes(size % MB)) + packer.flush()
    return start + block * (size // MB) + rest[:-4] + ((size % 65521) << 16 | 1).to_bytes(4, "big")
