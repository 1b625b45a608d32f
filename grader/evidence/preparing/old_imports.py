"""Imports of names that Keras 3 dropped, run as what they are called today, where a rubric allows it.

Pure, and done before anything runs: a line that fails would take the rest of its cell along. Only renames that are
known to give the same thing are made, one line at a time, so that every line keeps its number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.records import OldImport
from grader.untrusted.old_names import MODULES, RESPELLED

_FROM = re.compile(r"(?P<start>\s*from\s+)(?P<module>[\w.]+)(?P<middle>\s+import\b)(?P<rest>.*)", re.DOTALL)
_PLAIN = re.compile(r"(?P<start>\s*import\s+)(?P<module>[\w.]+)(?P<rest>\s+as\s+\w+\s*(?:#.*)?)$")
_ROOT = re.compile(r"(?:tensorflow\.)?keras\b")
_NAME = re.compile(r"(?<!\w)(?P<name>[A-Za-z_]\w*)(?P<alias>\s+as\s+\w+)?")
_LENGTH_CAP = 1000  # characters of a line that is looked at

_NP_UTILS = "utils.np_utils"
_NP_UTILS_NAME = re.compile(r"\bnp_utils\b(?:\s+as\s+(?P<alias>\w+))?")
_GENERATOR = "ImageDataGenerator"
_GENERATORS_MODULE = "tensorflow.keras.preprocessing.image"


def repaired(source: str) -> str:
    """The source of a cell with the imports of today; the same text when none needs it."""
    return "\n".join(_line(line) for line in source.split("\n"))


def old_imports(cells: Mapping[int, str]) -> tuple[OldImport, ...]:
    """What ``repaired`` changes in a notebook (cell number -> source): each line as it is and as it would be today."""
    found = []
    for cell, source in cells.items():
        for number, line in enumerate(source.split("\n"), start=1):
            today = _line(line)
            if today != line:
                found.append(OldImport(cell=cell, line=number, written=line.strip()[:200], today=today.strip()[:200]))
    return tuple(found)


def _line(line: str) -> str:
    if "import" not in line or ";" in line or len(line) > _LENGTH_CAP:  # several statements: a person's hand
        return line
    plain = _PLAIN.match(line)
    if plain:
        return f"{plain['start']}{_module(plain['module'])}{plain['rest']}"
    found = _FROM.match(line)
    if found is None or not _ROOT.match(found["module"]):
        return line
    module, rest = found["module"], found["rest"]
    if _GENERATOR in rest and module.endswith("preprocessing.image"):
        module = _GENERATORS_MODULE
    elif module.endswith("keras.utils") and _NP_UTILS_NAME.search(rest):
        return _without_np_utils(found)
    else:
        module, rest = _module(module), _renamed(rest)
    return f"{found['start']}{module}{found['middle']}{rest}"


def _without_np_utils(line: re.Match[str]) -> str:
    """``np_utils`` held what ``utils`` holds today; other names of the line stay imported."""
    code, mark, comment = line["rest"].partition("#")
    found = _NP_UTILS_NAME.search(code)
    if found is None or "(" in code:
        return line[0]
    others = ", ".join(name.strip() for name in code.replace(found[0], "").split(",") if name.strip())
    before = f"{line['start']}{line['module']}{line['middle']} {others}; from " if others else line["start"]
    space = code[len(code.rstrip()) :]
    root = line["module"].removesuffix(".utils")
    return f"{before}{root} import utils as {found['alias'] or 'np_utils'}{space}{mark}{comment}"


def _module(module: str) -> str:
    """Where the members of an old module are today: under the same root, ``keras`` or ``tensorflow.keras``."""
    root = _ROOT.match(module)
    if root is None:
        return module
    inner = module[root.end() :].removeprefix(".")
    if inner == _NP_UTILS:
        return f"{root[0]}.utils"
    known = next((old for old in MODULES if inner == old or inner.startswith(f"{old}.")), None)
    return module if known is None else MODULES[known].replace("keras", root[0], 1)


def _renamed(rest: str) -> str:
    """The imported names as of today, each still known by the name that the notebook uses."""
    code, mark, comment = rest.partition("#")

    def today(found: re.Match[str]) -> str:
        name = found["name"]
        return found[0] if name not in RESPELLED else f"{RESPELLED[name]}{found['alias'] or f' as {name}'}"

    return f"{_NAME.sub(today, code)}{mark}{comment}"
