"""Targets: what students hand in: notebooks and modules, zips of them, and the pictures inside."""

from __future__ import annotations

import atexit
import re
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from fuzz_claims import FOREIGN, HIDDEN

from grader import reports, submissions, texts
from grader.errors import CollectError
from grader.evidence import carried, transcript
from grader.evidence.preparing.notebook import Program, program
from grader.records import Facts, Message, Run, Submission
from grader.submissions.intake import FILES_CAP, TOTAL_CAP
from grader.untrusted import png
from grader.untrusted.text import SLUG_LENGTH, slug_of, terminal_text

PICTURE = re.compile(r'<img[^>]* src="data:image/png;base64,[A-Za-z0-9+/]+=*"')
EXERCISE = "mnist-mlp"


# ---------------------------------------------------------------- notebooks and modules


def notebook_read(content: bytes) -> Iterable[str]:
    """What is run, the page that shows it, and what is noticed of data that came along."""
    outcomes: set[str] = set()
    for name in ("work.ipynb", "work.py"):
        found = program(name, content)
        if isinstance(found, Program):
            assert all(isinstance(cell.source, str) and cell.cell >= 1 for cell in found.cells)
            outcomes.add(f"{found.kind} {min(len(found.cells), 3)}")
        else:
            outcomes.add(texts.text(found).key)
        outcomes.update(_shown(Submission(student="ana", exercise=EXERCISE, files={name: content}, entry=name)))
    return outcomes


def _shown(submission: Submission) -> Iterator[str]:
    run = Run(submission="", ended="ok")
    found = transcript.transcript(submission, run)
    if found is not None:
        page = reports.transcripts.page(found, slug="ana", lang="en", key=transcript.key(submission, run)).decode()
        assert not HIDDEN.search(page)
        assert not FOREIGN.search(page)
        assert page.count("<img") == len(PICTURE.findall(page))  # pictures that were written anew
        yield from sorted({f"{cell.kind} {len(cell.outputs[:3])}" for cell in found.cells})
    for said in carried.with_carried(Facts(ended="ok"), submission).carried:
        yield texts.text(said).key


# ---------------------------------------------------------------- zips


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    made = tempfile.TemporaryDirectory(prefix="fuzz-")
    atexit.register(made.cleanup)
    (Path(made.name) / "class" / "ana").mkdir(parents=True)
    return made


def zip_read(content: bytes) -> Iterable[str]:
    """As the zip of a class, and as what one student of a class handed in."""
    outcomes: set[str] = set()
    root = Path(_folder().name)
    (root / "class.zip").write_bytes(content)
    (root / "class" / "ana" / "work.zip").write_bytes(content)
    for place in ("class.zip", "class"):
        try:
            hand_ins = submissions.find((root / place,)).hand_ins
        except CollectError as error:
            outcomes.add(terminal_text(str(error).rpartition("zip: ")[2])[:30])
            continue
        for hand_in in hand_ins:
            outcomes.update(said.key for said in _loaded(submissions.load(hand_in, EXERCISE)))
    return outcomes


def _loaded(submission: Submission) -> Iterator[Message]:
    assert len(submission.files) <= FILES_CAP + 1
    assert sum(map(len, submission.files.values())) <= TOTAL_CAP
    for name in submission.files:
        path = PurePosixPath(name)
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert "\\" not in name
        assert "\0" not in name
    assert submission.entry is None or submission.entry in submission.files
    assert len(slug_of(submission.student)) <= SLUG_LENGTH
    for said in (*submission.notices, *([submission.problem.why] if submission.problem else [])):
        texts.text(said)
        yield said


# ---------------------------------------------------------------- pictures


def png_read(content: bytes) -> Iterable[str]:
    written = png.checked(content)
    if written is None:
        return {"refused"}
    width, height = png.size(written)
    assert 0 < width <= png.SIDE_CAP
    assert 0 < height <= png.SIDE_CAP
    assert png.checked(written) == written
    return {
        "accepted",
        f"depth and colour {written[24]} {written[25]}",
        str(b"PLTE" in written),
        str(b"tRNS" in written),
    }
