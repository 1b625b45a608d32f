"""Attacks as values, and what is asserted of each: the grade, what leaked, and the next hand-in of the same batch.

A family is a list of ``Attack``; ``batch`` grades it by the command line in one call, one at a time, every attack
followed by an honest hand-in. Then, for each attack, ``hold`` asserts that

1. its card says what an honest reading of the hand-in gives,
2. no canary stands in any file of the report, any frame, or anything that the command line printed,
3. the card of the hand-in that came next equals the card of an honest hand-in that was graded with no attack near.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from grader import data, store
from grader.records import MEASURED_ANEW, Run
from tests.attacks import course
from tests.attacks.course import CANARIES, NEIGHBOUR
from tests.support.ordinary_user import as_ordinary_user, environment

Card = Mapping[str, Any]
HONEST = "zz honest"
SECONDS = 1500


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One hostile hand-in and its honest reading.

    ``files``: name below the student's folder -> content; "" is the whole hand-in as one notebook file.
    ``lay``: puts down what is not a plain file, given the student's folder.
    ``credits``: criterion -> credit (None: unjudged); "*" for all that are not named.
    ``ended``: the card's ``ended``. ``says``: words that the card must hold, in English. ``review``: whether a person
    must look (None: either way). ``and_then``: further assertions on the card and the batch.
    """

    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    lay: Callable[[Path], None] | None = None
    student: str | None = None  # an own name for the hand-in; by default one that sorts in order
    shown: str | None = None  # the id on its card, where that is not the name on the disk
    credits: Mapping[str, float | None]
    ended: str = "ok"
    says: Sequence[str] = ()
    review: bool | None = None
    and_then: Callable[[Card, Batch], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A family, graded."""

    exercise: str
    out: Path
    said: str
    code: int
    attacks: Sequence[Attack]
    ordinary: bool = False  # graded by an ordinary user
    every: int = 1  # an honest hand-in follows so many attacks
    peak_memory: int = 0  # bytes, of the trusted process alone

    @cached_property
    def cards(self) -> Sequence[Card]:
        """All cards, in no order."""
        return [json.loads(path.read_text("utf-8")) for path in sorted((self.out / "cards").glob("*.json"))]

    def card(self, student: str) -> Card:
        """The only card of a student."""
        written = os.fsencode(student).decode("utf-8", "backslashreplace")  # as a name that is no text is shown
        (found,) = [card for card in self.cards if card["student"] == written]
        return found

    def page(self, student: str) -> str:
        """The student's page."""
        return (self.out / "students" / f"{self.card(student)['slug']}.html").read_text("utf-8")

    def run(self, student: str) -> Run:
        """The stored run of a student: what came out of the sandbox."""
        submission = self.card(student)["provenance"]["submission"]
        runs = [store.load_run(folder) for folder in sorted((self.out / "evidence" / "runs").iterdir())]
        (found,) = [run for run in runs if run is not None and run.submission == submission]
        return found

    def told(self, student: str, kind: str, number: int = 0) -> Any:
        """A frame of that run, as JSON."""
        return json.loads(self.run(student).frames[kind, number])

    @cached_property
    def leaks(self) -> Sequence[str]:
        """Every place in which a canary or a hidden label or image stands, and which."""
        found = [f"the printed text: {name}" for name, value in CANARIES.items() if value in self.said]
        needles = {name: value.encode() for name, value in CANARIES.items()} | hidden_bytes()
        for path in sorted(self.out.rglob("*")):
            if not path.is_file():
                continue
            content = path.read_bytes()
            found += [f"{path.relative_to(self.out)}: {name}" for name, value in needles.items() if value in content]
            own_notebook = path.parent.name == "notebooks" and "next" in path.name
            if NEIGHBOUR.encode() in content and not own_notebook:
                found.append(f"{path.relative_to(self.out)}: another hand-in")
        return found


def hidden_bytes() -> Mapping[str, bytes]:
    """The hidden labels in their own order, and some hidden images: as bytes that no chance repeats."""
    digits = data.find("digits", None)
    drawn = [digits.x_test[index].tobytes() for index in (0, 4_321, 9_999)]
    as_text = b", ".join(b"%d" % label for label in digits.y_test[:40])
    labels = {"labels": digits.y_test[:200].tobytes(), "labels as text": as_text}
    return labels | {f"image {number}": image for number, image in enumerate(drawn)}


def attacker(number: int, attack: Attack) -> str:
    """The student's name of the attack at this place of its family."""
    return attack.student if attack.student is not None else f"{number:03d} {attack.name}"


def successor(number: int, every: int = 1) -> str:
    """The student whose honest hand-in is the next one: hand-ins are graded in the order of their names."""
    return f"{(number // every + 1) * every - 1:03d} zz next"


def batch(
    root: Path,
    exercise: str,
    attacks: Sequence[Attack],
    *more: str,
    every: int = 1,
    ordinary: bool = False,
    cold: bool = False,
) -> Batch:
    """Grade a family; ``more`` are further options of ``grader grade``.

    An honest hand-in follows ``every`` so many attacks: more than one only where most of them never run.
    ``ordinary``: graded by an ordinary user, also where the tests run as root. His sandboxes have his user id, so
    their processes can open again what he opened for them. ``cold``: without warm workers, where the runner can be
    opened by what it runs.
    """
    where = course.write(root / "course")
    hand_ins = root / "hand-ins"
    hand_ins.mkdir()
    for number, attack in enumerate(attacks):
        lay_down(hand_ins, attacker(number, attack), attack)
        (hand_ins / f"{successor(number, every)}.ipynb").write_bytes(course.honest(exercise, number))
    ended = grade(where, exercise, hand_ins, root / "out", "--format", "junit", *more, ordinary=ordinary, cold=cold)
    return Batch(
        exercise=exercise,
        out=root / "out",
        said=ended.stdout + ended.stderr,
        code=ended.returncode,
        attacks=attacks,
        every=every,
        ordinary=ordinary,
        peak_memory=ended.peak_memory,
    )


def lay_down(hand_ins: Path, student: str, attack: Attack) -> None:
    """Write one hand-in."""
    if "" in attack.files:
        (hand_ins / f"{student}.ipynb").write_bytes(attack.files[""])
        return
    folder = hand_ins / student
    folder.mkdir()
    for name, content in attack.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    if attack.lay is not None:
        attack.lay(folder)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a call of the command line ended; ``peak_memory`` in bytes, of its process alone."""

    returncode: int
    stdout: str
    stderr: str
    peak_memory: int


def grade(
    where: Path, exercise: str, hand_ins: Path, out: Path, *more: str, ordinary: bool = False, cold: bool = False
) -> Ended:
    """``grader grade`` as a teacher calls it, with a canary in its environment."""
    words = [sys.executable, "-m", "grader", "grade", exercise, str(hand_ins), "-o", str(out), "--lang", "en"]
    words += ["--course", str(where), "--data", "digits", "-j", "1", *more]
    canary = {"GRADER_CANARY": CANARIES["environment"], **({"GRADER_WARM": "0"} if cold else {})}
    if ordinary:
        words = as_ordinary_user(words, out.parent)
        canary |= {**environment(), "XDG_CACHE_HOME": str(out.parent / "cache")}
    process = subprocess.Popen(
        words, cwd=where, env={**os.environ, **canary}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    until, peak = time.monotonic() + SECONDS, 0
    while True:
        peak = max(peak, peak_memory(process.pid))
        try:
            stdout, stderr = process.communicate(timeout=0.2)
        except subprocess.TimeoutExpired:
            if time.monotonic() > until:
                process.kill()
                raise
        else:
            return Ended(returncode=process.returncode, stdout=stdout, stderr=stderr, peak_memory=peak)


def peak_memory(pid: int) -> int:
    """The most memory that a process held so far (VmHWM), in bytes; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))


def lasting(card: Card) -> dict[str, Any]:
    """What two honest hand-ins of one batch must share: all but their names, their bytes and the clock."""
    isolation = card["provenance"]["isolation"].removesuffix(", warm")
    anew = dict.fromkeys(MEASURED_ANEW, 0)
    provenance = {**card["provenance"], **anew, "submission": "", "isolation": isolation}
    return {**card, "student": "", "slug": "", "origin": "", "provenance": provenance}


def hold(number: int, graded: Batch, honest: Card) -> str:
    """Assert the three things of one attack; a line for whoever reads the log."""
    attack = graded.attacks[number]
    card = graded.card(attack.shown if attack.shown is not None else attacker(number, attack))
    assert graded.code in {0, 1}, graded.said
    assert "Traceback" not in graded.said
    found = {verdict["criterion"]: verdict["credit"] for verdict in card["verdicts"]}
    rest = {name: attack.credits["*"] for name in found if "*" in attack.credits}
    assert found == {**rest, **{name: credit for name, credit in attack.credits.items() if name != "*"}}
    assert card["ended"] == attack.ended
    assert attack.review is None or bool(card["review"]) is attack.review
    shown = json.dumps(card, ensure_ascii=False)
    assert [words for words in attack.says if words not in shown] == []
    assert list(graded.leaks) == []
    assert lasting(graded.card(successor(number, graded.every))) == lasting(honest)
    if attack.and_then is not None:
        attack.and_then(card, graded)
    return f"{card['points']:g} of {card['max_points']:g} points, {card['ended']}"
