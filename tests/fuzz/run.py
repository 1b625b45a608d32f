"""Feeds made-up and mutated bytes to everything on the trusted side that meets a stranger's.

By hand, from the root of the project::

    make fuzz SECONDS=3600                                   every target, one hour in all
    python tests/fuzz/run.py --seconds 600 --target facts    one of them; --jobs 2 runs two at a time
    python tests/fuzz/run.py --replay tests/fuzz/corpus/facts/found-0123456789ab

Each target (``fuzz_targets.TARGETS``) runs in an interpreter of its own, first on the whole corpus and on the
large inputs of ``fuzz_large``, then on new ones until its share of the time is over. A finding is an exception
that the target does not expect, an input that takes longer than ``INPUT_S``, or a process above ``MEMORY_MB``;
its input is made smaller and written to ``corpus/<target>/found-<hash>``. Once the fault is mended the file
stays there: ``test_corpus.py`` replays every file of the corpus on each change. Files above 100 KB do not
belong into the corpus: write down in ``fuzz_large`` how such an input is made.

A campaign goes on from other random numbers each time; ``--seed`` repeats one.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

SECONDS = 300  # all targets together
GRACE_S = 120  # for what a share does not count: start, corpus, large inputs, smaller findings
HERE = Path(__file__).resolve().parent
LOOP = HERE / "fuzz_loop.py"
# One thread in NumPy, so that neither time nor memory depends on the machine.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What one target came to."""

    target: str
    inputs: int = 0
    seconds: float = 0.0
    peak_mb: float = 0.0
    findings: tuple[str, ...] = ()

    def __str__(self) -> str:
        rate = self.inputs / max(self.seconds, 1e-9)
        return (
            f"{self.target:10}{self.inputs:>9,} inputs{rate:>9,.0f} per second"
            f"{self.peak_mb:>6.0f} MB at most{len(self.findings):>4} findings"
        )


def campaign(targets: Sequence[str], seconds: float, seed: int, jobs: int = 1) -> Iterator[Outcome]:
    """Run the targets, each for an equal share of ``seconds``, ``jobs`` at a time; their outcomes in order."""
    share = seconds * min(jobs, len(targets)) / len(targets)
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        yield from pool.map(lambda target: _alone(target, share, seed), targets)


def _alone(target: str, seconds: float, seed: int) -> Outcome:
    """One target in a fresh interpreter. A process that dies or hangs is a finding: its last input is kept."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        last = Path(folder) / "last"
        words = [sys.executable, str(LOOP), target, str(seconds), str(seed), str(last)]
        try:
            done = subprocess.run(
                words,
                stdout=subprocess.PIPE,
                env={**os.environ, **ENVIRONMENT},
                timeout=seconds + GRACE_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome(target=target, seconds=seconds, findings=(_lost(target, last, "it does not come back"),))
        if done.returncode != 0:
            how = f"the process ended with {done.returncode}"
            return Outcome(target=target, seconds=seconds, findings=(_lost(target, last, how),))
        told = json.loads(done.stdout)
    return Outcome(target=target, **{**told, "findings": tuple(told["findings"])})


def _lost(target: str, last: Path, how: str) -> str:
    from fuzz_corpus import keep

    return f"{how}: {keep(target, last.read_bytes())}" if last.exists() else f"{how}, before its first input"


def main(arguments: Sequence[str] | None = None) -> int:
    from fuzz_targets import TARGETS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of all targets together")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="only this one; can be repeated")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--jobs", type=int, default=1, help="targets at a time")
    parser.add_argument("--replay", type=Path, help="one file of the corpus; shows the exception")
    chosen = parser.parse_args(arguments)
    if chosen.replay:
        print(*sorted(TARGETS[chosen.replay.resolve().parent.name].check(chosen.replay.read_bytes())), sep="\n")
        return 0
    seed = secrets.randbelow(2**31) if chosen.seed is None else chosen.seed
    print(f"seed {seed}", flush=True)
    found = 0
    for outcome in campaign(chosen.target or list(TARGETS), chosen.seconds, seed, chosen.jobs):
        print(outcome, flush=True)
        for finding in outcome.findings:
            print(f"  {outcome.target}: {finding}", flush=True)
        found += len(outcome.findings)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
