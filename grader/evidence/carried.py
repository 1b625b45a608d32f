"""Data and trained weights that come with a hand-in: in its code, beside it, or in the rest of its own notebook.

What is noticed asks for a person and never costs a point: nothing here can tell whether somebody cheats. Judged by the
bytes that were handed in, without parsing them as Python: notebooks hold magics and cells that are not finished.
Sizes are in kB of 1000 bytes (of 1000 characters for code).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from posixpath import normpath
from typing import Any

from grader.evidence.preparing.notebook import module_text, program
from grader.records import EventFacts, Facts, Message, Submission, message

CODE_CAP = 300_000  # characters of code, comments and all
PLACE_CAP = 20_000  # of literals in one cell or module; the most of ours has 4 600
LITERALS_CAP = 40_000  # of literals in all
NAMES_CAP = 6_000  # characters of different names; the most of ours has 920
PICTURES_CAP = 300_000
ARRAYS_CAP = 20_000  # bytes of a file made for arrays or weights: a softmax layer for 784 pixels has 31 000
TABLE_CAP = 300_000
OTHER_CAP = 1_000_000
REST_CAP = 300_000  # of files that the code reads though they are not data
PLACES_SHOWN = 3
FILES_SHOWN = 8

TOKENS = re.compile(
    r"""
    (?P<comment> \#[^\n]* )
  | (?P<text> [rRbBfFuU]{0,2} (?:
        \"\"\" (?: [^"\\]++ | \\[\s\S] | "(?!"") )*+ (?:\"\"\")?
      | ''' (?: [^'\\]++ | \\[\s\S] | '(?!'') )*+ (?:''')?
      | " (?: [^"\\\n]++ | \\[\s\S] )*+ "?
      | ' (?: [^'\\\n]++ | \\[\s\S] )*+ '? ) )
  | (?P<word> [\w+/=]{60,} )
  | (?P<number> \d[\w.]* )
  | \w+
    """,
    re.VERBOSE,
)
LONG_COMMENT = 500  # characters of a line that nobody types
CODE_MAGICS = ("%%time", "%%capture", "%%prun", "%%debug")  # the rest of such a cell is Python
UNPACKING = (
    "a85decode",
    "b32decode",
    "b64decode",
    "b85decode",
    "BytesIO",
    "decompress",
    "frombuffer",
    "fromhex",
    "fromstring",
    "json.loads",
    "marshal.loads",
    "pickle.loads",
    "unhexlify",
)
READING = (
    "open(",
    "glob(",
    "iterdir(",
    "listdir(",
    "scandir(",
    "ZipFile(",
    "loadtxt(",
    "genfromtxt(",
    "fromfile(",
    "memmap(",
    "read_csv(",
    ".read_text",
    ".read_bytes",
    "nbformat.read",
)
OPENING = (
    *READING,
    "imread(",
    "Image.open(",
    "load_img(",
    "decode_png(",
    "decode_jpeg(",
    "decode_image(",
    "read_file(",
    "image_dataset_from_directory(",
    "flow_from_directory(",
    "cv2.",
)
APPLYING = (".apply_gradients(", ".apply(", ".assign_sub(", ".assign(")  # with a GradientTape: a loop of its own
STEPPING = (".train_step(", "make_train_function")  # so are these by themselves

ARRAYS = re.compile(
    r"\.(h5|hdf5|keras|npz|npy|pkl|pickle|joblib|pt|pth|onnx|tflite|pb|ckpt|safetensors|parquet|feather|arrow|mat|bin|dat"
    r"|weights|gz|bz2|xz|zst|zip|7z|rar|tar|tgz|data-\d+-of-\d+)$",
    re.IGNORECASE,
)
MAGICS = re.compile(r"^[^\S\n]*+[!%].*$", re.MULTILINE)  # lines that are not Python
TABLES = re.compile(r"\.(csv|tsv|txt|json|jsonl|ya?ml|arff)$", re.IGNORECASE)
MODELS = re.compile(r"\.(keras|h5|hdf5)$", re.IGNORECASE)
NOT_DATA = re.compile(r"\.(ipynb|html?|pdf|docx|odt|pptx|md|rst|svg|py)$", re.IGNORECASE)
PACKED = (
    b"\x89HDF",
    b"\x93NUMPY",
    b"PK\3\4",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf",
    b"PAR1",
    b"\x80\2",
    b"\x80\3",
    b"\x80\4",
    b"\x80\5",
)
SHOWN = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"%PDF-")  # pictures and pages
OFFICE = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Code:
    """The source of one cell, or of one module or notebook beside it."""

    file: str
    place: Message
    source: str


def with_carried(facts: Facts, submission: Submission) -> Facts:
    """``facts`` with what the hand-in carries: reasons for a person to look, notices, and whether its code trains
    by a loop of its own.
    """
    code = _code(submission)
    is_long = sum(len(one.source) for one in code) > CODE_CAP
    plain = "\n".join(one.source if is_long else _without_comments(one.source) for one in code)
    loop = ("GradientTape" in plain and _has(plain, APPLYING)) or _has(plain, STEPPING)
    files, rewritten = _files(submission, facts.events)
    much = _long(code) if is_long else _literals(code)
    return replace(
        facts,
        carried=(
            *_unpacked(much, plain),
            *(_names(code) if much is None else ()),
            *_read_again(submission, code, plain),
            *_pictures(submission, facts, plain),
            *files,
        ),
        notices=(*facts.notices, *rewritten),
        own_loop=loop,
    )


def _has(source: str, words: Sequence[str]) -> bool:
    return any(word in source for word in words)


# ---------------------------------------------------------------- code


def _code(submission: Submission) -> Sequence[_Code]:
    """The cells of the entry, and every other module and notebook as a whole."""
    found = []
    for name, content in submission.files.items():
        if name != submission.entry and not name.lower().endswith((".py", ".ipynb")):
            continue
        read = program(name, content)
        if isinstance(read, Message):
            continue
        if name == submission.entry and read.kind == "notebook":
            places = [(message("scoring.place_cell", cell=cell.cell), cell.source) for cell in read.cells]
        else:
            whole = (
                module_text(content) or "" if read.kind == "module" else "\n".join(cell.source for cell in read.cells)
            )
            places = [(message("scoring.place_file", name=name[:100]), whole)]
        found += [_Code(file=name, place=place, source=source) for place, source in places]
    return found


def _long(code: Sequence[_Code]) -> Message:
    sizes = [(len(one.source), one.place) for one in code]
    return message("scoring.carried_code", kilobytes=sum(size for size, _ in sizes) // 1000, places=_largest(sizes))


def _literals(code: Sequence[_Code]) -> Message | None:
    sizes = [(literal_text(one.source), one.place) for one in code]
    total = sum(size for size, _ in sizes)
    if total <= LITERALS_CAP and all(size <= PLACE_CAP for size, _ in sizes):
        return None
    return message("scoring.carried_literals", kilobytes=total // 1000, places=_largest(sizes))


def _names(code: Sequence[_Code]) -> tuple[Message, ...]:
    """Names hold data when there are many and long ones: a table can be written as variables that are never used."""
    found = {token.group() for one in code for token in TOKENS.finditer(one.source) if token.lastgroup is None}
    size = sum(map(len, found))
    return (message("scoring.carried_names", kilobytes=size // 1000),) if size > NAMES_CAP else ()


def _pictures(submission: Submission, facts: Facts, plain: str) -> tuple[Message, ...]:
    """Large pictures that the code opens, beside a model that was trained: their pixels can hold anything."""
    if not _has(plain, OPENING) or not any(model.fits for model in facts.recorded):
        return ()
    sizes = [len(content) for name, content in submission.files.items() if content.startswith(SHOWN)]
    if sum(sizes) <= PICTURES_CAP:
        return ()
    return (message("scoring.carried_pictures", kilobytes=sum(sizes) // 1000),)


def _unpacked(much: Message | None, plain: str) -> tuple[Message, ...]:
    """The reason ``much``, if there is one, with the calls of the code that turn text into data."""
    if much is None:
        return ()
    calls = [call for call in UNPACKING if call in plain]
    return (message("scoring.carried_unpacked", much=_nested(much), calls=calls) if calls else much,)


def literal_text(source: str) -> int:
    """Characters of strings, numbers, unbroken words of 60 and more, and comments that nobody types.

    All of a cell whose magic makes it something else than Python (``%%writefile``) counts.
    """
    first = source.lstrip()
    if first.startswith("%%") and not first.startswith(CODE_MAGICS):
        return len(source)
    total = 0
    for token in TOKENS.finditer(source):
        size = token.end() - token.start()
        if token.lastgroup in ("text", "word") or (token.lastgroup == "comment" and size > LONG_COMMENT):
            total += size
        elif token.lastgroup == "number":
            total += size + 1  # and what parts it from the next one
    return total


def _without_comments(source: str) -> str:
    return TOKENS.sub(lambda token: "" if token.lastgroup == "comment" else token.group(), source)


def _largest(sizes: Sequence[tuple[int, Message]]) -> list[Mapping[str, Any]]:
    ordered = sorted(sizes, key=lambda pair: -pair[0])
    shown = [place for size, place in ordered[:PLACES_SHOWN] if 10 * size >= ordered[0][0]]
    return [_nested(place) for place in shown]


def _nested(part: Message) -> Mapping[str, Any]:
    return {"key": part.key, "values": part.values}


# ---------------------------------------------------------------- files


def _read_again(submission: Submission, code: Sequence[_Code], plain: str) -> tuple[Message, ...]:
    """Notebooks and pages that the code reads: outputs, attachments and metadata can hold anything."""
    python = MAGICS.sub("", plain)
    if not _has(python, READING):
        return ()
    total, suffixes = 0, set[str]()
    for name, content in submission.files.items():
        suffix = NOT_DATA.search(name)
        if suffix is not None and re.search(rf"{re.escape(suffix.group())}\b", python, re.IGNORECASE):
            total += len(content) - sum(len(one.source) for one in code if one.file == name)
            suffixes.add(suffix.group().lower())
    if total <= REST_CAP:
        return ()
    return (message("scoring.carried_reading", suffixes=sorted(suffixes), kilobytes=total // 1000),)


def _files(submission: Submission, events: Sequence[EventFacts]) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """Files with data or weights: a reason to look; as a notice those that the run saved before it loaded them."""
    first: dict[str, str] = {}
    for event in events:
        if event.kind != "plot" and event.path:
            first.setdefault(normpath(event.path), event.kind)
    reasons: list[str] = []
    rewritten: list[str] = []
    for name, content in submission.files.items():
        if name != submission.entry and may_hold_data(name, content):
            anew = MODELS.search(name) and first.get(normpath(name)) in ("save", "save_weights")
            (rewritten if anew else reasons).append(f"{name[:100]} ({len(content) // 1000} kB)")
    return (
        tuple(message("scoring.carried_files", files=_some(reasons)) for _ in reasons[:1]),
        tuple(message("scoring.carried_rewritten", files=_some(rewritten)) for _ in rewritten[:1]),
    )


def _some(files: Sequence[str]) -> list[str]:
    return [*files[:FILES_SHOWN], *([f"... +{len(files) - FILES_SHOWN}"] if len(files) > FILES_SHOWN else [])]


def may_hold_data(name: str, content: bytes) -> bool:
    """Whether a file beside the notebook is made for arrays or weights, or is large and nothing that one reads."""
    if content.startswith(SHOWN) and not ARRAYS.search(name):
        return False
    is_office = content.startswith(b"PK") and any(mark in content for mark in OFFICE)
    if ARRAYS.search(name) or (content.startswith(PACKED) and not is_office):
        return len(content) > ARRAYS_CAP
    if TABLES.search(name):
        return len(content) > TABLE_CAP
    is_read = bool(NOT_DATA.search(name)) and _is_text(content)
    return len(content) > OTHER_CAP and not is_office and not is_read


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8")
    except UnicodeDecodeError:
        return False
