"""What the missing network means for one exercise and one card, beyond the error itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.records import Diagnosis, FailedCell, Message, message
from grader.scoring.diagnoses import patterns
from grader.scoring.diagnoses.signs_of_network import ANOTHER_MNIST, MNIST_FILE
from grader.scoring.diagnoses.wording import cell_names, told

# No fault of the student's: a person looks when points are lost.
DOWNLOADS = (
    "other_data",
    "no_download",
    "no_weights",
    "weights_library",
    "downloader",
    "mnist_files",
    "downloaded_file",
    "not_downloaded",
)
ASKED: Mapping[str, str] = {"mnist": "network.asks_mnist"}
MISSING = re.compile(
    r"No such file or directory: '(?P<one>[^'\n]{1,200})'|unable to open file: name = '(?P<two>[^'\n]{1,200})'"
    r"|^(?P<three>[^\n:]{1,200}) not found\.$"
)
DOWNLOADING = re.compile(
    r"\b(?:wget|curl|gdown|urlretrieve|urlopen|get_file|kaggle\s+(?:datasets|competitions)|git\s+clone"
    r"|requests\s*\.\s*get)\b"
)
PACKED = r"(?:\.git|\.zip|\.tgz|\.tar\.gz|\.rar)"
SHORTEST = 3  # characters of a name that is looked for in the code


def for_exercise(known: Diagnosis | None, data: str) -> Diagnosis | None:
    """``known`` with the data set that the exercise asks for, where one is wrong; ``data`` is the rubric's."""
    if known is None or known.id != "other_data" or data not in ASKED:
        return known
    values = {**known.cause.values, "asks": {"key": ASKED[data], "values": {}}}
    return replace(known, cause=replace(known.cause, values=values), cure=replace(known.cure, values=values))


def downloaded_file(cell: FailedCell, cells: Mapping[int, str]) -> Diagnosis | None:
    """Whether the file that is missing was to come from a download, of this cell or an earlier one."""
    found = MISSING.search(cell.text) if cell.error in ("FileNotFoundError", "OSError") else None
    path = "" if found is None else found["one"] or found["two"] or found["three"]
    if not path or (re.search(MNIST_FILE, path) and not re.search(ANOTHER_MNIST, path)):
        return None
    *folders, name = [part for part in re.split(r"[/\\]+", path) if part] or [""]
    if len(name) < SHORTEST:
        return None
    wanted = re.compile("|".join([rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", *map(_unpacked, folders)]))
    for number, source in cells.items():
        lines = patterns.short_lines(source) if number <= cell.cell else ()
        if any(DOWNLOADING.search(line) and wanted.search(line) for line in lines):
            return told("downloaded_file", cell.cell, cell.line, name=name, first=number)
    return None


def _unpacked(folder: str) -> str:
    """How a line that downloads a repository or an archive names what becomes this folder."""
    return rf"/{re.escape(folder)}(?:{PACKED}\b|(?=\s*$))"


def review(failed: Sequence[FailedCell]) -> Message | None:
    """Why a person looks at a card that lost points: what failed for want of a network; None when nothing did."""
    ids = {f"diagnoses.{id}" for id in DOWNLOADS}
    cells = [
        cell.cell for cell in failed if cell.cause is not None and cell.cause.key in ids and not _never_downloaded(cell)
    ]
    return message("scoring.review_network", cells=cell_names(cells)) if cells else None


def _never_downloaded(cell: FailedCell) -> bool:
    """A file of MNIST that was opened, and neither submitted nor to be downloaded."""
    return cell.cause is not None and cell.cause.key == "diagnoses.mnist_files" and cell.error == "FileNotFoundError"
