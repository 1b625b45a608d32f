"""One ``grader grade`` in a process of its own: how long it took, what it used, what it loaded."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# The same function that the program `grader` calls, and what the process came to afterwards.
PROGRAM = """
import json, resource, sys
from grader.cli.app import main
try:
    main()
except SystemExit as ended:
    code = ended.code
used = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss: that begins with what the process that started this one had.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps({
    "code": code, "cpu": used.ru_utime + used.ru_stime, "memory": int(status["VmHWM"].split()[0]) * 1024,
    "heavy": sorted({"tensorflow", "keras", "torch"} & set(sys.modules)),
}))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Graded:
    """What one call came to; bytes and seconds. ``cpu`` and ``memory`` are of the host process alone."""

    seconds: float
    cpu: float
    memory: int
    heavy: tuple[str, ...]
    cards: tuple[Path, ...]

    def card(self, number: int = 0) -> dict[str, object]:
        """One card as it was written."""
        loaded: dict[str, object] = json.loads(self.cards[number].read_text("utf-8"))
        return loaded


def grade(rubric: Path, hand_ins: Path, out: Path, *words: str, jobs: int = 2) -> Graded:
    """Grade; every hand-in must end in a card with full points, or the figures would mean nothing."""
    arguments = ["grade", str(rubric), str(hand_ins), "-o", str(out), "-j", str(jobs), "--data", "digits", *words]
    began = time.perf_counter()
    ended = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - began
    if ended.returncode:
        raise SystemExit(f"the grader failed: {ended.stderr[-2000:]}")
    told = json.loads(ended.stdout.splitlines()[-1])
    cards = tuple(sorted((out / "cards").glob("*.json")))
    if len(cards) != len(list(hand_ins.iterdir())):
        raise SystemExit(f"{len(cards)} cards are not one for each hand-in: {ended.stdout[-500:]}{ended.stderr[-500:]}")
    return Graded(seconds=seconds, cpu=told["cpu"], memory=told["memory"], heavy=tuple(told["heavy"]), cards=cards)


def all_earned(graded: Graded, *, but: str = "") -> None:
    """Raises SystemExit when some card has not all points of all criteria, but for the one named."""
    for path in graded.cards:
        card = json.loads(path.read_text("utf-8"))
        if any(one["points"] != one["max_points"] for one in card["verdicts"] if one["criterion"] != but):
            raise SystemExit(f"{path.name}: {card['points']} of {card['max_points']}: {card['verdicts']}")
