"""Names of submitted files: what they promise, and the student's own part of them.

Browsers and systems put endings behind a name (``x.ipynb.txt``, ``x.ipynb (1)``), which say nothing of the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

NAME_CAP = 255  # characters of a name, from its end


class Kind(StrEnum):
    """What a file is, whatever its name says."""

    NOTEBOOK = "notebook"  # a damaged one too
    MODULE = "module"
    ZIP = "zip"
    ARCHIVE = "archive"  # of another format
    LINK = "link"
    COLAB_LINK = "colab_link"
    LFS_POINTER = "lfs_pointer"
    SPREADSHEET = "spreadsheet"
    DOCUMENT = "document"
    PDF = "pdf"
    WEB_PAGE = "web_page"
    PICTURE = "picture"
    VIDEO = "video"
    R_NOTEBOOK = "r_notebook"  # a notebook in another language than Python
    MARIMO = "marimo"
    OTHER_CODE = "other_code"
    MODEL = "model"
    DATA = "data"
    TEXT = "text"
    EMPTY = "empty"
    UNKNOWN = "unknown"


SUFFIXES: Mapping[str, Kind] = {
    suffix: kind
    for kind, suffixes in {
        Kind.ZIP: "zip",
        Kind.ARCHIVE: "rar 7z tar gz tgz bz2 tbz2 xz txz zst jar whl",
        Kind.LINK: "url webloc desktop lnk",
        Kind.COLAB_LINK: "gdoc gdrive gsheet gslides glink gdraw gform colab gcolab",
        Kind.SPREADSHEET: "xlsx xlsm xlsb xls ods fods numbers",
        Kind.DOCUMENT: "docx docm doc odt fodt rtf pages pptx ppt odp key epub",
        Kind.PDF: "pdf",
        Kind.WEB_PAGE: "html htm xhtml mht mhtml",
        Kind.PICTURE: "png jpg jpeg gif heic heif webp bmp tif tiff svg avif",
        Kind.VIDEO: "mp4 mov avi mkv webm m4v mp3 m4a wav ogg",
        Kind.R_NOTEBOOK: "rmd r qmd",
        Kind.OTHER_CODE: "m mlx java js ts jl c cc cpp h cs go rs rb php scala kt swift pl lua sas do sql sh bat wl",
        Kind.MODEL: "keras h5 hdf5 pt pth pb tflite onnx weights safetensors ckpt",
        Kind.DATA: "csv tsv npz npy json jsonl parquet feather arrow pkl pickle joblib mat rds rdata db sqlite arff",
        Kind.TEXT: "txt text md markdown rst log tex xml yaml yml toml ini cfg",
    }.items()
    for suffix in suffixes.split()
}

_RENAMED = "txt|text|json|download|crdownload|part|partial|bak|backup|old|orig|tmp|save"
# What browsers and systems put behind a suffix: copies, backups, wget's numbers.
_MARKS = r"[ _]?\(\d{1,3}\)|[ _-]{1,3}(?:copy|copia|cópia|copie|kopie)(?:[ _]?\d{1,3})?|\.\d{1,3}|[~_ .]"
_KNOWN = "|".join([_RENAMED, *(suffix for suffix in SUFFIXES if len(suffix) > 1)])


def _code_suffix(behind: str) -> re.Pattern[str]:
    """The suffix of a notebook or module, with all that stands behind it: ``.ipynb.txt``, ``.py (1)``."""
    tail = rf"(?>\.(?:ipynb|py|{behind})(?![a-z0-9])|{_MARKS})*+"
    return re.compile(rf"\.(?:ipynb|py){tail}\Z", re.IGNORECASE)


_CODE = _code_suffix(_RENAMED)
_CODE_OR_INSTEAD = _code_suffix(_KNOWN)
_SUFFIX = re.compile(
    rf"\.(?P<suffix>[a-z0-9]{{1,12}})(?>\.(?:download|crdownload|part|partial|bak|tmp)(?![a-z0-9])|{_MARKS})*+\Z",
    re.IGNORECASE,
)
_SYSTEM_NAMES = frozenset(
    "desktop.ini thumbs.db ehthumbs.db .ds_store .localized .directory .nomedia icon\r __macosx $recycle.bin".split(" ")
)


def says_notebook(name: str) -> bool:
    """Whether a name is that of a notebook, also when something was put behind its suffix: ``x.ipynb (1)``."""
    return ".ipynb" in _code_ending(name)


def says_module(name: str) -> bool:
    """Whether a name is that of a Python module, also when something was put behind its suffix: ``x.py.txt``."""
    ending = _code_ending(name)
    return ending != "" and ".ipynb" not in ending


def _code_ending(name: str) -> str:
    found = _CODE.search(name[-NAME_CAP:], 1)
    return found.group().lower() if found is not None else ""


def stem_of(name: str) -> str:
    """A file's name without the suffixes of notebooks, modules and what is submitted instead, and all behind them.

    ``gus.ipynb.txt`` is ``gus`` and ``P5 (1).ipynb`` is ``P5 (1)``; a suffix that nobody knows stays (``v1.2``).
    """
    before, end = name[:-NAME_CAP], name[-NAME_CAP:]
    found = _CODE_OR_INSTEAD.search(end, 1)
    if found is not None:
        return before + end[: found.start()]
    least = 1  # letters: what is left of ``ana.m.txt`` is a name with an initial
    while (found := _SUFFIX.search(end, 1)) is not None:
        suffix = found["suffix"].lower()
        if len(suffix) < least or not (suffix in SUFFIXES or suffix in _RENAMED.split("|")):
            break
        end, least = end[: found.start()], 3
    return before + end


def is_lock(name: str) -> bool:
    """Whether an editor left it beside an open file: ``~$x.ipynb``, ``.~lock.x#``, ``.#x``, ``.x.swp``."""
    if name.startswith(("~$", ".~", ".#")) or (name.startswith("#") and name.endswith("#")):
        return True
    return re.fullmatch(r"\..+\.sw[a-p]", name, re.DOTALL) is not None


def is_system_file(name: str) -> bool:
    """Whether an operating system or an editor left it there, not the student."""
    folded = name.casefold()
    return is_lock(name) or name.startswith("._") or folded in _SYSTEM_NAMES or folded.endswith("zone.identifier")


def by_suffix(name: str) -> Kind | None:
    """What the suffix of a name promises; None when nobody knows it."""
    found = _SUFFIX.search(name[-NAME_CAP:], 1)
    return SUFFIXES.get(found["suffix"].lower()) if found is not None else None
