"""The parts of a rubric around its criteria: run, models, structure, titles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal
from unicodedata import normalize

from grader.course.rubric.typed_values import Reader
from grader.records import LANGUAGES, MODEL_RULES, ExpectedLayer, Limits, ModelChoice, ModelRule, RunSpec, Shape
from grader.scoring.checks import rules
from grader.untrusted.yaml_lines import Located, plain

DURATION = re.compile(r"(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*m(?:in)?)?\s*(?:(\d{1,6})\s*s)?")
SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(MB|GB)", re.IGNORECASE)
REPEAT = re.compile(r"(\d{1,2})(?:(\+)|-(\d{1,2}))?")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
VARIABLE = re.compile(r"[^\W\d]\w{0,99}(?:\.[^\W\d]\w{0,99})*")
# As the recorder names models: it looks at variables, and one step into modules, objects, lists and dicts.
MODEL_PATH = re.compile(
    r"""
    (?P<name>[^\W\d_]\w{0,99}(?:\.[^\W\d]\w{0,99})?)
    | (?P<listed>[^\W\d_]\w{0,99})\[(?:
        (?P<number>(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[0-9]{0,3}[1-9]))?) | (?P<quote>['"])(?P<key>[^'"\\]{1,99})(?P=quote)
    )\]
    """,
    re.VERBOSE,
)
REPEAT_CAP = 20
TIME = (10.0, 24 * 3600.0)
MEMORY = (256, 64 * 1024)
SHORT = (1.0, 24 * 3600.0)  # of a cell, and of a training
EPOCHS_CAP = 100_000
RUN_KEYS = ("time", "wall", "cell", "memory", "seeds", "max_epochs", "max_fit_time")
REPAIRS = Literal["none", "imports"]


def identifier(found: Located, what: str, read: Reader) -> str:
    """An id: lower-case letters, digits, ``-`` and ``_``."""
    name = read.text(found, what)
    if not NAME.fullmatch(name):
        read.refuse(found.line, f"{what} {name!r}: lower-case letters, digits, - and _ are needed")
    return name


def words(found: Located, what: str, read: Reader) -> Mapping[str, str]:
    """A text in every language of the reports: ``{es: ..., en: ...}``."""
    entries = read.keys(found, what, LANGUAGES)
    for language in LANGUAGES:
        if language not in entries:
            read.refuse(found.line, f"{what} lacks `{language}`; both languages are needed")
    return {language: read.text(entries[language], f"{what}: {language}") for language in LANGUAGES}


def run_spec(found: Located | None, repair: Located | None, stop_on_error: bool, read: Reader) -> RunSpec:
    """Limits, seeds and budgets: ``{time: 12m, cell: 8m, memory: 3GB, seeds: 1, max_epochs: 30, max_fit_time: 5m}``."""
    entries = {} if found is None else read.keys(found, "`run`", RUN_KEYS)
    standard = Limits()
    name = _time_key(entries, read)
    time = _seconds(entries[name], f"`run: {name}`", read) if name in entries else standard.time_s
    cell = _seconds(entries["cell"], "`run: cell`", read, SHORT) if "cell" in entries else min(standard.cell_s, time)
    if cell > time:
        read.refuse(entries["cell"].line, f"`run: cell` ({cell:g} s) is longer than `run: {name}` ({time:g} s)")
    memory = _megabytes(entries["memory"], read) if "memory" in entries else standard.memory_mb
    seeds = read.read(entries["seeds"], int, "`run: seeds`") if "seeds" in entries else 1
    if not 1 <= seeds <= 9:
        read.refuse(entries["seeds"].line, f"`run: seeds` is {seeds}; 1 to 9 are possible")
    epochs = read.read(entries["max_epochs"], int, "`run: max_epochs`") if "max_epochs" in entries else None
    if epochs is not None and not 1 <= epochs <= EPOCHS_CAP:
        read.refuse(entries["max_epochs"].line, f"`run: max_epochs` is {epochs}; 1 to {EPOCHS_CAP} are possible")
    fit = entries.get("max_fit_time")
    mended = read.read(repair, REPAIRS, "`repair`") if repair is not None else "none"
    return RunSpec(
        limits=Limits(time_s=time, cell_s=cell, memory_mb=memory),
        seeds=seeds,
        stop_on_error=stop_on_error,
        max_epochs=epochs,
        max_fit_s=None if fit is None else _seconds(fit, "`run: max_fit_time`", read, SHORT),
        repair_imports=mended == "imports",
    )


def _time_key(entries: Mapping[str, Located], read: Reader) -> str:
    """The name under which the time of the whole notebook stands: ``wall`` is the old one."""
    if "wall" not in entries:
        return "time"
    if "time" in entries:
        read.refuse(entries["wall"].line, "`run: wall` is the old name of `run: time`; write only `time`")
    return "wall"


def _seconds(found: Located, what: str, read: Reader, between: tuple[float, float] = TIME) -> float:
    written = found.written.strip()
    match = DURATION.fullmatch(written)
    if written.isdigit() or match is None or not any(match.groups()):
        read.refuse(found.line, f"{what}: {written!r} is not a time; write 90s, 12m or 1h30m")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = float(3600 * hours + 60 * minutes + seconds)
    if not between[0] <= total <= between[1]:
        read.refuse(found.line, f"{what}: {written} is out of range; {between[0]:g}s to 24h are possible")
    return total


def _megabytes(found: Located, read: Reader) -> int:
    match = SIZE.fullmatch(found.written.strip())
    if match is None:
        read.refuse(found.line, f"`run: memory`: {found.written!r} is not a size; write 3GB or 1500MB")
    megabytes = round(float(match[1]) * (1024 if match[2].upper() == "GB" else 1))
    if not MEMORY[0] <= megabytes <= MEMORY[1]:
        read.refuse(found.line, f"`run: memory`: {found.written} is out of range; 256MB to 64GB are possible")
    return megabytes


def models(found: Located | None, read: Reader) -> Mapping[str, ModelChoice]:
    """Which models are graded: ``{main: auto}``, ``{main: {rule: best}, edges: {variable: edges}}``."""
    if found is None:
        return {"main": ModelChoice()}
    chosen: dict[str, ModelChoice] = {}
    for name, said in read.mapping(found, "`models`").items():
        choice = _model_choice(said, f"`models: {name}`", read)
        _refuse_twins(choice, said.line, f"`models: {name}`", chosen, read)
        chosen[str(name)] = choice
    if not chosen:
        read.refuse(found.line, "`models` is empty")
    return chosen


def _model_choice(found: Located, what: str, read: Reader) -> ModelChoice:
    if isinstance(found.value, str):
        return ModelChoice(rule=_rule(found, what, read))
    if not isinstance(found.value, dict):
        read.refuse(found.line, f"{what}: a rule ({', '.join(MODEL_RULES)}) or `{{variable: ...}}` is needed")
    entries = read.keys(found, what, ("variable", "rule"))
    if len(entries) != 1:
        which = (
            "`variable` or `rule` is missing"
            if not entries
            else ("`variable` names a model and `rule` looks for one among all; only one of the two can hold")
        )
        read.refuse(found.line, f"{what}: {which}")
    if "rule" in entries:
        return ModelChoice(rule=_rule(entries["rule"], f"{what}: rule", read))
    written = entries["variable"]
    path = model_path(read.text(written, f"{what}: variable"))
    if path is None:
        read.refuse(
            written.line,
            f"{what}: {written.written!r} cannot be looked up; a variable is needed (edges), or one "
            "attribute (net.model) or item of it (models[0], nets['wide'])",
        )
    return ModelChoice(variable=path)


def model_path(written: str) -> str | None:
    """A variable, or an attribute or item of it, as Python writes it; None for what the recorder never looks at."""
    parts = MODEL_PATH.fullmatch(normalize("NFC", written))
    if parts is None:
        return None
    name = normalize("NFKC", parts["name"] or parts["listed"])
    if not all(part.isidentifier() for part in name.split(".")):
        return None
    return name if parts["name"] else f"{name}[{parts['number'] or repr(parts['key'])}]"


def _rule(found: Located, what: str, read: Reader) -> ModelRule:
    for rule in MODEL_RULES:
        if found.value == rule:
            return rule
    near = get_close_matches(found.written, MODEL_RULES, n=1)
    read.refuse(
        found.line,
        f"{what}: {found.written!r} is no rule; there are {', '.join(MODEL_RULES)}"
        + (f"; did you mean {near[0]!r}?" if near else f"; a variable is written `{{variable: {found.written}}}`"),
    )


def _refuse_twins(choice: ModelChoice, line: int, what: str, others: Mapping[str, ModelChoice], read: Reader) -> None:
    """Two names that must always mean the same model would grade it twice."""
    for name, other in others.items():
        if choice.variable is not None or other.variable is not None:
            same = choice.variable == other.variable
        else:
            same = (choice.rule == "last") == (other.rule == "last")  # auto and best: both earn most
        if same:
            read.refuse(
                line,
                f"{what} would be the same model as {name!r}; to grade several models, "
                "name the variable of each: `{variable: model1}`",
            )


def exports(found: Located | None, read: Reader) -> tuple[tuple[str, ...], Mapping[str, Shape]]:
    """Variables that leave the sandbox as arrays, ``x`` or ``{name: x, shape: [60000, 784]}``; names and shapes."""
    names: list[str] = []
    shapes: dict[str, Shape] = {}
    for item in read.items(found, "`exports`") if found is not None else ():
        if isinstance(item.value, dict):
            entries = read.keys(item, "`exports`", ("name", "shape"))
            for key in ("name", "shape"):
                if key not in entries:
                    read.refuse(item.line, f"an entry of `exports` lacks `{key}`")
            name = read.text(entries["name"], "`exports`")
            shapes[name] = read.read(entries["shape"], Sequence[int], "`exports`: shape")
        else:
            name = read.text(item, "`exports`")
        if not VARIABLE.fullmatch(name):
            read.refuse(item.line, f"`exports`: {name!r} is not a variable's name")
        if name in names:
            read.refuse(item.line, f"`exports`: {name!r} stands there twice")
        names.append(name)
    return tuple(names), shapes


def structure(found: Located | None, read: Reader) -> tuple[ExpectedLayer, ...]:
    """The expected layers, in order."""
    lines: list[ExpectedLayer] = []
    for item in read.items(found, "`structure`") if found is not None else ():
        line = _layer(item, read)
        if any(line.id == other.id for other in lines):
            read.refuse(item.line, f"`structure`: two layers have the id {line.id!r}")
        lines.append(line)
    if found is not None and not lines:
        read.refuse(found.line, "`structure` is empty")
    return tuple(lines)


def _layer(found: Located, read: Reader) -> ExpectedLayer:
    entries = read.mapping(found, "a layer of `structure`")
    for key in ("id", "kind"):
        if key not in entries:
            read.refuse(found.line, f"a layer of `structure` lacks `{key}`")
    id = identifier(entries["id"], "`structure`: id", read)
    inner = read.within(f"structure: layer {id!r}")
    kind = "|".join(inner.read(entries["kind"], Sequence[str], "kind"))
    complaint = rules.kind_complaint("kind", kind)
    if complaint is not None:
        inner.refuse(entries["kind"].line, complaint.text, complaint.given, complaint.names)
    settings: dict[str, Any] = {
        str(key): plain(value) for key, value in entries.items() if key not in ("id", "kind", "repeat")
    }
    for complaint in rules.settings_complaints(settings):
        line = (found.key_lines or {}).get(complaint.parameter, found.line)
        inner.refuse(line, complaint.text, complaint.given, (*complaint.names, "repeat"))
    repeat = _repeat(entries["repeat"], inner) if "repeat" in entries else (1, 1)
    return ExpectedLayer(id=id, kind=kind, settings=settings, repeat=repeat)


def _repeat(found: Located, read: Reader) -> tuple[int, int | None]:
    """``2``, ``1+`` or ``2-3``."""
    match = REPEAT.fullmatch(found.written.strip())
    if match is None:
        read.refuse(found.line, f"repeat: {found.written!r} is not a number of layers; write 2, 1+ or 2-3")
    least = int(match[1])
    most = None if match[2] else int(match[3] or least)
    if most == 0 or least > REPEAT_CAP or (most is not None and not least <= most <= REPEAT_CAP):
        read.refuse(found.line, f"repeat: {found.written} is not possible; at most {REPEAT_CAP}, the smaller first")
    return least, most
