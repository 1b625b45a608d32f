"""What a stranger's JSON and arrays may say."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.untrusted import claims

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_every_reader_takes_every_value(value: object) -> None:
    assert isinstance(claims.mapping(value), dict)
    assert len(claims.items(value, 3)) <= 3
    assert all(isinstance(word, str) for word in claims.words(value))
    assert isinstance(claims.word(value), str)
    assert claims.whole(value) is None or type(claims.whole(value)) is int
    number = claims.real(value)
    assert number is None or abs(number) < float("inf")
    shape = claims.shape(value)
    assert shape is None or (len(shape) <= 8 and all(size >= 0 for size in shape))


@given(st.binary(max_size=200))
def test_bytes_that_are_not_json_are_nothing(payload: bytes) -> None:
    claims.parse(payload)
    claims.array(payload)


@pytest.mark.parametrize("payload", [None, b"\xff", b"{", b"[" * 100_000, b"1" * (claims.JSON_CAP + 1)])
def test_json_that_cannot_be_read_is_none(payload: bytes | None) -> None:
    assert claims.parse(payload) is None


def test_nan_and_infinity_are_no_numbers() -> None:
    assert claims.parse(b'{"a": NaN, "b": -Infinity}') == {"a": None, "b": None}
    assert claims.real(1e999) is None
    assert claims.real(True) is None


def test_an_integer_that_no_float_holds_is_no_number() -> None:
    assert claims.real(10**400) is None
    assert claims.real(-(10**400)) is None
    assert claims.real(10**300) == 1e300


def test_a_whole_number_of_many_digits_is_read_as_a_float() -> None:
    assert claims.parse(b"[" + b"7" * claims.DIGITS_CAP + b"]") == [int("7" * claims.DIGITS_CAP)]
    assert claims.parse(b"[1" + b"0" * claims.DIGITS_CAP + b", " + b"9" * 5000 + b"]") == [1e40, float("inf")]


def test_json_that_is_too_deep_or_holds_too_many_values_is_none() -> None:
    depth, many = claims.DEPTH_CAP, claims.VALUES_CAP + 1
    assert claims.parse(b"[" * depth + b"]" * depth) is not None
    assert claims.parse(b"[" * (depth + 1) + b"]" * (depth + 1)) is None
    assert claims.parse(b"[" + b"0," * many + b"0]") is None
    # Commas and brackets in texts are no values, whatever is quoted in there.
    assert claims.parse(b'["' + b'\\",' * many + b'"]') is not None
    assert claims.parse(b'["' + b"[" * many + b'", "\\\\", 1]') is not None


def test_bytes_come_in_hexadecimal_digits_and_within_their_cap() -> None:
    assert claims.raw("00ff10", 3) == b"\0\xff\x10"
    for odd in ("00ff10aa", "0", "0g", "00 ff", "00FF", "é0", 7, None, ["00"]):
        assert claims.raw(odd, 3) == b""


def test_settings_are_cut_to_what_a_reader_takes_in() -> None:
    given = {
        "units": 10,
        "activation": "x" * 500,
        "rate": float("inf"),
        "kernel_size": [3, 3, *range(20)],
        "deep": [[[[1]]]],
        "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}},
        "bias": None,
        "use_bias": False,
    }
    assert claims.settings(given) == {
        "units": 10,
        "activation": "x" * 100,
        "kernel_size": [3, 3, 0, 1, 2, 3, 4, 5],
        "deep": [[[]]],
        "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}},
        "use_bias": False,
    }
    assert len(claims.settings({str(number): 1 for number in range(1000)})) == claims.SETTINGS_CAP
    assert claims.settings([1]) == {}


@pytest.mark.parametrize("dtype", sorted(claims.DTYPES))
def test_an_array_comes_back_as_it_was(dtype: str) -> None:
    values = np.arange(12).reshape(3, 4).astype(dtype)
    header = json.dumps({"shape": [3, 4], "dtype": dtype, "name": "x"}).encode()
    found = claims.array(header + b"\n" + values.tobytes())
    assert found is not None
    assert found[0]["name"] == "x"
    np.testing.assert_array_equal(found[1], values)


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ({"shape": [2], "dtype": "<f4"}, b"\0" * 7),
        ({"shape": [2], "dtype": "|O"}, b"\0" * 16),
        ({"shape": [-2], "dtype": "<f4"}, b"\0" * 8),
        ({"shape": "2", "dtype": "<f4"}, b"\0" * 8),
        ({"shape": [1 << 31, 1 << 31], "dtype": "<f8"}, b""),
        ({"dtype": "<f4"}, b""),
        ({"shape": [2], "dtype": ["<f4"]}, b"\0" * 8),
        ({"shape": [2], "dtype": {"descr": "<f4"}}, b"\0" * 8),
        ({"shape": [0, 1 << 32, 1 << 32, 1 << 32], "dtype": "<f4"}, b""),
    ],
)
def test_an_array_whose_header_does_not_fit_is_nothing(header: dict[str, object], body: bytes) -> None:
    assert claims.array(json.dumps(header).encode() + b"\n" + body) is None
