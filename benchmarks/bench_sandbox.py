"""What starting a sandbox costs beyond a bare process: medians of pairs, measured in turn."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from grader import sandbox
from grader.records import Limits

ROUNDS = 30
NOTHING = (sys.executable, "-I", "-c", "pass")


def main() -> None:
    """Print both medians, their difference and their ratio."""
    sandbox.require()
    bare, inside = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run(NOTHING, check=True)
        bare.append(time.perf_counter() - began)
        began = time.perf_counter()
        ending = sandbox.run(sandbox.Command(argv=NOTHING), Limits())
        inside.append(time.perf_counter() - began)
        if ending.ended != "ok":
            raise SystemExit(f"the sandbox ended in {ending.ended}: {ending.detail}")
    outer, inner = statistics.median(bare), statistics.median(inside)
    print(f"starting Python that does nothing, median of {ROUNDS} pairs")
    print(f"  bare process     {1000 * outer:7.1f} ms")
    print(f"  in the sandbox   {1000 * inner:7.1f} ms")
    print(f"  difference       {1000 * (inner - outer):7.1f} ms, ratio {inner / outer:.2f}")


if __name__ == "__main__":
    main()
