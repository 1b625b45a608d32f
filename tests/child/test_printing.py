"""What a cell prints is cut at its source; the bars of a long training are no endless print."""

from __future__ import annotations

import io
import sys

import pytest

pytestmark = pytest.mark.keras


def printed(monkeypatch: pytest.MonkeyPatch, *texts: str) -> tuple[str, list[str]]:
    from grader.child.recorder.shims import Printing

    stream, told = io.StringIO(), []
    monkeypatch.setattr(sys, "stdout", stream)
    printing = Printing(lambda key, **values: told.append(key))
    printing.begin()
    for text in texts:
        sys.stdout.write(text)
    printing.end()
    return stream.getvalue(), told


def test_an_endless_print_is_cut_and_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shown, told = printed(monkeypatch, *["x" * 1000] * 2000)
    assert (len(shown), told) == (1 << 20, ["runs.output_cut"])


def test_bars_are_cut_silently_and_every_line_that_stays_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    epoch = [*["\b" * 50 + "\r" + "=" * 50] * 2000, "\r" + "=" * 50 + " - accuracy: 0.98\n"]
    shown, told = printed(monkeypatch, *epoch * 10)
    assert told == []
    assert shown.count("accuracy: 0.98\n") == 10
    assert len(shown) < (1 << 17) + 10_000
