"""What is fuzzed: each target takes bytes, and raises nothing whatever they are.

``check`` gives the outcomes that an input had (the key of a refusal, the sentence of a verdict): an input with an
outcome that was not seen before is worth mutating. An exception, a failed assertion among them, is a finding.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import fuzz_corpus
import fuzz_strategies as made
from fuzz_claims import COURSE, answers_read, facts_read, payload
from fuzz_handed_in import notebook_read, png_read, zip_read
from fuzz_models import archive_read, config_read, zipped
from fuzz_mutate import Mutate, mutate_bytes, mutate_frames, mutate_json, mutate_lines
from hypothesis import strategies as st

from grader.course import rubric
from grader.errors import RubricError
from grader.untrusted import frames
from grader.untrusted.frames import HEADER, MAGIC, BadFrame, Reader
from grader.untrusted.text import clean_text, csv_cell, slug_of, terminal_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One part of the trusted side that meets a stranger's bytes."""

    name: str
    check: Callable[[bytes], Iterable[str]]
    mutate: Mutate
    made: st.SearchStrategy[bytes]  # inputs from nothing, with the structure that they should have
    more: Callable[[], Iterable[bytes]] = tuple  # good inputs that lie elsewhere in the project

    def seeds(self) -> list[bytes]:
        """All that inputs are mutated from: the corpus, and the project's own files of this kind."""
        return [*fuzz_corpus.entries(self.name).values(), *self.more()]


# ---------------------------------------------------------------- frames

TOTAL = 4096


def frames_read(content: bytes) -> Iterable[str]:
    """The first byte says into which pieces the stream is cut."""
    piece, stream = 1 + (content[0] if content else 0), content[1:]
    cut, cut_fault = _fed([stream[at : at + piece] for at in range(0, len(stream), piece)])
    whole, fault = _fed([stream])
    wanted, ended = _frames_before_the_fault(stream)
    assert cut.frames == whole.frames == wanted
    assert (fault == "") == (cut_fault == "") == ended
    assert sum(map(len, whole.frames.values())) <= TOTAL
    half = len(stream) // 2
    early, _ = _fed([stream[:half]])
    assert set(early.frames) <= set(whole.frames)
    assert early.frames == _frames_before_the_fault(stream[:half])[0]
    return {fault.split(" ")[0], *(kind for kind, _ in whole.frames)}


def _fed(pieces: Iterable[bytes]) -> tuple[Reader, str]:
    reader, fault = Reader(TOTAL), ""
    try:
        for piece in pieces:
            reader.feed(piece)
        reader.close()
    except BadFrame as bad:
        fault = re.sub(r"\d+", "", str(bad))
        reader.feed(b"after the end")
    return reader, fault


def _frames_before_the_fault(stream: bytes) -> tuple[Mapping[tuple[str, int], bytes], bool]:
    """The format as its description says it, in the plainest way: what is whole, and whether all of it is."""
    names = {code: name for name, code in frames.KINDS.items()}
    found: dict[tuple[str, int], bytes] = {}
    if not stream.startswith(MAGIC):
        return {}, not stream
    place, last = len(MAGIC), 0
    while len(stream) - place >= HEADER.size:
        code, number, sequence, length = HEADER.unpack_from(stream, place)
        key, place = (names.get(code, ""), number), place + HEADER.size
        rest = sum(len(body) for other, body in found.items() if other != key)
        allowed = key[0] and number < frames.NUMBERS_CAP and length <= frames.CAPS[key[0]] and rest + length <= TOTAL
        if not allowed or sequence <= last or place + length > len(stream):
            return found, False
        found[key], last = stream[place : place + length], sequence
        place += length
    return found, place == len(stream)


# ---------------------------------------------------------------- text

# Characters that XML 1.0 allows (section 2.2), but for those that turn the direction of writing, and ESC.
LEGAL = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x1b\x9b]")
SLUG = re.compile(r"[A-Za-z0-9._-]{1,80}")
FORMULA = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")  # and every form that Unicode has of them
CELL = 500 + 501  # as much as is shown, and an apostrophe before each formula in it
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def cleaned(content: bytes) -> Iterable[str]:
    raw = content.decode("utf-8", "surrogatepass" if b"\xed" in content and _is_text(content) else "surrogateescape")
    shown, line, cell, slug = clean_text(raw), terminal_text(raw), csv_cell(raw), slug_of(raw)
    for each, limit in ((shown, 2000), (line, 200), (cell, CELL), (slug, 80), (clean_text(raw, 20), 20)):
        assert len(each) <= limit
        assert LEGAL.fullmatch(each)
        assert not TURNING.search(each)
        each.encode("utf-8")
    assert clean_text(shown) == shown
    assert terminal_text(line) == line
    assert not set(line) & set("\n\t\r")
    assert not unicodedata.normalize("NFKC", cell[:1]).startswith(FORMULA)
    behind = [part.lstrip(' "')[:1] for part in re.split("[;|]", cell)[1:]]
    assert not any(unicodedata.normalize("NFKC", first).startswith(FORMULA) for first in behind)
    assert SLUG.fullmatch(slug)
    assert slug.strip(".")
    assert not slug.startswith("-")
    assert not RESERVED.fullmatch(slug)
    assert slug_of(slug) == slug or slug != raw  # a name that is its own slug stays
    assert slug == raw or re.search("-[0-9a-f]{6}$", slug)
    return {str(shown == raw), str(line == raw), str(cell == raw), str(slug == raw), str(len(shown) == 2000)}


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


# ---------------------------------------------------------------- rubrics


def rubric_read(content: bytes) -> Iterable[str]:
    try:
        found = rubric.parse(content, "rubrics/r.yaml")
    except RubricError as error:
        assert re.match(r"rubrics/r\.yaml:[1-9]\d*: .", str(error), re.DOTALL), str(error)[:200]  # noqa: PT017
        return {re.sub(r"'[^']*'|\d+|\"[^\"]*\"|:.*", "", str(error).partition(": ")[2])[:60]}
    rubric.run_key_part(found)
    return {"accepted", *(criterion.check for criterion in found.criteria)}


def _of_the_course(pattern: str) -> Callable[[], Iterable[bytes]]:
    return lambda: [path.read_bytes() for path in sorted(COURSE.root.glob(pattern))]


def _answers() -> Iterable[bytes]:
    """The frames of answers of the runs in the corpus."""
    runs = [json.loads(content) for content in fuzz_corpus.entries("facts").values()]
    return [
        payload(frame[2])
        for run in runs
        if isinstance(run, dict)
        for frame in run.get("frames", ())
        if frame[0] == "answers"
    ]


def _archives() -> Iterable[bytes]:
    return [zipped(config) for config in fuzz_corpus.entries("config").values()]


TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        Target(name="frames", check=frames_read, mutate=mutate_bytes, made=made.STREAMS),
        Target(name="archive", check=archive_read, mutate=mutate_bytes, made=made.ARCHIVES, more=_archives),
        Target(name="config", check=config_read, mutate=mutate_json, made=made.CONFIGS),
        Target(name="answers", check=answers_read, mutate=mutate_json, made=made.ANSWERS, more=_answers),
        Target(name="facts", check=facts_read, mutate=mutate_frames, made=made.RUNS),
        Target(
            name="notebook",
            check=notebook_read,
            mutate=mutate_json,
            made=made.NOTEBOOKS,
            more=_of_the_course("exercises/*/*.es.ipynb"),
        ),
        Target(name="zip", check=zip_read, mutate=mutate_bytes, made=made.ZIPS),
        Target(name="png", check=png_read, mutate=mutate_bytes, made=made.PICTURES),
        Target(name="clean", check=cleaned, mutate=mutate_bytes, made=made.TEXTS),
        Target(
            name="rubric",
            check=rubric_read,
            mutate=mutate_lines,
            made=made.RUBRICS,
            more=_of_the_course("rubrics/*.yaml"),
        ),
    )
}
