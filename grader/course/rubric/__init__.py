"""YAML -> Rubric. Every mistake is refused with the file, the line, the reason and the nearest right name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import fsum, isclose
from pathlib import Path
from typing import Any, Literal

from grader import questions
from grader.course.files import read_file
from grader.course.rubric import hidden, settings
from grader.course.rubric.json_schema import schema
from grader.course.rubric.typed_values import Reader
from grader.errors import RubricError
from grader.records import Criterion, ModelChoice, MutantSpec, Rubric
from grader.scoring import checks
from grader.scoring.checks import rules
from grader.untrusted import yaml_lines
from grader.untrusted.yaml_lines import Located

__all__ = ["load", "parse", "run_key_part", "schema"]

KEYS = (
    *("exercise", "title", "data", "test", "run", "models", "structure", "exports", "criteria", "mutants"),
    *("stop_on_error", "repair", "total", "calls", "predict_on", "questions", "untouched"),
)
LATER = ("amend",)
CRITERION_KEYS = ("id", "points", "check", "needs", "when_unmet", "title", "hint", "visibility", "model")
TEST = Literal["hidden", "public"]
VISIBILITY = Literal["visible", "hidden"]
POINTS_CAP = 1000.0
CRITERIA_CAP = 200


def load(path: Path) -> Rubric:
    """The rubric in a file. Raises RubricError: ``path:line: what; did you mean ...?``."""
    return parse(read_file(path, "the rubric", RubricError), str(path))


def parse(content: bytes, name: str) -> Rubric:
    """The rubric in ``content``; ``name`` begins every complaint. Raises RubricError."""
    read = Reader(name)
    top = yaml_lines.read(content, name)
    if top is None:
        read.refuse(1, "the file is empty")
    _refuse_later(read.mapping(top, "a rubric"), top, read)
    entries = read.keys(top, "a rubric", KEYS)
    for key in ("exercise", "title", "data", "criteria"):
        if key not in entries:
            read.refuse(1, f"`{key}` is missing")
    stop = read.read(entries["stop_on_error"], bool, "`stop_on_error`") if "stop_on_error" in entries else False
    structure = settings.structure(entries.get("structure"), read)
    exports, export_shapes = settings.exports(entries.get("exports"), read)
    models = settings.models(entries.get("models"), read)
    calls = hidden.calls(entries.get("calls"), read)
    predict_on = hidden.predict_on(entries.get("predict_on"), models, read)
    criteria = _criteria(entries["criteria"], models, read)
    asked = hidden.question_set(entries.get("questions"), read)
    around = rules.Around(
        structure=tuple(line.id for line in structure),
        exports=exports,
        cases={name: len(cases) for name, cases in calls.items()},
        answers=tuple(one.params["answer"] for one in criteria if "answer" in one.params),
        slots=questions.slots(asked) if asked is not None else {},
    )
    _hold_rules(criteria, entries["criteria"], around, read)
    hidden.hold(criteria, calls, predict_on, read)
    if "total" in entries:
        _total(entries["total"], criteria, read)
    test: Literal["hidden", "public"] = "hidden"
    if "test" in entries:
        test = read.read(entries["test"], TEST, "`test`")
    return Rubric(
        exercise=settings.identifier(entries["exercise"], "`exercise`", read),
        title=settings.words(entries["title"], "`title`", read),
        data=settings.identifier(entries["data"], "`data`", read),
        test=test,
        run=settings.run_spec(entries.get("run"), entries.get("repair"), stop, read),
        criteria=criteria,
        models=models,
        structure=structure,
        exports=exports,
        export_shapes=export_shapes,
        calls=calls,
        predict_on=predict_on,
        questions=asked,
        untouched=_untouched(entries.get("untouched"), criteria, read),
        mutants=_mutants(entries.get("mutants"), criteria, read),
        path=name,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def run_key_part(rubric: Rubric) -> dict[str, Any]:
    """What sandbox 1 depends on, as JSON data: data, test, exports and their shapes, and everything of ``run``.

    ``seeds`` is left out: it says how many runs there are, not what happens in one. So is ``models``: every model is
    recorded, and which of them is graded is looked up afterwards.
    """
    run = asdict(rubric.run)
    del run["seeds"]
    return {
        "data": rubric.data,
        "test": rubric.test,
        "run": run,
        "exports": list(rubric.exports),
        "export_shapes": {name: list(shape) for name, shape in sorted(rubric.export_shapes.items())},
    }


def _refuse_later(entries: Mapping[Any, Located], top: Located, read: Reader) -> None:
    for key in LATER:
        if key in entries:
            read.refuse((top.key_lines or {})[key], f"`{key}` is not supported by this version")


def _criteria(found: Located, models: Mapping[str, ModelChoice], read: Reader) -> tuple[Criterion, ...]:
    items = read.items(found, "`criteria`")
    if not 1 <= len(items) <= CRITERIA_CAP:
        read.refuse(found.line, f"`criteria` has {len(items)} entries; 1 to {CRITERIA_CAP} are possible")
    criteria: dict[str, Criterion] = {}
    for item in items:
        one = _criterion(item, models, read)
        if one.id in criteria:
            first = criteria[one.id].line
            read.refuse(one.line, f"two criteria have the id {one.id!r} (the other is on line {first})")
        criteria[one.id] = one
    for item, one in zip(items, criteria.values(), strict=True):
        for needed in one.needs:
            if needed not in criteria:
                line = item.value["needs"].line
                read.within(f"criterion {one.id!r}").refuse(
                    line, f"needs: no criterion {needed!r}", needed, tuple(criteria)
                )
    _refuse_cycles(criteria, read)
    return tuple(criteria.values())


def _criterion(found: Located, models: Mapping[str, ModelChoice], read: Reader) -> Criterion:
    entries = read.mapping(found, "a criterion")
    for key in ("id", "points", "check"):
        if key not in entries:
            read.refuse(found.line, f"a criterion lacks `{key}`")
    id = settings.identifier(entries["id"], "a criterion's id", read)
    read = read.within(f"criterion {id!r}")
    name = read.text(entries["check"], "check")
    if name not in checks.REGISTRY:
        read.refuse(entries["check"].line, f"no check {name!r}", name, tuple(sorted(checks.REGISTRY)))
    needs = read.read(entries["needs"], Sequence[str], "needs") if "needs" in entries else ()
    return Criterion(
        id=id,
        points=_points(entries["points"], read),
        check=name,
        params=_params(found, name, read),
        needs=tuple(dict.fromkeys(needs)),
        when_unmet=_when_unmet(entries, needs, read),
        model=_model(entries.get("model"), name, models, found.line, read),
        title=settings.words(entries["title"], "title", read) if "title" in entries else {},
        hint=settings.words(entries["hint"], "hint", read) if "hint" in entries else {},
        visibility=read.read(entries["visibility"], VISIBILITY, "visibility") if "visibility" in entries else "visible",
        line=found.line,
    )


def _points(found: Located, read: Reader) -> float:
    points: float = read.read(found, float, "points")
    if not 0 < points <= POINTS_CAP:
        read.refuse(found.line, f"points: {points:g} is not possible; above 0, at most {POINTS_CAP:g}")
    return points


def _when_unmet(entries: Mapping[Any, Located], needs: Sequence[str], read: Reader) -> float:
    if "when_unmet" not in entries:
        return 0.0
    found = entries["when_unmet"]
    share: float = read.read(found, float, "when_unmet")
    if not 0 <= share < 1:
        read.refuse(found.line, f"when_unmet: {share:g} is not a share from 0 to below 1")
    if not needs:
        read.refuse(found.line, "when_unmet says nothing without `needs`")
    return share


def _model(found: Located | None, check: str, models: Mapping[str, ModelChoice], line: int, read: Reader) -> str:
    name = "main" if found is None else read.text(found, "model")
    if name not in models and (found is not None or checks.REGISTRY[check].about_model):
        read.refuse(found.line if found else line, f"model: `models` has no {name!r}", name, tuple(models))
    return name


def _params(found: Located, check: str, read: Reader) -> Mapping[str, Any]:
    parameters = checks.REGISTRY[check].parameters
    known = (*CRITERION_KEYS, *parameters)
    for key in found.value:
        if key not in known:
            line = (found.key_lines or {})[key]
            read.refuse(line, f"the check {check!r} has no parameter {key!r}", str(key), known)
    for name, parameter in parameters.items():
        if parameter.default is checks.REQUIRED and name not in found.value:
            read.refuse(found.line, f"the check {check!r} needs `{name}`")
    return {
        name: read.read(found.value[name], parameter.annotation, name)
        for name, parameter in parameters.items()
        if name in found.value
    }


def _hold_rules(criteria: Sequence[Criterion], found: Located, around: rules.Around, read: Reader) -> None:
    for item, one in zip(found.value, criteria, strict=True):
        for complaint in rules.complaints(one.check, one.params, around):
            place = item.value.get(complaint.parameter, item)
            line = (item.key_lines or {}).get(complaint.parameter, place.line)
            name = f"{complaint.parameter}: " if complaint.parameter else ""
            read.within(f"criterion {one.id!r}").refuse(
                line, f"{name}{complaint.text}", complaint.given, complaint.names
            )


def _refuse_cycles(criteria: Mapping[str, Criterion], read: Reader) -> None:
    settled: set[str] = set()
    while len(settled) < len(criteria):
        free = {id for id, one in criteria.items() if id not in settled and set(one.needs) <= settled}
        if not free:
            stuck = [one for id, one in criteria.items() if id not in settled]
            names = ", ".join(one.id for one in stuck)
            read.refuse(stuck[0].line, f"the needs of these criteria run in a circle: {names}")
        settled |= free


def _total(found: Located, criteria: Sequence[Criterion], read: Reader) -> None:
    total = read.read(found, float, "`total`")
    there = fsum(one.points for one in criteria)
    if not isclose(total, there, abs_tol=1e-9):
        read.refuse(found.line, f"`total` is {total:g}, but the points of the criteria make {there:g}")


def _mutants(found: Located | None, criteria: Sequence[Criterion], read: Reader) -> Mapping[str, MutantSpec]:
    """``name: [criteria]`` for a mistake of the catalogue, ``name: {replace: {old: new}, costs: [criteria]}``."""
    mutants: dict[str, MutantSpec] = {}
    for name, said in (read.mapping(found, "`mutants`") if found is not None else {}).items():
        what = f"`mutants: {name}`"
        if not isinstance(said.value, dict):
            mutants[str(name)] = MutantSpec(costs=_ids(said, what, criteria, read))
            continue
        entries = read.keys(said, what, ("replace", "costs"))
        for key in ("replace", "costs"):
            if key not in entries:
                read.refuse(said.line, f"{what} lacks `{key}`")
        pairs = read.mapping(entries["replace"], f"{what}: replace").items()
        mutants[str(name)] = MutantSpec(
            costs=_ids(entries["costs"], what, criteria, read),
            replace=tuple((str(old), new.written) for old, new in pairs),
        )
    return mutants


def _untouched(found: Located | None, criteria: Sequence[Criterion], read: Reader) -> tuple[str, ...]:
    return () if found is None else _ids(found, "`untouched`", criteria, read)


def _ids(found: Located, what: str, criteria: Sequence[Criterion], read: Reader) -> tuple[str, ...]:
    """Ids of criteria that there are."""
    known = tuple(one.id for one in criteria)
    for item in read.items(found, what):
        if item.value not in known:
            read.refuse(item.line, f"{what}: no criterion {item.written!r}", item.written, known)
    return tuple(item.value for item in found.value)
