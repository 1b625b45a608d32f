"""Inputs from nothing, each with the structure that its target expects and with values that nobody sends."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from fuzz_models import WEIGHTS
from fuzz_mutate import SCALARS, dumped
from hypothesis import strategies as st

from grader.evidence.execute import KINDS as CELL_KINDS
from grader.models.keras_file.layers import LAYERS
from grader.scoring import checks
from grader.texts import catalogue
from grader.untrusted.frames import HEADER, KINDS, MAGIC

odd = st.sampled_from(SCALARS)
scalars = st.one_of(odd, st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=40))
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=12), inner, max_size=5),
    max_leaves=25,
)


def record(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with any of these fields, now and then one of another type, or another field."""
    usual = st.fixed_dictionaries(
        {}, optional={name: st.one_of(value, value, value, values) for name, value in fields.items()}
    )
    return st.builds(
        lambda own, more: {**own, **more},
        usual,
        st.one_of(st.just({}), st.dictionaries(st.text(max_size=9), values, max_size=1)),
    )


# ---------------------------------------------------------------- frames


def _stream(piece: int, items: list[tuple[int, int, int, int, bytes]], tail: bytes) -> bytes:
    sequence, parts = 0, [bytes([piece]), MAGIC]
    for code, number, step, lie, body in items:
        sequence = max(0, sequence + step)
        parts += [HEADER.pack(code, number, sequence % 2**32, max(0, len(body) + lie)), body]
    return b"".join(parts) + tail


STREAMS = st.builds(
    _stream,
    st.integers(0, 255),
    st.lists(
        st.tuples(
            st.one_of(st.sampled_from(sorted(KINDS.values())), st.integers(0, 255)),
            st.one_of(st.integers(0, 3), st.sampled_from([4095, 4096, 2**32 - 1])),
            st.sampled_from([1, 1, 1, 1, 0, -1, 2**31]),
            st.sampled_from([0, 0, 0, 0, 1, -1, 2**62]),
            st.one_of(st.binary(max_size=60), st.integers(0, 5000).map(bytes)),
        ),
        max_size=8,
    ),
    st.binary(max_size=20),
)

# ---------------------------------------------------------------- models

sizes = st.one_of(
    st.integers(1, 40), st.integers(1, 40), st.sampled_from([0, -1, 2**20, 2**20 + 1, 2**31, 1.5, None, True])
)
shapes = st.lists(sizes, min_size=1, max_size=4)
settings = st.one_of(
    sizes,
    shapes,
    st.booleans(),
    st.sampled_from(["relu", "softmax", "valid", "same", "causal", "channels_first", "l2"]),
    st.sampled_from(
        [0.5, [0.1, 0.2], {"class_name": "L2", "config": {"l2": 1e-3}}, {"class_name": "function", "config": "relu"}]
    ),
    values,
)


@st.composite
def layers(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A layer of the list with settings of its own, mostly of sensible kinds."""
    kind = draw(st.sampled_from(sorted(LAYERS)))
    own = draw(st.fixed_dictionaries({}, optional=dict.fromkeys(LAYERS[kind].options, settings)))
    return {
        "module": "keras.layers",
        "class_name": kind,
        "registered_name": None,
        "config": {"name": name, "trainable": draw(st.booleans()), **own},
    }


def tensor(name: str, call: int = 0) -> dict[str, Any]:
    return {
        "class_name": "__keras_tensor__",
        "config": {"shape": [None, 1], "dtype": "float32", "keras_history": [name, call, 0]},
    }


@st.composite
def models(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    """A Sequential model, or a Functional one with branches, shared layers, constants and models inside."""
    start = {
        "module": "keras.layers",
        "class_name": "InputLayer",
        "registered_name": None,
        "config": {"name": "in", "batch_shape": [None, *draw(shapes)], "dtype": "float32"},
    }
    count = draw(st.integers(1, 6))
    inner = [
        draw(models(depth - 1)) if depth and draw(st.integers(0, 5)) == 0 else draw(layers(f"l{place}"))
        for place in range(count)
    ]
    if draw(st.booleans()):
        config: dict[str, Any] = {"name": "s", "layers": [start, *inner]}
        return {"module": "keras", "class_name": "Sequential", "registered_name": None, "config": config}
    names, listed = ["in"], [{**start, "name": "in", "inbound_nodes": []}]
    for place, layer in enumerate(inner):
        layer["config"]["name"] = f"l{place}"
        operands = st.one_of(st.sampled_from(names).map(tensor), st.sampled_from(names).map(tensor), settings)
        nodes = draw(
            st.lists(
                st.lists(operands, min_size=1, max_size=3).map(lambda args: {"args": args, "kwargs": {}}),
                min_size=1,
                max_size=2,
            )
        )
        listed.append({**layer, "name": f"l{place}", "inbound_nodes": nodes})
        names.append(f"l{place}")
    config = {
        "name": "f",
        "layers": listed,
        "input_layers": [["in", 0, 0]],
        "output_layers": [[draw(st.sampled_from(names)), 0, 0]],
    }
    return {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "registered_name": "Functional",
        "config": config,
    }


CONFIGS = models().map(dumped)


def _zip(members: list[dict[str, Any]], end: dict[str, int], tail: bytes) -> bytes:
    """A zip written field by field (PKWARE APPNOTE 4.3), so that every field can be wrong."""
    body, directory = b"", b""
    for member in members:
        content, method, extra, name = (member[field] for field in ("content", "method", "extra", "name"))
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        stored = packer.compress(content) + packer.flush() if method == 8 else content
        numbers = (zlib.crc32(content) ^ member["crc"], len(stored) + member["packed"], len(content) + member["size"])
        common = struct.pack("<5H3L", 20, member["flags"], method, 0, 33, *(number % 2**32 for number in numbers))
        lengths, at = struct.pack("<2H", len(name), len(extra)), (len(body) + member["at"]) % 2**32
        body += b"PK\x03\x04" + common + lengths + (b"x" * len(name) if member["other"] else name) + extra + stored
        outside = struct.pack("<3H2L", 0, 0, 0, member["mode"] << 16, at)
        directory += b"PK\x01\x02" + struct.pack("<H", 0x314) + common + lengths + outside + name + extra
    count = (len(members) + end["count"]) % 2**16
    place, length = (len(body) + end["offset"]) % 2**32, (len(directory) + end["size"]) % 2**32
    return (
        body
        + directory
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, length, place, end["comment"])
        + tail
    )


def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([usual] * 12 + list(others))


def zips(names: st.SearchStrategy[bytes], contents: st.SearchStrategy[bytes], most: int) -> st.SearchStrategy[bytes]:
    members = st.fixed_dictionaries(
        {
            "name": names,
            "content": contents,
            "method": mostly(0, 8, 8, 8, 12, 99),
            "crc": mostly(0, 1),
            "flags": mostly(0, 1, 8, 0x800, 0x40, 0x2000),
            "size": mostly(0, 1, -1, 2**31, -(2**31)),
            "packed": mostly(0, 1, -1, 2**31),
            "at": mostly(0, 1, -1, 2**31),
            "other": mostly(False, True),
            "mode": mostly(0, 0o100600, 0o120777, 0o040755, 0o010644),
            "extra": mostly(
                b"",
                b"\x01\x00\x08\x00" + b"\xff" * 8,
                b"\x01\x00\x10\x00" + bytes(16),
                b"\xff",
                b"\x75\x70\x05\x00\x01abcd",
            ),
        }
    )
    end = st.fixed_dictionaries(
        {"count": mostly(0, 1, -1, 9), "offset": mostly(0, 1, -1), "size": mostly(0, 1, -1), "comment": mostly(0, 1)}
    )
    return st.builds(_zip, st.lists(members, min_size=1, max_size=most), end, mostly(b"", b"x"))


ARCHIVES = zips(
    mostly(b"config.json", b"model.weights.h5", b"model.weights.h5", *[b"metadata.json"] * 4, b"../x", b"config.json/"),
    st.one_of(CONFIGS, st.just(WEIGHTS), st.just(b"{}"), st.binary(max_size=40)),
    4,
)

# ---------------------------------------------------------------- zips and pictures

part = st.sampled_from(
    [
        b"ana",
        b"ana",
        b"work.ipynb",
        b"P1.ipynb",
        b"mnist-mlp.py",
        b"data.csv",
        b"..",
        b".",
        b"",
        b"__MACOSX",
        b"._x",
        b"C:",
        b"a\\b",
        b"\0",
        b"\xff\xfe",
        "Ñandú".encode(),
        "N\u0303".encode(),
        "\u202e".encode(),
        b"\x1b[31m",
        b"x" * 300,
        b"con",
        b"-rf",
        b"in.zip",
    ]
)
ZIPS = zips(
    st.lists(part, min_size=1, max_size=10).map(b"/".join),
    st.one_of(st.just(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "1"}]}'), st.binary(max_size=40)),
    5,
)


def _png(header: tuple[int, ...], chunks: list[tuple[bytes, bytes, int]], pixels: bytes, end: bytes) -> bytes:
    """A picture chunk by chunk (PNG specification, 5.3), with checksums that may lie."""
    listed = [
        (b"IHDR", struct.pack(">IIBBBBB", *header), 0),
        *chunks,
        (b"IDAT", zlib.compress(pixels), 0),
        (b"IEND", b"", 0),
    ]
    body = b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content) ^ lie)
        for kind, content, lie in listed
    )
    return b"\x89PNG\r\n\x1a\n" + body + end


@st.composite
def pictures(draw: st.DrawFn) -> bytes:
    """A small picture whose pixels mostly have the length that its header asks for."""
    width, height = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    depth, colour = draw(st.sampled_from([1, 2, 4, 8, 8, 8, 16])), draw(st.sampled_from([0, 2, 3, 4, 6, 6, 1]))
    row = 1 + (width * {0: 1, 2: 3, 3: 1, 4: 2}.get(colour, 4) * depth + 7) // 8
    sides = (draw(mostly(width, 0, 2**31, 4097)), draw(mostly(height, 0, 2**32 - 1)))
    ends = (depth, colour, draw(mostly(0, 1)), draw(mostly(0, 1)), draw(mostly(0, 1)))
    kinds = st.tuples(
        st.sampled_from([b"PLTE", b"tRNS", b"tEXt", b"IDAT", b"IHDR", b"aaaa", b"ABCD", b"ab1d"]),
        st.binary(max_size=9),
        mostly(0, 1),
    )
    palette = [(b"PLTE", bytes(range(6)), 0)] if colour == 3 else []
    more = draw(mostly([], *[draw(st.lists(kinds, max_size=3)) for _ in range(6)]))
    return _png(
        (*sides, *ends), [*palette, *more], bytes(row * height + draw(mostly(0, 1, -1))), draw(mostly(b"", b"x"))
    )


PICTURES = pictures()

# ---------------------------------------------------------------- answers and runs

ANSWER_NAMES = tuple(
    name
    for words in ("q1 Q1 q_1 p1 flat dense_params results table layers test_image kernel gap_means student_id".split(),)
    for name in words
)
typed = st.one_of(
    values,
    st.integers(-(10**6), 10**9),
    st.floats(0, 100),
    st.text("0123456789.,-+eE %(){}[]xX×*NnoeUVWÑß٣²", max_size=30),
    st.lists(st.integers(-5, 1000), max_size=6),
    st.lists(
        st.dictionaries(
            st.sampled_from(["train", "test", "change", "loss", "index", "predicted"]), scalars, max_size=5
        ),
        max_size=4,
    ),
    st.lists(st.lists(st.one_of(scalars, shapes), max_size=4), max_size=6),
)


def _answers(names: Mapping[str, Any], more: dict[str, Any]) -> bytes:
    return dumped({"answers": {**more, **names}, "variables": names if len(names) % 2 else {}})


def _wanted() -> st.SearchStrategy[str]:
    from fuzz_claims import wanted

    return st.one_of(
        st.sampled_from(wanted()), st.sampled_from(wanted()), st.sampled_from(ANSWER_NAMES), st.text(max_size=10)
    )


ANSWERS = st.builds(
    _answers,
    st.dictionaries(st.deferred(_wanted), typed, max_size=12),
    st.dictionaries(st.text(max_size=5), typed, max_size=2),
)

counts = st.integers(0, 70_000)
names = st.sampled_from(["model", "modelo_final", "final_model", "edges", "m", "net", "fixed", "clasificador"])
compiled = record(
    optimizer=st.sampled_from(["Adam", "RMSprop", "SGD"]),
    loss=st.sampled_from(["mse", "CategoricalCrossentropy"]),
    optimizer_config=st.dictionaries(st.sampled_from(["learning_rate", "weight_decay", "name"]), scalars, max_size=3),
    from_logits=st.booleans(),
    metrics=st.lists(st.sampled_from(["accuracy", "acc", ""]), max_size=2),
)
metrics = st.dictionaries(
    st.sampled_from(["accuracy", "val_accuracy", "loss", "acc", "x"]),
    st.lists(st.one_of(st.floats(0, 1), scalars), max_size=4),
    max_size=4,
)
training = record(
    epochs_asked=counts,
    epochs_done=counts,
    stopped=st.just("time"),
    batch_size=counts,
    rows=counts,
    distinct_rows=counts,
    seconds=st.floats(0, 99),
    metrics=metrics,
    validated_on_test=st.booleans(),
    compiled=compiled,
    callbacks=st.lists(st.sampled_from(["EarlyStopping", "History"]), max_size=2),
)
claimed_layer = record(
    name=st.text(max_size=6),
    kind=st.sampled_from(["Dense", "Conv2D", "Dropout", "Activation", "ReLU", "MaxPooling2D", "InputLayer"]),
    input_shape=shapes,
    output_shape=shapes,
    params=counts,
    trainable=st.booleans(),
    config=st.dictionaries(
        st.sampled_from(["units", "activation", "strides", "kernel_size", "rate", "kernel_regularizer", "filters"]),
        settings,
        max_size=5,
    ),
)
claimed_model = record(
    number=st.integers(0, 3),
    variables=st.lists(names, max_size=3),
    class_name=st.sampled_from(["Sequential", "Functional", "Mine"]),
    fits=st.integers(0, 2),
    evaluates=st.integers(0, 2),
    predicts=st.integers(0, 2),
    compiled=st.booleans(),
    last=st.integers(-1, 9),
    save_error=st.text(max_size=9),
    compile=compiled,
    history=st.lists(training, max_size=2),
    evaluations=st.lists(
        record(
            rows=counts,
            fits=st.integers(0, 3),
            metrics=st.dictionaries(st.sampled_from(["accuracy", "loss"]), scalars, max_size=2),
        ),
        max_size=2,
    ),
    fed=record(
        shape=shapes,
        length=counts,
        dtype=st.just("float32"),
        minimum=scalars,
        maximum=scalars,
        mean=scalars,
        std=scalars,
        rows=st.lists(st.integers(0, 25), max_size=4),
        part=st.sampled_from(["train", "test", ""]),
    ),
    layers=st.lists(claimed_layer, max_size=4),
)
header = record(
    shape=st.lists(st.one_of(st.integers(0, 6), sizes), max_size=4),
    dtype=st.sampled_from(["|u1", "<f4", "<f8", "<i8", "|b1", "<f2", "<M8"]),
    full_shape=shapes,
    rows=st.lists(st.integers(0, 30), max_size=6),
    minimum=scalars,
    maximum=scalars,
    finite=st.booleans(),
    found_as=st.text(max_size=5),
    by_shape=st.booleans(),
    candidates=st.integers(0, 5),
)


@st.composite
def arrays(draw: st.DrawFn) -> dict[str, Any]:
    """An array whose bytes mostly fit its header."""
    about = draw(header)
    size = 1
    for length in about.get("shape") if isinstance(about.get("shape"), list) else ():
        size *= length if type(length) is int and 0 <= length < 100 else 1
    item = {"|u1": 1, "|b1": 1, "<f2": 2, "<f4": 4}.get(str(about.get("dtype")), 8)
    return {
        "array": about,
        "body": draw(
            st.one_of(st.just(size * item), st.just(size * item), st.binary(max_size=30).map(lambda body: body.hex()))
        ),
    }


notice = record(
    key=st.sampled_from(sorted(key for key in catalogue() if key.startswith(("runs.", "checks.text")))),
    values=st.dictionaries(
        st.sampled_from(["name", "megabytes", "most", "line", "rows", "epochs", "error", "prompt", "cells", "reason"]),
        scalars,
        max_size=5,
    ),
)
FRAMES: Mapping[str, st.SearchStrategy[Any]] = {
    "status": record(
        ended=st.sampled_from(["ok", "error", "timeout", "exit"]),
        running=counts,
        notices=st.lists(notice, max_size=3),
        environment=st.dictionaries(st.text(max_size=4), scalars, max_size=2),
    ),
    "cells": st.lists(
        record(
            status=st.sampled_from([*CELL_KINDS, "ok"]),
            cell=counts,
            error=st.sampled_from(["NameError", "SyntaxError"]),
            text=st.text(),
            line=st.text(),
        ),
        max_size=3,
    ),
    "models": st.lists(claimed_model, max_size=4),
    "model": models(depth=1).map(lambda config: {"keras": config}),
    "samples": arrays(),
    "export": arrays(),
    "call": arrays(),
    "picture": arrays(),
    "answers": ANSWERS.map(json.loads),
    "calls": st.lists(
        record(
            call=st.integers(0, 9),
            outcome=st.sampled_from(["ok", "error", "missing", "timeout", "no_array", "died", "not_called"]),
            error=st.text(max_size=5),
            text=st.text(max_size=5),
            changed=st.lists(st.integers(0, 3), max_size=2),
            names=st.lists(st.text(max_size=5), max_size=2),
        ),
        max_size=6,
    ),
    "pictures": st.lists(
        record(
            cell=counts,
            shape=shapes,
            title=st.text(max_size=9),
            cmap=st.sampled_from(["Reds", "gray"]),
            blank=st.booleans(),
            digest=st.text(max_size=3),
        ),
        max_size=4,
    ),
    "events": st.lists(
        record(
            kind=st.sampled_from(["save", "load", "plot"]),
            model=st.integers(0, 3),
            fits=st.integers(0, 2),
            path=st.text(max_size=12),
            cell=counts,
        ),
        max_size=4,
    ),
}


@st.composite
def runs(draw: st.DrawFn) -> bytes:
    """Frames of some kinds, each a claim about anything."""
    from fuzz_claims import ENDINGS, rubrics

    frames: list[list[Any]] = [["status", 0, draw(FRAMES["status"])]]
    for kind in draw(st.lists(st.sampled_from(sorted(FRAMES)), min_size=1, max_size=7)):
        number = draw(st.integers(0, 3)) if kind in ("model", "samples", "export", "call", "picture") else 0
        frames.append([kind, number, draw(st.one_of(FRAMES[kind], FRAMES[kind], FRAMES[kind], values))])
    return dumped(
        {
            "rubric": draw(st.sampled_from(sorted(rubrics()))),
            "ended": draw(st.sampled_from(ENDINGS)),
            "frames": frames,
        }
    )


RUNS = runs()

# ---------------------------------------------------------------- notebooks, text, rubrics

bundle = st.dictionaries(
    st.sampled_from(["text/plain", "image/png", "text/html", "image/svg+xml"]),
    st.one_of(st.text(max_size=9), PICTURES.map(lambda picture: base64.b64encode(picture).decode()), values),
    max_size=3,
)
output = record(
    output_type=st.sampled_from(["stream", "display_data", "execute_result", "error", "pyerr", "pyout"]),
    data=bundle,
    text=st.text(max_size=9),
    ename=st.text(max_size=5),
    evalue=st.text(max_size=5),
    traceback=st.lists(st.text(max_size=5), max_size=2),
    png=st.text(max_size=5),
)
cell = record(
    cell_type=st.sampled_from(["code", "code", "markdown", "raw", "heading"]),
    source=st.one_of(st.text(), st.lists(st.text(), max_size=3)),
    input=st.text(max_size=5),
    outputs=st.lists(output, max_size=3),
    execution_count=st.integers(-1, 5),
    level=st.integers(0, 7),
    attachments=st.dictionaries(st.text(max_size=5), values, max_size=2),
)
NOTEBOOKS = st.builds(
    lambda document, encoding: dumped(document).decode().encode(encoding),
    record(
        cells=st.lists(cell, max_size=4),
        worksheets=st.lists(record(cells=st.lists(cell, max_size=2)), max_size=2),
        nbformat=st.integers(0, 5),
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
)
pieces = st.sampled_from(
    [
        "\x1b[31m",
        "\x1b]52;c;x\x07",
        "\x1b",
        "\x9b",
        "\u202e",
        "\u2066",
        "\u200f",
        "\u0301" * 9,
        "=",
        "+",
        "@",
        "\t",
        "\r",
        "\n",
        "\r\n",
        "-rf",
        "..",
        "/",
        "CON",
        "nul.txt",
        "com1",
        "\ufffe",
        "\uffff",
        "\ud800",
        "\U0001f600",
        "ß",
        "ﷺ",
        "İ",
        "Ñandú",
        "'",
        "\x85",
        "\u2028",
        "\xa0",
        "-0a1b2c",
        "\xad",
        "\u3000",
        "ﬁ",
        "…",
    ]
)
TEXTS = st.lists(st.one_of(pieces, pieces, st.text(max_size=6)), max_size=30).map(
    lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
)

words = st.one_of(
    st.sampled_from(
        [
            "1",
            "0.5",
            "1e-9",
            "relu",
            "[1, 2]",
            "{a: 1}",
            "main",
            "auto",
            "true",
            "~",
            "",
            "'x'",
            '"\\ud800"',
            '"\\U99999999"',
            "2-3",
            "1+",
            "12m",
            "3GB",
            "[[[1]]]",
            "q1",
            "x + 1",
            "1e99",
            "9" * 30,
            "*a",
            "&a 1",
            "!!int 1",
            "|",
            "> x",
            "0x1F",
            "1_000",
            "- 1",
            "? a",
            "{",
            "]",
        ]
    ),
    st.text("abc:-[]{},#&*!|>'\"%@` \t01", max_size=12),
)


@st.composite
def rubrics_made(draw: st.DrawFn) -> bytes:
    """A rubric of criteria with parameters of the right names and any values."""
    lines = ["exercise: x", "title: {en: X, es: X}", "data: mnist", "exports: [x]", "criteria:"]
    for place in range(draw(st.integers(1, 3))):
        check = draw(st.sampled_from(sorted(checks.REGISTRY)))
        own = draw(
            st.dictionaries(
                st.sampled_from([*checks.REGISTRY[check].parameters, "needs", "when_unmet", "model"]),
                words,
                max_size=5,
            )
        )
        lines += [
            f"  - id: c{place}",
            f"    points: {draw(st.sampled_from(['1', '0.5', '-1', 'x']))}",
            f"    check: {check}",
        ]
        lines += [f"    {name}: {value}" for name, value in own.items()]
    more = draw(
        st.dictionaries(
            st.sampled_from(
                [
                    "run",
                    "models",
                    "structure",
                    "calls",
                    "predict_on",
                    "questions",
                    "mutants",
                    "untouched",
                    "total",
                    "test",
                ]
            ),
            words,
            max_size=2,
        )
    )
    return "\n".join([*lines, *(f"{name}: {value}" for name, value in more.items()), ""]).encode("utf-8", "replace")


RUBRICS = rubrics_made()
