"""What a report calls things, in one language: labels, criterion titles, data sets, layer settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from grader import texts
from grader.records import DiagnosisText, FailedCellText, Language, LayerFacts, NotebookCell, Rubric, Text, Verdict
from grader.scoring import checks
from grader.scoring.checks.training import UNTRAINED

# Settings of a layer that a reader wants to see, in this order; the first value is the silent default.
SETTINGS: tuple[tuple[str, Any], ...] = (
    ("units", None),
    ("filters", None),
    ("kernel_size", None),
    ("pool_size", None),
    ("size", None),
    ("strides", 1),
    ("padding", "valid"),
    ("dilation_rate", 1),
    ("groups", 1),
    ("rate", None),
    ("use_bias", True),
    ("activation", "linear"),
)


class Words:
    """Texts in one language."""

    def __init__(self, lang: Language) -> None:
        self.lang: Language = lang

    def label(self, key: str, **values: Any) -> str:
        """The text ``key`` filled with ``values``."""
        return texts.say(key, self.lang, **values) if values else _fixed(key, self.lang)

    def say(self, text: Text) -> str:
        """The rendering that a card keeps."""
        return text.en if self.lang == "en" else text.es

    def cell_kind(self, kind: str) -> str:
        """How a cell ended, in words."""
        key = f"report.cell_{kind}"
        return self.label(key) if key in texts.catalogue() else kind

    def place(self, one: FailedCellText | DiagnosisText) -> str:
        """What a card calls a cell; cards of earlier releases know its number alone."""
        return self.say(one.place) if one.place is not None else self.label("places.cell_heading", cell=one.cell)

    def heading(self, cell: NotebookCell) -> str:
        """What the page of a submission calls a cell, or a block of a module."""
        if cell.line is not None and cell.kind != "markdown":
            last = cell.line + cell.source.count("\n")
            if last == cell.line:
                return self.label("places.line_heading", line=last)
            return self.label("places.lines_heading", first=cell.line, last=last)
        if cell.kind == "code":
            return self.label("places.cell_heading", cell=cell.number)
        return self.label(f"places.{'text' if cell.kind == 'markdown' else 'raw'}_heading")

    def status(self, status: str) -> str:
        """``Run.ended`` or "duplicate" in words."""
        return self._word(status)

    def _word(self, word: str) -> str:
        pair = texts.catalogue().get(f"words.{word}")
        return word if pair is None else pair[0 if self.lang == "en" else 1]


class Wording(Words):
    """Texts of one rubric in one language."""

    def __init__(self, rubric: Rubric, lang: Language) -> None:
        super().__init__(lang)
        self.rubric = rubric
        self.criteria = {criterion.id: criterion for criterion in rubric.criteria}
        self.about_models = checks.about_models(rubric)
        self.rests_on_data = checks.rests_on_data(rubric)

    def of(self, either: Mapping[str, str], instead: str = "") -> str:
        """The reader's language of a rubric's text, else the other one, else ``instead``."""
        return either.get(self.lang) or next((said for said in either.values() if said), instead)

    def exercise(self) -> str:
        """Title of the exercise."""
        return self.of(self.rubric.title, self.rubric.exercise)

    def title(self, criterion: str) -> str:
        """Title of a criterion, else its id."""
        known = self.criteria.get(criterion)
        return self.of(known.title, criterion) if known else criterion

    def hint(self, verdict: Verdict) -> str:
        """The hint that goes with a verdict, or nothing."""
        known = self.criteria.get(verdict.criterion)
        helps = verdict.state not in ("full", "unjudged") and verdict.why.key not in UNTRAINED
        return self.of(known.hint) if known and helps else ""

    def hidden(self, criterion: str) -> bool:
        """Whether the rubric keeps the details of a criterion from students."""
        known = self.criteria.get(criterion)
        return known is not None and known.visibility == "hidden"

    def titles(self, criteria: Iterable[str]) -> list[str]:
        """Titles of several criteria."""
        return [self.title(criterion) for criterion in criteria]

    def state(self, state: str) -> str:
        """The state of a criterion in words."""
        return self._word(state)

    def data(self, name: str) -> str:
        """A data set in plain words."""
        key = f"report.data_{name}"
        return self.label(key) if key in texts.catalogue() else self.label("report.data_other", name=name)

    def settings(self, layer: LayerFacts) -> str:
        """The settings of a layer that matter to a reader: "32 filters, kernel 3 x 3, relu"."""
        return ", ".join(
            self._setting(name, layer.config[name])
            for name, usual in SETTINGS
            if name in layer.config and layer.config[name] is not None and not _same(layer.config[name], usual)
        )

    def _setting(self, name: str, value: Any) -> str:
        word = self._word(name)
        if name == "use_bias":
            return self.label("report.without", what=word)
        if name == "activation":
            return _activation(value)
        if name in ("units", "filters", "groups"):
            return f"{texts.number(value, self.lang) if _is_number(value) else value} {word}"
        if isinstance(value, (list, tuple)):
            return f"{word} {' x '.join(str(item) for item in value)}"
        return f"{word} {texts.number(value, self.lang) if _is_number(value) else value}"


@cache
def _fixed(key: str, lang: Language) -> str:
    """A text without values, which every page says again."""
    return texts.say(key, lang)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _same(value: Any, usual: Any) -> bool:
    """Whether a setting has its usual value; (1, 1) is a usual stride of 1."""
    if isinstance(value, (list, tuple)):
        return usual is not None and all(item == usual for item in value)
    return usual is not None and bool(value == usual)


def _activation(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("class_name") or value.get("config") or "")
    return str(value)
