"""Whose labels an evaluation was held against."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.child.recorder import input_stats, mounted_labels

RNG = np.random.default_rng(1)
TRAIN, TEST = RNG.integers(0, 10, 600).astype(np.uint8), RNG.integers(0, 10, 200).astype(np.uint8)


@pytest.fixture
def mounted(tmp_path: Path) -> mounted_labels.MountedLabels:
    np.savez(tmp_path / "made-up.npz", y_train=TRAIN, y_test=TEST)
    return mounted_labels.MountedLabels(str(tmp_path / "made-up.npz"))


@pytest.mark.parametrize(
    ("y", "part"),
    [
        (TRAIN, "train"),
        (TEST, "test"),
        (TRAIN[100:300].astype("float32"), "train"),
        (TEST[-100:].reshape(-1, 1), "test"),
        (np.eye(10)[TEST], "test"),
        (TRAIN.tolist(), "train"),
        (TRAIN[::-1], ""),
        (TRAIN[:10], ""),
        (TRAIN.astype("int64") + 1000, ""),
        (TRAIN.astype("int64") - 1000, ""),
        (np.full(100, np.nan), ""),
        (np.array(["a"] * 100), ""),
        (np.zeros((100, 2, 2)), ""),
        (None, ""),
        ([], ""),
    ],
)
def test_labels_tell_their_part(y: Any, part: str, mounted: mounted_labels.MountedLabels) -> None:
    assert mounted.part_of(input_stats.labels_of(np.zeros((1, 2)), y)) == part


def test_without_a_mounted_set_no_part_is_told() -> None:
    assert mounted_labels.MountedLabels("/no/such/set.npz").part_of(TRAIN) == ""
