"""Large inputs, by the way in which they are made: as files they would be larger than all else in the repository."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping

from fuzz_models import zipped
from fuzz_mutate import dumped

MB = 1 << 20
DENSE = {"module": "keras.layers", "class_name": "Dense", "registered_name": None}


def filled(start: bytes, piece: bytes, end: bytes, size: int) -> bytes:
    """``piece`` repeated between ``start`` and ``end``, ``size`` bytes in all."""
    return start + piece * ((size - len(start) - len(end)) // len(piece)) + end


def run_with(kind: str, text: str, number: int = 0, rubric: str = "mnist-mlp") -> bytes:
    """A run whose frame of this kind holds ``text``."""
    frames = [["status", 0, {"ended": "ok"}], ["cells", 0, []], [kind, number, {"text": text}]]
    return json.dumps({"rubric": rubric, "frames": frames}).encode()


def model_with(layer: str, times: int = 1) -> bytes:
    """A run with one claimed model of so many layers."""
    return run_with("models", '[{"number": 0, "fits": 1, "layers": [' + ", ".join([layer] * times) + "]}]")


def keyed(names: Iterable[str]) -> bytes:
    """Answers under these names."""
    return json.dumps({"answers": dict.fromkeys(names, 1)}).encode()


def bomb() -> bytes:
    """A file of a few kilobytes whose weights would fill the memory."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata.json", b"{}")
        archive.writestr("config.json", filled(b"[", b"[],", b"0]", 4 * MB))
        archive.writestr("model.weights.h5", bytes(60 * MB))
    return file.getvalue()


def many_layers() -> bytes:
    layers = [{**DENSE, "config": {"name": f"d{number}", "units": 1}} for number in range(20_000)]
    return dumped({"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": layers}})


def many_calls() -> bytes:
    """A Functional model that uses one layer as often as the file has room for."""
    tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": ["a", 0, 0]}}
    nodes = [{"args": [tensor], "kwargs": {}}] * 25_000
    start = {
        "class_name": "InputLayer",
        "module": "keras.layers",
        "registered_name": None,
        "name": "a",
        "config": {"name": "a", "batch_shape": [None, 4]},
        "inbound_nodes": [],
    }
    again = {**DENSE, "name": "b", "config": {"name": "b", "units": 4}, "inbound_nodes": nodes}
    config = {"name": "f", "layers": [start, again], "input_layers": [["a", 0, 0]], "output_layers": [["b", 0, 0]]}
    return dumped({"module": "keras", "class_name": "Functional", "config": config})


def zip_of(members: Mapping[str, bytes], claimed: int | None = None) -> bytes:
    """A zip of what one student handed in; ``claimed``: what each member says to have in place of its size."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        if claimed is not None:
            for info in archive.infolist():
                info.file_size = claimed
    return file.getvalue()


def picture(width: int, height: int, pixels: bytes) -> bytes:
    """RGB and alpha with 16 bits each, whatever the pixels are."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0)),
        (b"IDAT", zlib.compress(pixels, 9)),
        (b"IEND", b""),
    )
    body = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def code(source: str) -> bytes:
    """A notebook with one cell."""
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source}]}).encode()


NOTEBOOK = b'{"nbformat": 4, "cells": ['
WHOLE = NOTEBOOK + b'{"cell_type": "code", "source": "x = 1"},'
LARGE: Mapping[str, Mapping[str, Callable[[], bytes]]] = {
    "archive": {"bomb": bomb, "config of empty lists": lambda: zipped(filled(b"[", b"[],", b"0]", 4 * MB - 1))},
    "config": {
        "20 000 layers": many_layers,
        "25 000 calls": many_calls,
        "empty lists": lambda: filled(b"[", b"[],", b"0]", 4 * MB - 1),
        "objects": lambda: filled(b"[", b'{"":0},', b"0]", 4 * MB - 1),
        "digits": lambda: b"[" + b"9" * (4 * MB - 10) + b"]",
        "a fraction": lambda: b"[0." + b"9" * (4 * MB - 10) + b"]",
        "deep": lambda: b"[" * 100_000 + b"]" * 100_000,
        "a long name": lambda: dumped({"class_name": "x" * (3 * MB), "config": {}, "module": "keras"}),
    },
    "answers": {
        "empty lists": lambda: filled(b'{"answers": {"q1": [', b"[],", b"0]}}", 4 * MB - 1),
        "many keys": lambda: keyed(f"q{number}" for number in range(250_000)),
        "keys alike": lambda: keyed(f"{'_' * (number % 90)}p{'-' * (number // 90)}1" for number in range(8000)),
        "text": lambda: filled(b'{"answers": {"q1": "', b"1 ", b'"}}', 4 * MB - 1),
        "digits": lambda: filled(b'{"answers": {"q1": ', b"9", b', "q2": 1}}', 4 * MB - 1),
        "text in lists": lambda: filled(b'{"answers": {"q1": [', b'"' + b"1," * 900 + b'",', b"0]}}", 4 * MB - 1),
    },
    "facts": {
        "empty lists": lambda: run_with("models", "[" + "[]," * 2_700_000 + "0]"),
        "objects": lambda: run_with("models", "[" + '{"":0},' * 1_100_000 + "0]"),
        "a history": lambda: run_with(
            "models",
            '[{"number": 0, "history": ['
            + ", ".join('{"epochs_done": 9, "metrics": {"loss": [' + "1," * 18_000 + "1]}}" for _ in range(200))
            + "]}]",
        ),
        "a large setting": lambda: model_with('{"kind": "Dense", "config": {"activation": "' + "x" * 8_300_000 + '"}}'),
        "deep settings": lambda: model_with('{"kind": "Dense", "config": {"units": ' + "[" * 900 + "]" * 900 + "}}"),
        "many settings": lambda: model_with(
            '{"kind": "Dense", "config": {' + ", ".join(f'"k{n}": [1, 2]' for n in range(200)) + "}}", 500
        ),
        "many models": lambda: run_with(
            "models",
            "[" + ", ".join(f'{{"number": {n}, "fits": 1, "variables": ["m{n}"]}}' for n in range(5000)) + "]",
        ),
        "many cells": lambda: run_with(
            "cells",
            "[" + ", ".join('{"status": "error", "cell": 1, "text": "' + "<" * 1900 + '"}' for _ in range(4000)) + "]",
        ),
        "many calls": lambda: run_with(
            "calls", "[" + '{"call": 1, "outcome": "error"},' * 30_000 + "0]", rubric="grayscale"
        ),
        "many events": lambda: run_with(
            "events",
            "[" + ('{"kind": "save", "path": "' + "../" * 99 + '"},') * 3_000 + "0]",
            rubric="save-and-predict",
        ),
        "pictures": lambda: run_with(
            "pictures",
            "[" + ('{"shape": [28, 28], "title": "' + "5 " * 150 + '"},') * 5_000 + "0]",
            rubric="prepare-data",
        ),
    },
    "notebook": {
        "empty lists": lambda: filled(NOTEBOOK, b"[],", b"0]}", 10 * MB),
        "objects": lambda: filled(NOTEBOOK, b'{"":0},', b"0]}", 10 * MB),
        "lists of one": lambda: filled(NOTEBOOK, b"[0],", b"0]}", 10 * MB),
        "one wide character": lambda: filled(NOTEBOOK + '"\U0001f600",'.encode(), b'{"":0},', b"0]}", 10 * MB),
        "digits": lambda: filled(NOTEBOOK, b"9", b"]}", 10 * MB),
        "lines": lambda: filled(NOTEBOOK + b'{"cell_type": "code", "source": [', b'"\\n",', b'"x"]}]}', 10 * MB),
        "deep": lambda: b'{"cells": ' + b"[" * 1_000_000,
        "spaces": lambda: b" " * (10 * MB - 1) + b"x",
        "numbers": lambda: filled(NOTEBOOK, b"0.5,", b"0]}", 10 * MB),
        "short texts": lambda: filled(NOTEBOOK + '"\U0001f600",'.encode(), b'"ab",', b"0]}", 10 * MB),
        "quotes": lambda: code("'" * 9 * MB),
        "double quotes": lambda: code('"' * 4 * MB),
        "backslashes": lambda: code("'" + "\\" * 4 * MB),
        "equals signs": lambda: code(("=" * 59 + " ") * (160 * 1024)),
        "digits and dots": lambda: code("1." * 4 * MB),
        "comments": lambda: code("# x\n" * MB),
        "open, spaces": lambda: code(("open" + " " * 200) * 40_000),
        "control characters": lambda: code("\x1b[" * MB),
        "50 000 outputs": lambda: (
            NOTEBOOK
            + b'{"cell_type": "code", "source": "1", "outputs": ['
            + b'{"output_type": "stream", "text": "x"},' * 50_000
            + b"0]}]}"
        ),
        "keys": lambda: (
            b'{"cells": [], "metadata": {' + b",".join(b'"%d":0' % number for number in range(600_000)) + b"}}"
        ),
        "keys and a wide character": lambda: (
            '{"cells": ["\U0001f600"], "metadata": {'.encode()
            + b",".join(b'"%d":0' % number for number in range(600_000))
            + b"}}"
        ),
        "broken, quotes": lambda: filled(WHOLE, b'"', b"", 10 * MB),
        "broken, less quotes": lambda: filled(WHOLE, b'"a" ' + b"x" * 20, b"", 10 * MB),
        "broken, cells in cells": lambda: filled(b'[{"cell_type":' * 400, b"0,", b"", 10 * MB),
        "broken, cells": lambda: filled(NOTEBOOK, b'{"cell_type" "code", "source": "x"},' + b" " * 1500, b"", 10 * MB),
        "broken, marks of merges": lambda: filled(WHOLE, b"\n<<<<<<<\n=======\n>>>>>>>", b"", 10 * MB),
        "broken, line breaks": lambda: filled(NOTEBOOK + b'{"cell_type": "code", "source": "', b"\n", b'"}', 10 * MB),
        "broken, spaces": lambda: filled(WHOLE[:-1] + '"\U0001f600" '.encode(), b" ", b"x", 10 * MB),
        "broken, a large text": lambda: filled(
            NOTEBOOK + b'{"metadata": "', b"x", b'", "cell_type": "code", "source": ["x = 1",]}]}', 10 * MB
        ),
        "UTF-16": lambda: ('{"cells": [' + "[]," * 1_600_000 + "0]}").encode("utf-16"),
    },
    "zip": {
        "bomb": lambda: zip_of({"ana/work.ipynb": bytes(60 * MB)}),
        "bombs": lambda: zip_of({f"ana/{number}.csv": bytes(19 * MB) for number in range(8)}),
        "as much as is read": lambda: zip_of(
            {f"ana/{number}.csv": bytes(15 * MB) for number in range(4)} | {"ana/w.ipynb": b"{}"}
        ),
        "a claim": lambda: zip_of({"ana/work.ipynb": bytes(30 * MB)}, claimed=1000),
        "members": lambda: zip_of({f"s{number}/w.ipynb": b"" for number in range(6_000)}),
        "folders": lambda: zip_of({f"{'a/' * 900}{number}.ipynb": b"" for number in range(40)}),
        "end records": lambda: zip_of({"ana/work.ipynb": b"{}"})[:-22] + b"PK\x05\x06" * 16_000,
    },
    "png": {
        "bomb": lambda: picture(2800, 2800, bytes((1 + 2800 * 8) * 2800)),
        "more than it says": lambda: picture(4, 4, bytes(100 * MB)),
        "chunks": lambda: (
            picture(1, 1, bytes(9))[:33] + (b"\0\0\0\0IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))) * 400_000
        ),
        "filters": lambda: picture(1, 4096, (b"\4" + b"\xff" * 8) * 4096),
    },
    "clean": {
        "escapes": lambda: b"\x1b[" * (5 * MB),
        "a string without end": lambda: b"\x1b]" + b"x" * (10 * MB),
        "marks": lambda: "a\u0301".encode() * (3 * MB),
        "spaces": lambda: b" " * (10 * MB),
        "a long name": lambda: "ñ".encode() * (2 * MB),
    },
    "rubric": {
        "lists": lambda: b"exercise: x\ncriteria:\n" + b"  - a\n" * 43_000,
        "flow": lambda: b"exercise: [" + b"a, " * 86_000 + b"]\n",
        "one scalar": lambda: b"exercise: " + b"a b " * 65_000 + b"\n",
        "quotes": lambda: b'exercise: "' + b"\\n" * 130_000 + b'"\n',
        "keys": lambda: b"".join(b"k%d: 1\n" % number for number in range(22_000)),
        "brackets": lambda: b"[" * 250_000,
        "question marks": lambda: b"? " * 120_000,
        "colons": lambda: b"{" + b"a:, " * 60_000 + b"}",
        "too large": lambda: b"exercise: x\n" * 200_000,
        "spaces": lambda: b"exercise: x\n" + b" " * 250_000 + b"\n",
    },
    "frames": {
        "many small": lambda: (
            b"\xff\x93GRD1\n"
            + b"".join(b"\x01\x00\x00\x00\x00" + number.to_bytes(4, "little") + bytes(8) for number in range(1, 60_000))
        ),
        "the largest header": lambda: b"\x00\x93GRD1\n" + b"\xff" * 17,
    },
}
