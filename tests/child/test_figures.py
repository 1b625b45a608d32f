"""What reaches the executed notebook of ``display`` and of figures, and what is too much or too slow for it."""

from __future__ import annotations

import signal
import struct
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from grader.child.recorder import figures
from grader.child.recorder.figures import Screen
from grader.untrusted import png


@pytest.fixture
def plt(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Where a busy machine costs no figure: clocks are short only where a test is about them."""
    for clock in ("FIGURE_S", "CELL_S", "ALL_S"):
        monkeypatch.setattr(figures, clock, 600.0)
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot

    pyplot.close("all")
    yield pyplot
    pyplot.close("all")


class Shown(list[Mapping[str, Any]]):
    """What the kernel was asked to publish."""

    def publish(self, data: Mapping[str, Any], metadata: Any, *, transient: Any, update: bool) -> None:
        assert metadata == {}
        self.append({**data, "update": update} if update else data)


def test_text_and_pictures_pass_and_nothing_else() -> None:
    shown = Shown()
    screen = Screen(shown.publish)
    screen.publish({"text/plain": "a", "text/html": "<b>a</b>", "image/svg+xml": "<svg/>"}, {"isolated": True})
    screen.publish({"text/html": "<b>a</b>"})
    screen.publish({"text/plain": 5, "image/png": b"png"}, {}, "further", transient={"display_id": "1"}, update=True)
    assert shown == [{"text/plain": "a"}, {"image/png": b"png", "update": True}]


def test_floods_end_at_a_number_and_at_a_size() -> None:
    many, large = Shown(), Shown()
    screen = Screen(many.publish)
    for _ in range(figures.SHOWN_CAP + 5):
        screen.publish({"text/plain": "a"})
    assert len(many) == figures.SHOWN_CAP
    screen = Screen(large.publish)
    for _ in range(5):
        screen.publish({"text/plain": "a" * (figures.BYTES_CAP // 2)})
    screen.publish({"text/plain": "b"})
    assert len(large) == 2


def test_open_figures_are_drawn_once_and_closed(plt: Any) -> None:
    shown = Shown()
    plt.plot([1, 2])
    plt.figure()
    plt.title("nothing in it")
    screen = Screen(shown.publish)
    screen.show_figures()
    screen.show_figures()
    assert plt.get_fignums() == []
    assert [png.size(png.checked(one["image/png"]) or b"") for one in shown] == [(460, 345)] * 2
    assert all(one["text/plain"].startswith("Figure(") for one in shown)


def test_a_huge_figure_is_drawn_small(plt: Any) -> None:
    picture = figures.drawn(plt.figure(figsize=(900, 300)))
    width, height = struct.unpack_from(">II", picture, 16)
    assert width * height <= figures.PIXELS_CAP
    assert width > 2 * height


def test_a_wide_figure_is_one_that_can_be_checked(plt: Any) -> None:
    assert png.checked(figures.drawn(plt.figure(figsize=(90, 4)))) is not None


def test_the_notebooks_own_timer_goes_on() -> None:
    rang: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _: rang.append(number))
    theirs = signal.getsignal(signal.SIGALRM)
    try:
        signal.setitimer(signal.ITIMER_REAL, 9_000, 7)
        assert figures.within(600, lambda: b"drawn") == b"drawn"
        left, every = signal.getitimer(signal.ITIMER_REAL)
        assert (left > 600, every) == (True, 7)
        assert signal.getsignal(signal.SIGALRM) is theirs
        signal.raise_signal(signal.SIGALRM)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert rang == [signal.SIGALRM]


def test_a_figure_that_cannot_be_drawn_is_left_out_and_the_next_one_shown(plt: Any) -> None:
    shown = Shown()
    plt.title(r"$\nothing{$")
    plt.figure()
    Screen(shown.publish).show_figures()
    assert len(shown) == 1
    assert plt.get_fignums() == []


def test_a_figure_that_takes_too_long_is_left_out(plt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown()
    monkeypatch.setattr(figures, "FIGURE_S", 0.05)
    canvas = plt.figure().canvas
    monkeypatch.setattr(canvas, "print_figure", lambda *args, **kwargs: time.sleep(600))
    screen = Screen(shown.publish)
    screen.show_figures()
    assert shown == []
    assert screen.seconds_left < figures.ALL_S


def test_figures_end_at_a_number_and_when_their_time_is_used_up(plt: Any) -> None:
    shown = Shown()
    screen = Screen(shown.publish)
    screen.figures_left = 1
    plt.figure(), plt.figure()
    screen.show_figures()
    assert len(shown) == 1
    screen.seconds_left = 0.0
    screen.begin_cell()
    plt.figure()
    screen.show_figures()
    assert len(shown) == 1
    screen.seconds_left = figures.ALL_S
    screen.begin_cell()
    assert (screen.figures_left, screen.cell_seconds_left) == (figures.FIGURES_CAP, figures.CELL_S)
    assert plt.get_fignums() == []
