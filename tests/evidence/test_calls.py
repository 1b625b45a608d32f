"""Hidden arguments: drawn, packed for the sandbox, loaded in the kernel, and what comes back as claims."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.child.recorder import calls as inside
from grader.child.runner.calling import CALLS_CAP, TOLD_CAP, Calling, _functions
from grader.child.spool import Spool, take
from grader.course import rubric
from grader.evidence import calls, keys
from grader.records import CallCase, Rubric

TEXT = """
exercise: functions
title: {es: F, en: F}
data: mnist
calls:
  mean:
    - [{random: [4, 5, 3], dtype: uint8}]
    - [{random: [50], low: -3, high: 3, dtype: int64}, {random: [2, 2]}]
    - {args: [{array: [[200, 100], [50, 0]], dtype: uint8}], kwargs: {stride: 2, mode: full, flip: true, size: [1, 2]}}
  luma:
    - [{random: [4, 5, 3], dtype: uint8}]
criteria:
  - id: mean
    points: 1
    check: call
    function: mean
    misconceptions: [{name: wraps, function: wraps}]
"""


def asked(text: str = TEXT) -> Rubric:
    return rubric.parse(text.encode(), "r.yaml")


def drawn(number: int, secret: bytes = b"s", function: str = "mean") -> calls.Drawn:
    case = asked().calls[function][number]
    return calls.draw(case, secret=secret, exercise="functions", function=function, number=number)


def test_specifications_are_written_out() -> None:
    mean = asked().calls["mean"]
    assert mean[0].args == ({"random": [4, 5, 3], "dtype": "uint8", "low": 0, "high": 255},)
    assert mean[1].args[1] == {"random": [2, 2], "dtype": "float64", "low": 0, "high": 1}
    assert mean[2].kwargs == {"stride": 2, "mode": "full", "flip": True, "size": [1, 2]}


def test_arguments_are_of_the_kind_that_was_asked_for() -> None:
    image = drawn(0).args[0]
    assert (image.dtype, image.shape) == (np.uint8, (4, 5, 3))
    numbers, floats = drawn(1).args
    assert set(numbers.tolist()) == set(range(-3, 4))
    assert floats.dtype == np.float64
    assert floats.min() >= 0
    assert floats.max() <= 1
    assert drawn(2).args[0].tolist() == [[200, 100], [50, 0]]
    assert drawn(2).kwargs == {"stride": 2, "mode": "full", "flip": True, "size": [1, 2]}


def test_arguments_follow_from_secret_exercise_function_and_case() -> None:
    image = drawn(0).args[0]
    assert np.array_equal(image, drawn(0).args[0])
    assert not np.array_equal(image, drawn(0, secret=b"").args[0])
    assert not np.array_equal(image, drawn(0, function="luma").args[0])
    case = asked().calls["mean"][0]
    other = calls.draw(case, secret=b"s", exercise="other", function="mean", number=0).args[0]
    assert not np.array_equal(image, other)
    later = calls.draw(case, secret=b"s", exercise="functions", function="mean", number=1).args[0]
    assert not np.array_equal(image, later)


def test_the_public_arguments_stay_the_same() -> None:
    """Cards of different days compare only while this holds."""
    assert drawn(0, secret=b"").args[0][0, 0].tolist() == [233, 92, 29]


def test_a_wrong_function_gets_the_cases_of_the_right_one() -> None:
    cases = calls.cases_of_reference(asked())
    assert list(cases) == ["mean", "luma", "wraps"]
    assert cases["wraps"] == cases["mean"]
    header, body = calls.pack(cases, asked(), b"s").split(b"\n", 1)
    told = json.loads(header)
    sizes = [np.dtype(one["dtype"]).itemsize * int(np.prod(one["shape"])) for one in told["arrays"]]
    assert sum(sizes) == len(body)
    functions = [call["function"] for call in told["calls"]]
    assert functions == ["mean", "mean", "mean", "luma", "wraps", "wraps", "wraps"]
    right, wrong = (body[sum(sizes[:place]) :][: sizes[place]] for place in (0, 5))
    assert right == wrong
    assert calls.described(cases["mean"][2]) == "uint8 (2, 2), stride=2, mode='full', flip=True, size=[1, 2]"


def test_what_is_drawn_is_part_of_the_runs_key() -> None:
    whole: dict[str, Any] = {"submission": "s", "rubric_part": {}, "data": "d", "seed": 0}
    late = calls.pack(asked().calls, asked(), b"s")
    others = {
        keys.run_key(**whole),
        keys.run_key(**whole, late=late),
        keys.run_key(**whole, late=calls.pack(asked().calls, asked(), b"t")),
        keys.run_key(**whole, late=calls.pack(calls.cases_of_reference(asked()), asked(), b"s")),
    }
    assert len(others) == 4


# ---------------------------------------------------------------- inside


def make(tmp_path: Path, namespace: dict[str, Any], content: bytes) -> tuple[inside.Calls, Path]:
    (tmp_path / "late").write_bytes(content)
    spool = Spool(str(tmp_path / "spool"))
    made = inside.Calls(SimpleNamespace(user_ns=namespace), spool)
    made.load(str(tmp_path / "late"))
    return made, tmp_path / "spool"


def there_and_back(tmp_path: Path, namespace: dict[str, Any]) -> Any:
    """Pack, load, call and read, without a sandbox around the calls."""
    made, folder = make(tmp_path, namespace, calls.pack(asked().calls, asked(), b"s"))
    calling = Calling.__new__(Calling)
    calling.outcomes = {}
    frames = {}
    for number in range(len(made.calls)):
        made.call(number)
        for kind, place, data in take(str(folder)):
            if kind == "calls":
                calling.hear(place, data)
            else:
                frames[kind, place] = data
    frames["calls", 0] = calling.told()
    return calls.read(frames, asked().calls)


def test_calls_come_back_as_they_were_made(tmp_path: Path) -> None:
    def mean(*args: Any, **kwargs: Any) -> Any:
        assert kwargs in ({}, {"stride": 2, "mode": "full", "flip": True, "size": [1, 2]})
        return args[0].astype(float).mean(axis=-1)

    found = there_and_back(tmp_path, {"mean": mean})
    for number in range(3):
        call = found["mean"][number]
        assert (call.outcome, call.case, call.function) == ("ok", number, "mean")
        assert np.array_equal(call.output, drawn(number).args[0].astype(float).mean(axis=-1))
    assert [call.outcome for call in found["luma"]] == ["missing"]
    assert not (tmp_path / "late").exists()


def test_every_call_gets_arguments_of_its_own(tmp_path: Path) -> None:
    def spoil(image: Any, second: Any = None, **kwargs: Any) -> Any:
        image[...] = 0
        if kwargs:
            kwargs["size"].append(3)
        return image

    found = there_and_back(tmp_path, {"mean": spoil, "luma": lambda image: image})
    assert [(call.changed, call.names) for call in found["mean"]] == [
        ((0,), ("image",)),
        ((0,), ("image",)),
        ((0, 4), ("image", "size")),
    ]
    assert np.array_equal(found["luma"][0].output, drawn(0, function="luma").args[0])


def from_scipy(image: Any) -> Any:
    from scipy import ndimage

    return ndimage.correlate(image, np.ones((1,) * image.ndim))


def through_a_module(image: Any) -> Any:
    module = ModuleType("my_tools")
    exec("def double(image):\n    return 2 * image", vars(module))
    return vars(module)["double"](image)


@pytest.mark.parametrize(
    ("function", "libraries"),
    [
        (lambda image: np.pad(image, 1).astype(float).mean(axis=-1), ()),
        (lambda image: math.sqrt(np.lib.stride_tricks.sliding_window_view(image, 1, axis=0).max()), ()),
        (from_scipy, ("scipy",)),
        (through_a_module, ()),  # what a notebook calls its modules could hold the arguments
    ],
)
def test_the_libraries_that_a_function_uses_are_named(tmp_path: Path, function: Any, libraries: Any) -> None:
    assert there_and_back(tmp_path, {"luma": function})["luma"][0].libraries == libraries
    assert sys.getprofile() is None


@pytest.mark.parametrize("change", ["image.sort()", "image[0] += 1", "image[:] = image[::-1].copy()"])
def test_every_change_of_an_argument_is_seen(tmp_path: Path, change: str) -> None:
    space: dict[str, Any] = {}
    exec(f"def luma(image):\n    {change}\n    return 0", space)
    assert there_and_back(tmp_path, space)["luma"][0].changed == (0,)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "NoneType"),
        ("x", "str"),
        (b"x", "bytes"),
        ({}, "dict"),
        ([[1], [2, 3]], "list"),
        (object(), "object"),
        (np.array(["a"]), "<U1"),
        (np.array([1j]), "complex128"),
        (np.array([None]), "object"),
        ([1, "a"], "list"),
        (np.zeros(1_000_000), "ndarray (1000000,)"),
        (iter([]), "list_iterator"),
    ],
)
def test_what_is_no_array_of_numbers_is_named(value: object, kind: str) -> None:
    with pytest.raises(inside.NoArray) as caught:
        inside.pack(value)
    assert str(caught.value) == kind


@pytest.mark.parametrize(
    ("value", "dtype", "shape"),
    [
        (3, "<i8", []),
        (2.5, "<f8", []),
        (True, "|b1", []),
        ([1, 2], "<i8", [2]),
        (((1.0, 2.0),), "<f8", [1, 2]),
        (np.ones(3, ">f4"), "<f4", [3]),
        (np.ones((2, 2), np.longdouble), "<f8", [2, 2]),
        ([], "<f8", [0]),
        (np.float32(1), "<f4", []),
        (np.ones((4, 4))[::2].T, "<f8", [4, 2]),
    ],
)
def test_everything_else_becomes_an_array(value: Any, dtype: str, shape: list[int]) -> None:
    header, body = inside.pack(value).split(b"\n", 1)
    assert json.loads(header) == {"shape": shape, "dtype": dtype}
    assert np.array_equal(np.frombuffer(body, dtype).reshape(shape), value)


def test_the_runner_bounds_what_the_kernel_tells() -> None:
    calling = Calling.__new__(Calling)
    calling.outcomes = {}
    for number in range(2 * CALLS_CAP):
        calling.hear(number, json.dumps({"text": "ñ" * 1000}, ensure_ascii=False).encode())
    calling.hear(0, b"[1]")
    calling.hear(1, b"{")
    calling.hear(2, b"{" + b" " * TOLD_CAP + b"}")
    assert len(calling.told()) < 1 << 20
    assert len(json.loads(calling.told())) == CALLS_CAP


@pytest.mark.parametrize("content", [b"", b"{", b"[]\n", b'{"calls": 3}\n', b'{"calls": [{}]}\n', b"\xff\n"])
def test_arguments_that_were_cut_short_call_nothing(content: bytes) -> None:
    assert _functions(content) == []


# ---------------------------------------------------------------- back

CASES = {"f": (CallCase(args=(1,)), CallCase(args=(1, 2))), "g": (CallCase(args=(), kwargs={"a": 1}),)}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
CLAIMS = st.fixed_dictionaries(
    {},
    optional={
        "call": st.integers(-1, 5) | JSON,
        "outcome": st.sampled_from(["ok", "error", "missing", "timeout", "no_array", "died", "not_called"]) | JSON,
        "error": st.text(max_size=300) | JSON,
        "changed": st.lists(st.integers(-1, 3) | JSON, max_size=4) | JSON,
        "names": st.lists(st.text(max_size=3) | JSON, max_size=4) | JSON,
    },
)


@given(st.lists(CLAIMS | JSON, max_size=6) | JSON, st.dictionaries(st.integers(0, 3), st.binary(max_size=60)))
def test_whatever_a_sandbox_claims_is_read_or_left_out(claimed: Any, outputs: dict[int, bytes]) -> None:
    frames = {("call", number): payload for number, payload in outputs.items()}
    frames["calls", 0] = json.dumps(claimed).encode()
    for function, several in calls.read(frames, CASES).items():
        for call in several:
            count = len(CASES[function][call.case].args) + len(CASES[function][call.case].kwargs)
            assert (call.output is not None) == (call.outcome == "ok")
            assert all(0 <= place < count for place in call.changed)
            assert len(call.names) in {0, len(call.changed)}


@given(st.binary(max_size=200))
def test_any_bytes_in_place_of_the_frame_are_nothing(payload: bytes) -> None:
    assert calls.read({("calls", 0): payload}, CASES) == {} or payload.startswith(b"[")
    assert calls.read({}, CASES) == {}


@given(
    st.sampled_from(["bool", "uint8", "int8", "int16", "int64", "float32", "float64"]),
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.binary(max_size=10),
)
def test_arrays_of_every_kind_travel_unchanged(dtype: str, shape: list[int], secret: bytes) -> None:
    high = {"bool": 1, "int8": 127}.get(dtype, 255)
    case = CallCase(args=({"random": shape, "dtype": dtype, "low": 0, "high": high},))
    sent = calls.draw(case, secret=secret, exercise="functions", function="f", number=0).args[0]
    assert (sent.dtype, sent.shape) == (np.dtype(dtype), tuple(shape))
    header, body = calls.pack({"f": [case]}, asked(), secret).split(b"\n", 1)
    told = json.loads(header)["arrays"][0]
    assert np.array_equal(np.frombuffer(body, told["dtype"]).reshape(told["shape"]), sent)
