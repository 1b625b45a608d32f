"""What the source says: code that runs, or seems to, and does not do what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.records import Diagnosis
from grader.scoring import alignment
from grader.scoring.diagnoses import names
from grader.scoring.diagnoses.wording import told

LINES_CAP = 20_000  # of one cell; longer lines than LINE_CAP are nobody's code
LINE_CAP = 400
TEXT_LEAST = 120  # characters of a cell that is one text
KINDS = "|".join(sorted(alignment.KINDS - alignment.DROPPED))
ANSWERS = re.compile(r"\b(?:answers|respuestas)\b")
ANSWER_KEY = re.compile(r"['\"](?P<key>\w{1,100})['\"]\s*[:\]]")
ADDS = re.compile(rf"\blayers\.[A-Z]\w*\(|\b\w*(?:[mM]ode|net|red)\w*\.add\(|(?<![\w.])(?:{KINDS})\(")
CODE_WORDS = ("import ", "def ", "model", ".fit(", "= ")
# Not every y holds labels: in an exercise on pictures it may be one.
LABELS = r"(?<![\w.])(?:[yY]_?(?:tr|te|val|ent|pru|cat|lab)\w*|\w*labels?|\w*etiquetas\w*)"
DATA_SETS = r"(?:mnist|reuters|imdb|boston_housing|california_housing)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pattern:
    """One mistake that a line of code shows; ``values`` of the match."""

    id: str
    line: re.Pattern[str]
    values: Callable[[re.Match[str]], Mapping[str, str]] = lambda found: {}


def _square(found: re.Match[str]) -> Mapping[str, str]:
    kind, filters, height, width = found.groups()
    return {"name": f"{kind}({filters}, {height}, {width})", "today": f"Conv2D({filters}, ({height}, {width}))"}


PATTERNS: Sequence[Pattern] = (
    # A stride may well be the third number; as wide as an odd kernel it is not meant, nor under the layer's old name.
    Pattern(
        id="third_number",
        line=re.compile(r"\b(Conv2D)\(\s*(\w+)\s*,\s*(3|5)\s*,\s*(\3)\s*[,)]"),
        values=_square,
    ),
    Pattern(
        id="third_number",
        line=re.compile(r"\b(Convolution2D)\(\s*(\w+)\s*,\s*(\d+)\s*,\s*(\d+)\s*[,)]"),
        values=_square,
    ),
    Pattern(id="decay", line=re.compile(rf"\b(?:{'|'.join(names.OPTIMIZERS)})\([^)#]*\bdecay\s*=")),
    Pattern(id="scaled_labels", line=re.compile(rf"{LABELS}(?:\.astype\([^)]*\))?\s*/=?\s*255")),
    # Ours gives the data whatever the path; elsewhere today's Keras would not.
    Pattern(
        id="data_path",
        line=re.compile(rf"\b{DATA_SETS}\.load_data\(\s*(?:path\s*=\s*)?r?['\"](?P<name>[^'\"]*[/\\][^'\"]*)['\"]"),
        values=lambda found: {"name": found["name"]},
    ),
    Pattern(id="metrics_names", line=re.compile(r"\bmetrics_names\b")),
)


def mistakes(cells: Mapping[int, str]) -> Iterator[Diagnosis]:
    """Known mistakes in the code, in the order of the cells; each pattern at most once in a cell."""
    for number, source in cells.items():
        if _is_text(source):
            yield told("code_in_text", number)
            continue
        for pattern in PATTERNS:
            for line in short_lines(source):
                found = pattern.line.search(line.partition("#")[0])
                if found:
                    yield told(pattern.id, number, line.strip(), **pattern.values(found))
                    break


def adds_layers(source: str) -> bool:
    """Whether the code of a cell adds layers to a model."""
    return any(ADDS.search(line.partition("#")[0]) for line in short_lines(source))


def answers_given(source: str) -> set[str]:
    """The keys under which a cell gives answers, or may give them."""
    lines = [line.partition("#")[0] for line in short_lines(source)]
    if not any(ANSWERS.search(line) for line in lines):
        return set()
    return {found["key"] for line in lines for found in ANSWER_KEY.finditer(line)}


def short_lines(source: str) -> Iterator[str]:
    """The lines of a cell that a person may have written."""
    return (line for line in source.split("\n", LINES_CAP)[:LINES_CAP] if len(line) <= LINE_CAP)


def _is_text(source: str) -> bool:
    """Whether the whole cell is one text in triple quotes that holds code."""
    bare = source.strip()
    for quotes in ('"""', "'''"):
        if len(bare) > TEXT_LEAST and bare.startswith(quotes) and bare.endswith(quotes) and bare.count(quotes) == 2:
            return sum(word in bare for word in CODE_WORDS) >= 2
    return False
