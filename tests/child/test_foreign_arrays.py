"""Frames, Series, sparse matrices and tensors, as exports and as answers."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from grader.child import spool
from grader.child.recorder import answers, exports, foreign_arrays, input_stats

COUNTS = pd.Series([7, 9, 8], index=[2, 0, 1])
BY_DIGIT = [9, 8, 7]
EYE = np.eye(3, dtype="float32")


@pytest.mark.parametrize(
    "value",
    [
        COUNTS,
        COUNTS.astype("Int64"),
        COUNTS.set_axis(["2", "0", "1"]),
        COUNTS.set_axis([2.0, 0.0, 1.0]),
        COUNTS.to_frame(),
        pd.DataFrame({"digit": [2] * 7 + [0] * 9 + [1] * 8}).value_counts(),
        {"2": 7, "0": 9, "1": 8},
        {"digit 2": 7, "digit 0": 9, "digit 1": 8},
        {np.int64(2): 7, 0: np.int64(9), 1: 8},
        COUNTS.to_dict(),
    ],
)
def test_counts_by_key_are_exported_in_the_order_of_the_keys(tmp_path: Path, value: Any) -> None:
    sender = exports.Delivered(spool.Spool(str(tmp_path)), ("counts",), {})
    sender.collect({"counts": value})
    ((_, _, data),) = spool.take(str(tmp_path))
    header, body = data.split(b"\n", 1)
    dtype = "<f8" if b"<f8" in header else "<i8"
    assert np.frombuffer(body, dtype).tolist() == BY_DIGIT


@pytest.mark.parametrize(
    "value",
    [
        {"zero": 9, "one": 8},
        {"0": 9, "0 again": 8},
        {"1 to 2": 9},
        {},
        {1.5: 3},
        COUNTS.set_axis([0, 0, 1]),
        COUNTS.set_axis(["a", "b", "c"]),
        pd.DataFrame({"a": [1, 2], "b": [3, 4]}),
        [3, 2, 1],
        "text",
    ],
)
def test_what_has_no_number_for_each_key_keeps_its_order(value: Any) -> None:
    assert foreign_arrays.in_order(value) is value


SPARSE_TENSOR = SimpleNamespace(
    dense_shape=np.array([3, 3]), indices=np.array([[0, 0], [1, 1], [2, 2]]), values=np.ones(3, "float32")
)


@pytest.mark.parametrize(
    "value",
    [
        sparse.csr_matrix(EYE),
        sparse.coo_array(EYE),
        SPARSE_TENSOR,
        pd.DataFrame(EYE).astype(pd.SparseDtype("float32")),
        pd.DataFrame(EYE).astype("Float32"),
    ],
)
def test_sparse_ones_and_frames_are_arrays_like_any_other(value: Any) -> None:
    found = input_stats.array_of(value)
    assert found is not None
    assert found.tolist() == EYE.tolist()


def test_a_sparse_one_that_would_fill_the_memory_is_left_alone() -> None:
    huge = sparse.csr_matrix((1 << 20, 1 << 20), dtype="float32")
    assert foreign_arrays.dense(huge) is None
    assert input_stats.array_of(huge) is None
    assert foreign_arrays.dense(SimpleNamespace(**{**vars(SPARSE_TENSOR), "dense_shape": [1 << 30, 9]})) is None


ROWS = [{"layer": "conv", "shape": [26, 26, 32], "params": 320}, {"layer": "flat", "shape": [5408], "params": 0}]
FRAME = pd.DataFrame([{**row, "shape": tuple(row["shape"])} for row in ROWS])


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (FRAME, ROWS),
        (FRAME.set_index("layer"), ROWS),
        (FRAME[["params"]].set_axis(["a", "b"]), [{"index": "a", "params": 320}, {"index": "b", "params": 0}]),
        (pd.Series([0.5, 0.25]), [0.5, 0.25]),
        (pd.Series({"index": 7, "confidence": 0.9}), {"index": 7, "confidence": 0.9}),
        (COUNTS, {"2": 7, "0": 9, "1": 8}),
        (sparse.csr_matrix([[0, 1]]), [[0, 1]]),
        ({"table": FRAME}, {"table": ROWS}),
    ],
)
def test_frames_and_series_among_the_answers_are_rows_and_values(value: Any, plain: Any) -> None:
    assert answers.simple(value) == plain


def test_of_a_long_frame_the_first_rows_are_read() -> None:
    assert len(answers.simple(pd.DataFrame({"a": range(60_000)}))) == 1000
    assert len(answers.simple(pd.Series(range(60_000)))) == 1000
