from __future__ import annotations

import pytest

from grader.errors import SandboxError
from grader.sandbox import absent, container, installed

NAMES = {"numpy", "google", "IPython", "os", "sys", "mpl_toolkits", "no_such_library"}


def test_what_is_installed_is_found_without_an_import() -> None:
    assert absent(NAMES) == {"no_such_library"}
    assert absent(()) == frozenset()


def test_the_folders_of_a_teacher_are_not_installed_inside() -> None:
    assert absent({"rubrics", "reference", "exercises"}) == {"rubrics", "reference", "exercises"}


def test_what_an_image_holds_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = container.Engine(name="podman", program="/usr/bin/podman", image="x")
    monkeypatch.setattr(container, "chosen", lambda: engine)
    assert absent(NAMES) == frozenset()

    def wrong() -> None:
        raise SandboxError("GRADER_CONTAINER=x")

    monkeypatch.setattr(installed.container, "chosen", wrong)
    assert absent(NAMES) == frozenset()
