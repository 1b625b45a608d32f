"""The second pipe into a sandbox: what comes in late, and that nothing inside can hold up the host."""

from __future__ import annotations

import sys

import pytest

from grader import sandbox
from grader.records import Limits
from grader.sandbox.command import CHILD_ROOT, FRAMES
from grader.sandbox.late import LATE_CAP, Late

pytestmark = pytest.mark.sandbox

HELLO = (
    f"import os, sys, select, time; sys.path.insert(0, {CHILD_ROOT!r}); from grader.untrusted import frames\n"
    "out = frames.Writer(int(os.environ['RESULT_FD'])); late = int(os.environ['LATE_FD'])\n"
    "def there(seconds=0.5): return bool(select.select([late], [], [], seconds)[0])\n"
    "def whole():\n    parts = []\n    while part := os.read(late, 1 << 20): parts.append(part)\n"
    "    return b''.join(parts)\n"
)


def framed(code: str, late: bytes, **limits: float) -> sandbox.Ending:
    command = sandbox.Command(argv=(sys.executable, "-I", "-c", HELLO + code), child=(FRAMES,), late=late)
    return sandbox.run(command, Limits(**{"time_s": 20, **limits}))  # type: ignore[arg-type]


def test_what_comes_late_comes_whole_and_only_when_it_was_asked_for() -> None:
    code = (
        "before = there()\nout.send('status', 0, b'running')\nstill = there()\nout.send('status', 1, b'')\n"
        "found = whole(); os.write(1, repr((before, still, len(found), found[:3], found[-3:])).encode())"
    )
    ending = framed(code, b"abc" + bytes(5_000_000) + b"xyz")
    assert ending.ended == "ok", ending.stderr
    assert ending.stdout == b"(False, False, 5000006, b'abc', b'xyz')"


def test_a_program_that_asks_and_does_not_read_holds_nobody_up() -> None:
    ending = framed("out.send('status', 1, b''); out.send('call', 0, b'x'); time.sleep(0.3)", bytes(20_000_000))
    assert (ending.ended, ending.frames["call", 0]) == ("ok", b"x")


def test_a_program_that_closes_the_pipe_or_reads_a_part_holds_nobody_up() -> None:
    closes = framed("os.close(late); out.send('status', 1, b''); time.sleep(0.3)", bytes(5_000_000))
    assert closes.ended == "ok"
    parts = framed("out.send('status', 1, b''); there(5); os.read(late, 10); os.close(late)", bytes(5_000_000))
    assert parts.ended == "ok"


def test_a_fork_that_keeps_the_pipe_open_dies_with_the_program() -> None:
    code = "out.send('status', 1, b'')\nif os.fork() == 0: os.setsid(); time.sleep(10_000)\nos._exit(0)"
    ending = framed(code, bytes(5_000_000))
    assert ending.ended == "ok"


def test_a_program_that_never_asks_gets_nothing() -> None:
    ending = framed("out.send('status', 0, b'x'); os.write(1, repr(there()).encode())", b"secret")
    assert ending.stdout == b"False"


def test_asking_again_and_again_gives_it_once() -> None:
    code = "for n in range(50): out.send('status', 1, b'')\nos.write(1, whole())"
    assert framed(code, b"once").stdout == b"once"


def test_an_empty_late_input_is_an_end_of_file() -> None:
    assert framed("out.send('status', 1, b''); os.write(1, repr(whole()).encode())", b"").stdout == b"b''"


def test_without_a_late_input_there_is_no_second_pipe() -> None:
    command = sandbox.Command(argv=("/bin/sh", "-c", "echo ${LATE_FD-none}"))
    assert sandbox.run(command, Limits(time_s=10)).stdout == b"none\n"


def test_a_late_input_has_a_size_limit() -> None:
    with pytest.raises(ValueError, match="at most"):
        Late(bytes(LATE_CAP + 1))


def test_what_came_late_cannot_be_written_into_what_a_student_reads() -> None:
    code = (
        "out.send('cells', 0, b'before'); out.send('status', 1, b''); found = whole()\n"
        "out.send('cells', 0, found); out.send('picture', 0, found); out.send('call', 0, b'answer')"
    )
    ending = framed(code, b"hidden arguments")
    assert ending.frames == {("cells", 0): b"before", ("status", 1): b"", ("call", 0): b"answer"}
