"""Hashes of this program's own modules: what was made by other code is made again.

Which modules a step rests on follows from imports; only where it begins and what is left out is listed. A module is
named as in an import (``grader.child.predict``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
# ruff format writes every import in one of these ways; a test holds this against Python's own parser.
_IMPORT = re.compile(
    r"^[ \t]*from (?P<module>grader[\w.]*) import (?:\((?P<lines>[^)]*)\)|(?P<line>[^\n]*))", re.MULTILINE
)
_COMMENT = re.compile(r"#[^\n]*")
_NAME = re.compile(r"(\w+)(?:\s+as\s+\w+)?\s*(?:,|$)")


def closure(*roots: str, beyond: Collection[str] = (), packages: bool = True) -> tuple[str, ...]:
    """The modules that ``roots`` import, directly or not, and ``roots`` themselves; sorted.

    Modules and packages in ``beyond`` are not entered. ``packages``: with the ``__init__`` of each package on the way,
    which Python runs too; without them where no ``__init__`` is, as inside a sandbox. ``grader`` itself is never among
    them: it holds the version and decides nothing. Raises ValueError for a root that is no module.
    """
    reached: set[str] = set()
    waiting = list(roots)
    while waiting:
        module = waiting.pop()
        if module in reached or any(module == name or module.startswith(f"{name}.") for name in beyond):
            continue
        reached.add(module)
        waiting += imported(module)
        parent = module.rpartition(".")[0]
        if packages and "." in parent:
            waiting.append(parent)
    return tuple(sorted(reached))


@cache
def imported(module: str) -> tuple[str, ...]:
    """The modules of this package that a module imports anywhere in its text; sorted."""
    return tuple(sorted(set(_imports(path_of(module).read_text("utf-8")))))


def _imports(source: str) -> Iterator[str]:
    for found in _IMPORT.finditer(source):
        names = _COMMENT.sub("", found["line"] if found["lines"] is None else found["lines"]).strip()
        for name in _NAME.findall(names):
            inner = f"{found['module']}.{name}"
            if is_module(inner):
                yield inner
            elif found["module"] != "grader":
                yield found["module"]


def is_module(name: str) -> bool:
    """Whether this package has a module or a package of that name."""
    return _file(name) is not None


def path_of(module: str) -> Path:
    """The file of a module. Raises ValueError when there is none."""
    file = _file(module)
    if file is None:
        raise ValueError(f"{module}: this package has no such module")
    return file


def _file(module: str) -> Path | None:
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def mounted_names(*roots: str) -> tuple[str, ...]:
    """What ``roots`` need inside a sandbox: names of files relative to the package, without any ``__init__``."""
    modules = closure(*roots, packages=False)
    return tuple(str(path_of(module).relative_to(PACKAGE)) for module in modules)


def sha256_of(modules: Collection[str]) -> str:
    """Hash of modules: their names and what their files hold."""
    return _sha256((module, path_of(module)) for module in sorted(modules))


def sha256_of_package() -> str:
    """Hash of everything in the package: code, templates, styles."""
    files = sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".j2", ".css"))
    return _sha256((str(path.relative_to(PACKAGE)), path) for path in files)


def _sha256(files: Iterable[tuple[str, Path]]) -> str:
    digest = hashlib.sha256()
    for name, path in files:
        content = path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
