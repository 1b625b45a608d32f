"""Build hook: puts the course into the wheel as grader/shipped/; an editable install reads it from the checkout."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COURSE = ("rubrics", "reference", "exercises")


class CourseInWheel(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the three course folders to wheels that are really installed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build_data["force_include"].update({folder: f"grader/shipped/{folder}" for folder in COURSE})
