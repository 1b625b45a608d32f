"""What an entry of the catalogue is: a function from a notebook and the text after the colon to a notebook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grader.course.notebooks import Notebook

Edit = Callable[[Notebook, str], Notebook]
"""(reference, argument) -> mutant. Raises CourseError when there is nothing to change."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """One entry: how it is made, what it is in one line, and what may (``[:N]``) or must (``:KEY``) follow its name."""

    edit: Edit
    en: str
    es: str
    takes: str = ""
