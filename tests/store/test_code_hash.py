"""Which modules a step rests on: found from the text of imports, the same as Python's own parser finds."""

from __future__ import annotations

import ast

import pytest

from grader.store import code_hash

MODULES = sorted(
    ".".join(("grader", *path.relative_to(code_hash.PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in code_hash.PACKAGE.rglob("*.py")
)


def parsed(module: str) -> set[str]:
    """What a module imports of this package, by ``ast``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code_hash.path_of(module).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] == "grader"}
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "grader":
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if code_hash.is_module(name) else str(node.module) for name in inner}
    return found - {"grader"}


def test_the_imports_of_a_module_are_those_that_python_sees() -> None:
    assert len(MODULES) > 200
    for module in MODULES:
        assert set(code_hash.imported(module)) == parsed(module), module


def test_every_import_is_followed_and_packages_on_the_way_count() -> None:
    found = code_hash.closure("grader.child.predict")
    inside = code_hash.closure("grader.child.predict", packages=False)
    assert set(inside) == {
        "grader.child.predict",
        "grader.child.paths",
        "grader.models.preprocess.apply",
        "grader.untrusted.frames",
    }
    assert {"grader.child", "grader.models", "grader.models.preprocess", "grader.untrusted"} <= set(found) - set(inside)
    assert "grader" not in found


def test_what_lies_beyond_is_not_entered() -> None:
    far = code_hash.closure("grader.evidence.predict")
    near = code_hash.closure("grader.evidence.predict", beyond=("grader.sandbox", "grader.data"))
    assert {"grader.sandbox", "grader.sandbox.session", "grader.data.sets"} <= set(far) - set(near)
    assert "grader.models.preprocess.matching" in near


def test_mounted_files_are_named_relative_to_the_package_without_any_init() -> None:
    names = code_hash.mounted_names("grader.child.runner.run")
    assert "child/runner/run.py" in names
    assert "untrusted/frames.py" in names
    assert not [name for name in names if name.endswith("__init__.py")]


def test_a_root_that_is_no_module_is_refused() -> None:
    with pytest.raises(ValueError, match=r"grader\.child\.runer: this package has no such module"):
        code_hash.closure("grader.child.runer")


def test_a_hash_depends_on_names_and_contents() -> None:
    one, two = ("grader.errors",), ("grader.child.paths",)
    assert code_hash.sha256_of(one) == code_hash.sha256_of(list(one))
    assert len({code_hash.sha256_of(one), code_hash.sha256_of(two), code_hash.sha256_of((*one, *two))}) == 3
    assert len(code_hash.sha256_of_package()) == 64
