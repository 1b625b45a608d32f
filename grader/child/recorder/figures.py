"""What the notebook shows, for its executed copy: figures as PNG, and of ``display`` text and PNG, all within bounds.

Nothing of it counts, so nothing of it may cost a run its time: what takes too long or is too much is not shown.
"""

from __future__ import annotations

import io
import signal
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any

KEPT = ("text/plain", "image/png")
SHOWN_CAP = 500  # messages of a whole notebook
BYTES_CAP = 4 << 20
FIGURES_CAP = 20  # of one cell, and
CELL_S = 3.0  # for drawing them
ALL_S = 12.0  # for those of all cells
FIGURE_S = 2.0  # for one
DPI = 72  # that of a notebook's inline backend
SIDE_CAP = 4000  # pixels
PIXELS_CAP = 2_000_000


class Screen:
    """Where ``display`` and ``show`` lead; ``publish`` is the kernel's own way out."""

    def __init__(self, publish: Callable[..., None]) -> None:
        self._publish = publish
        self.shown_left = SHOWN_CAP
        self.bytes_left = BYTES_CAP
        self.seconds_left = ALL_S
        self.begin_cell()

    def begin_cell(self) -> None:
        """One cell's figures must not take all the room of the others'."""
        self.figures_left = FIGURES_CAP
        self.cell_seconds_left = min(CELL_S, self.seconds_left)

    def publish(self, data: Mapping[str, Any], *_: Any, transient: Any = None, update: bool = False, **__: Any) -> None:
        """Instead of the kernel's: without media types that nobody keeps, without floods."""
        kept = {name: value for name, value in data.items() if name in KEPT and isinstance(value, str | bytes)}
        size = sum(map(len, kept.values()))
        if kept and self.shown_left > 0 and size <= self.bytes_left:
            self.shown_left -= 1
            self.bytes_left -= size
            self._publish(kept, {}, transient=transient, update=update)

    def show_figures(self) -> None:
        """Draw the figures that are open, then close them, as a notebook's inline backend does."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for number in pyplot.get_fignums():
            if self.figures_left > 0 and self.cell_seconds_left > 0:
                self.figures_left -= 1
                self._draw(pyplot, number)
        pyplot.close("all")

    def _draw(self, pyplot: Any, number: int) -> None:
        started = time.monotonic()
        try:
            figure = pyplot.figure(number)
            self.publish({"image/png": within(FIGURE_S, lambda: drawn(figure)), "text/plain": str(figure)})
        except Exception:  # noqa: BLE001 - one that cannot be drawn, or not in time, is not shown
            return
        finally:
            took = time.monotonic() - started
            self.seconds_left -= took
            self.cell_seconds_left -= took


def drawn(figure: Any) -> bytes:
    """The figure as a PNG of at most ``PIXELS_CAP`` pixels."""
    width, height = figure.get_size_inches()
    dpi = min(DPI, SIDE_CAP / max(width, height), (PIXELS_CAP / (width * height)) ** 0.5)
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure.canvas.print_figure(file, format="png", dpi=dpi)
    return file.getvalue()


def within(seconds: float, work: Callable[[], bytes]) -> bytes:
    """What ``work`` gives; raises TimeoutError when it takes longer."""

    def late(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    started = time.monotonic()
    theirs, every = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if theirs:  # the notebook's own timer goes on
            signal.setitimer(signal.ITIMER_REAL, max(0.001, theirs - (time.monotonic() - started)), every)
