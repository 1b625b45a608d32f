from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.untrusted import frames
from grader.untrusted.frames import HEADER, KINDS, MAGIC, BadFrame, Reader, TooMuch, pack

ITEMS = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 5), st.binary(max_size=200)), max_size=12)


def stream(items: list[tuple[str, int, bytes]]) -> bytes:
    return MAGIC + b"".join(pack(kind, number, i + 1, body) for i, (kind, number, body) in enumerate(items))


def read(data: bytes, total: int = 1 << 20) -> Reader:
    reader = Reader(total)
    reader.feed(data)
    reader.close()
    return reader


@given(ITEMS, st.integers(1, 40))
def test_the_newest_payload_survives_however_the_stream_is_cut(items: list[tuple[str, int, bytes]], piece: int) -> None:
    data = stream(items)
    reader = Reader(1 << 20)
    for start in range(0, len(data), piece):
        reader.feed(data[start : start + piece])
    reader.close()
    assert reader.frames == {(kind, number): body for kind, number, body in items}


@given(ITEMS, st.data())
def test_a_truncated_stream_keeps_the_whole_frames_before_the_cut(
    items: list[tuple[str, int, bytes]], data: st.DataObject
) -> None:
    whole = stream(items)
    cut = data.draw(st.integers(len(MAGIC), len(whole)))
    reader = Reader(1 << 20)
    reader.feed(whole[:cut])
    ends = [len(stream(items[:count])) for count in range(len(items) + 1)]
    complete = sum(end <= cut for end in ends) - 1
    assert reader.frames == {(kind, number): body for kind, number, body in items[:complete]}
    if cut not in ends:
        with pytest.raises(BadFrame, match="ends inside a frame"):
            reader.close()


@given(st.binary(max_size=300))
def test_random_bytes_never_raise_anything_but_bad_frame(noise: bytes) -> None:
    reader = Reader(1000)
    try:
        reader.feed(MAGIC + noise)
        reader.close()
    except BadFrame:
        assert reader.broken
    assert sum(len(body) for body in reader.frames.values()) <= 1000


def test_a_stream_without_the_magic_is_refused_at_its_first_byte() -> None:
    reader = Reader(100)
    with pytest.raises(BadFrame, match="magic"):
        reader.feed(b"P")
    assert not reader.started


def test_an_unknown_kind_is_refused_and_the_frames_before_it_are_kept() -> None:
    reader = Reader(100)
    with pytest.raises(BadFrame, match="unknown kind 99"):
        reader.feed(stream([("status", 0, b"{}")]) + HEADER.pack(99, 0, 2, 0))
    assert reader.frames == {("status", 0): b"{}"}
    reader.feed(pack("status", 0, 3, b"later"))
    assert reader.frames == {("status", 0): b"{}"}


def test_a_sequence_that_does_not_grow_is_refused() -> None:
    with pytest.raises(BadFrame, match="does not follow"):
        read(MAGIC + pack("status", 0, 2, b"a") + pack("status", 0, 2, b"b"))


def test_a_number_out_of_range_is_refused() -> None:
    with pytest.raises(BadFrame, match="not below"):
        read(MAGIC + pack("model", frames.NUMBERS_CAP, 1, b""))


def test_a_frame_above_the_cap_of_its_kind_is_refused_by_its_header_alone() -> None:
    reader = Reader(1 << 40)
    with pytest.raises(TooMuch, match="more than"):
        reader.feed(MAGIC + HEADER.pack(KINDS["status"], 0, 1, frames.CAPS["status"] + 1))
    with pytest.raises(TooMuch, match="more than"):
        pack("status", 0, 1, b"x" * (frames.CAPS["status"] + 1))


def test_the_total_counts_what_is_kept_so_replacing_is_free() -> None:
    replaced = stream([("model", 0, b"x" * 90)] * 20)
    assert len(read(replaced, total=100).frames) == 1
    reader = Reader(100)
    with pytest.raises(TooMuch, match="together"):
        reader.feed(stream([("model", 0, b"x" * 90), ("model", 1, b"x" * 11)]))
    assert set(reader.frames) == {("model", 0)}


def test_after_a_turning_point_only_some_kinds_are_kept() -> None:
    reader = Reader(1000, (("status", 1), frozenset({"call"})))
    reader.feed(stream([("cells", 0, b"a"), ("status", 1, b""), ("cells", 0, b"bb"), ("call", 0, b"c")]))
    assert reader.frames == {("cells", 0): b"a", ("status", 1): b"", ("call", 0): b"c"}


def test_a_writer_in_another_process_is_understood() -> None:
    inside, outside = os.pipe()
    code = (
        "import sys, frames; writer = frames.Writer(int(sys.argv[1]));"
        "writer.send('status', 0, b'a'); writer.send('status', 0, b'b'); writer.close()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(outside)], pass_fds=[outside], cwd=Path(frames.__file__).parent
    )
    os.close(outside)
    with os.fdopen(inside, "rb") as pipe:
        reader = read(pipe.read())
    assert child.wait() == 0
    assert reader.frames == {("status", 0): b"b"}


def test_only_the_standard_library_is_imported() -> None:
    code = (
        "import sys; before = set(sys.modules); import frames;"
        "print({name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(frames.__file__).parent, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "{'frames'}"
