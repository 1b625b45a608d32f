"""What the kernel replied becomes the outcome of a cell."""

from __future__ import annotations

from grader.child.runner.kernel import Outcome, _with_reply

SHOWN = {
    "output_type": "error",
    "ename": "FileNotFoundError",
    "evalue": "No such file or directory: 'a.png'",
    "traceback": ["line 1"],
}


def test_an_error_in_showing_a_value_is_told_by_the_output() -> None:
    reply = {"status": "error", "ename": "NoneType", "evalue": "None", "traceback": []}
    found = _with_reply(Outcome(outputs=[{"output_type": "stream"}, SHOWN, SHOWN]), reply, interrupted=False)
    assert (found.status, found.error, found.text) == ("error", SHOWN["ename"], SHOWN["evalue"])
    assert found.traceback == ["line 1"]


def test_a_named_error_is_told_by_the_reply() -> None:
    reply = {"status": "error", "ename": "KeyError", "evalue": "'b'", "traceback": []}
    assert _with_reply(Outcome(outputs=[SHOWN]), reply, interrupted=False).error == "KeyError"
    assert _with_reply(Outcome(), {"status": "error", "ename": "NoneType"}, interrupted=False).error == "NoneType"
