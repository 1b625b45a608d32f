"""One target in this very process: corpus, large inputs, then new inputs from hypothesis until the time is up.

Started by ``run.py`` as ``fuzz_loop.py TARGET SECONDS SEED LAST``; prints one JSON object. LAST is a file in which
the input under way stands, should the process not survive it.
"""

from __future__ import annotations

import ctypes
import gc
import json
import math
import os
import random
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fuzz_corpus
from fuzz_large import LARGE
from fuzz_targets import TARGETS, Target
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

INPUT_S = 6.0  # of processor time, so that a busy machine is no finding
MEMORY_MB = 300  # of the process at any time
FORGET_MB = 150  # above it the next input is measured from anew
ADDRESS_SPACE = 6 << 30  # a runaway ends here, and not with the machine
ROUND = 100  # of inputs that hypothesis makes
MUTANTS = 16  # for each of them
FROM_POOL = 0.7  # share of the mutants of known inputs; the others are of the one just made
POOL_CAP = 600
POOLED_CAP = 60_000  # bytes: larger inputs are tried, but nothing is made of them
FINDINGS_CAP = 20
SMALLER_S = 10.0


class Slow(BaseException):
    """An input took too long; not an Exception, so that no handler in the code under test takes it."""


class Loop:
    """What was tried and found so far."""

    def __init__(self, target: Target, last: Path) -> None:
        self.target = target
        self.last = os.open(last, os.O_RDWR | os.O_CREAT)
        self.inputs = 0
        self.findings: dict[str, str] = {}  # kind of fault -> how to replay it
        self.pool = target.seeds()
        self.seen: set[str] = set()  # outcomes: an input with a new one is worth mutating
        self.peak_mb = 0.0

    def known(self) -> None:
        """The corpus, and the large inputs by their names."""
        for content in list(self.pool):
            self.attempt(content)
        for name, make in LARGE.get(self.target.name, {}).items():
            fault, _ = self._tried(make())
            if fault is not None:
                self.findings[name] = f"{fault}: the large input {name!r}"

    def run(self, seconds: float, start: int) -> None:
        """New inputs, in rounds of hypothesis that each begin with other random numbers."""
        deadline, number = time.monotonic() + seconds, 0
        while time.monotonic() < deadline and len(self.findings) < FINDINGS_CAP:
            self._round(seed(start + number), deadline)
            number += 1

    def _round(self, seeded: Callable[..., Any], deadline: float) -> None:
        @seeded
        @settings(
            max_examples=ROUND,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(self.target.made, st.integers(0, 2**62))
        def once(content: bytes, number: int) -> None:
            self.attempt(content, deadline)
            rng = random.Random(number)
            for _ in range(MUTANTS):
                entry = rng.choice(self.pool) if self.pool and rng.random() < FROM_POOL else content
                self.attempt(self.target.mutate(entry, self.pool, rng), deadline)

        once()

    def attempt(self, content: bytes, deadline: float = math.inf) -> None:
        """Try one input; an outcome that was not seen before puts it into the pool, a fault among the findings."""
        if time.monotonic() > deadline:
            return
        fault, outcomes = self._tried(content)
        if fault is None:
            fresh = outcomes - self.seen
            if fresh and len(content) <= POOLED_CAP and len(self.pool) < POOL_CAP:
                self.pool.append(content)
            self.seen |= fresh
        elif fault not in self.findings and len(self.findings) < FINDINGS_CAP:
            smaller = self._smaller(content, fault)
            self.findings[fault] = f"{fault}: {fuzz_corpus.keep(self.target.name, smaller)}"

    def _tried(self, content: bytes) -> tuple[str | None, set[str]]:
        """The fault that an input brings to light, if any, and the outcomes that the target tells."""
        self.inputs += 1
        if memory_mb() > FORGET_MB:
            forget()
        os.ftruncate(self.last, os.pwrite(self.last, content, 0))
        fault, outcomes = tried(self.target, content)
        self.peak_mb = max(self.peak_mb, memory_mb())
        if memory_mb() > MEMORY_MB:
            return fault or f"more than {MEMORY_MB} MB", set()
        return fault, outcomes

    def _smaller(self, content: bytes, fault: str) -> bytes:
        """``content`` without the parts that the fault does not need, found by halves, quarters and so on."""
        deadline, size = time.monotonic() + SMALLER_S, len(content) // 2
        while size >= 1 and time.monotonic() < deadline:
            place = 0
            while place < len(content) and time.monotonic() < deadline:
                shorter = content[:place] + content[place + size :]
                if self._tried(shorter)[0] == fault:
                    content = shorter
                else:
                    place += size
            size //= 2
        return content


def tried(target: Target, content: bytes) -> tuple[str | None, set[str]]:
    """The fault and the outcomes of one input, but for its memory."""
    try:
        with limited():
            return None, set(target.check(content))
    except Slow:
        return f"slower than {INPUT_S:g} s", set()
    except Exception as error:  # noqa: BLE001 - whatever the target did not expect is the finding
        return named(error), set()


def named(error: Exception) -> str:
    """A fault by its exception and the deepest place in the project that it passed."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename]
    place = frames[-1]
    return f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno} {place.name}"


@contextmanager
def limited() -> Iterator[None]:
    signal.setitimer(signal.ITIMER_PROF, INPUT_S, 0.5)  # again and again: a callback may swallow the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def memory_mb() -> float:
    """The most memory that this process had. ``ru_maxrss`` would not do: a part of it is the parent's, and it stays."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


def forget() -> None:
    """Give back what is free and measure the peak anew, so that one large input does not hide the next."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")


def _too_slow(number: int, frame: object) -> None:
    raise Slow


def main() -> None:
    name, seconds, start, last = sys.argv[1:]
    warnings.simplefilter("error")
    signal.signal(signal.SIGPROF, _too_slow)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    loop, started = Loop(TARGETS[name], Path(last)), time.monotonic()
    loop.known()
    loop.run(float(seconds), int(start))
    told = {
        "inputs": loop.inputs,
        "seconds": time.monotonic() - started,
        "peak_mb": loop.peak_mb,
        "findings": list(loop.findings.values()),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
