"""Which libraries the programs inside a sandbox can import, found out without importing any."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator
from functools import cache

from grader.errors import SandboxError
from grader.sandbox import container


def absent(names: Collection[str]) -> frozenset[str]:
    """Those of ``names`` that no program inside can import.

    None in a container: what its image holds beside Python is not known here.
    """
    return frozenset() if not names or _in_container() else frozenset(names) - _installed()


def _in_container() -> bool:
    try:
        return container.chosen() is not None
    except SandboxError:  # whoever starts one says so
        return True


@cache
def _installed() -> frozenset[str]:
    """The names of all modules and packages below this interpreter, of its standard library too."""
    return frozenset((*sys.stdlib_module_names, *sys.builtin_module_names, *_in_folders()))


def _in_folders() -> Iterator[str]:
    trees = (sys.prefix, sys.base_prefix, "/usr/")
    for folder in sys.path:
        if folder.startswith(trees) and os.path.isdir(folder):
            yield from (name.partition(".")[0] for name in os.listdir(folder))
