"""Reading what a teacher wrote."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.course import files
from grader.course.files import read_file
from grader.errors import CourseError


def refusal(path: Path) -> str:
    with pytest.raises(CourseError) as caught:
        read_file(path, "the roster", CourseError)
    return str(caught.value)


def test_a_file_is_read_whole_and_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"id\n")
    (tmp_path / "roster.csv").symlink_to("real.csv")
    assert read_file(tmp_path / "roster.csv", "the roster", CourseError) == b"id\n"


def test_what_is_no_ordinary_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "fifo", Path("/dev/zero")):
        assert refusal(path) == f"{path}: the roster cannot be read (not an ordinary file)"


def test_a_path_that_leads_nowhere_is_refused_with_the_reason(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone").endswith("gone: the roster cannot be read (No such file or directory)")
    assert refusal(tmp_path / ("x" * 300)).endswith("(File name too long)")
    for odd in ("a\0b", "a\ud800"):
        assert refusal(tmp_path / odd).endswith("the roster cannot be read (this is no name of a file)")


def test_a_file_is_read_up_to_a_cap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CAP", 4 << 20)
    (tmp_path / "big").touch()
    os.truncate(tmp_path / "big", (4 << 20) + 1)
    assert refusal(tmp_path / "big").endswith("the roster cannot be read (more than 4 MB)")


def test_no_handle_stays_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        refusal(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before
