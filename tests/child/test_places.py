"""Google Drive and Kaggle's input in a plain folder, and what ``google.colab`` gives: without any sandbox."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.child.recorder import colab, places
from grader.sandbox import command


class Told(list[tuple[str, dict[str, Any]]]):
    """Notices, as the recorder takes them."""

    def __call__(self, key: str, **values: Any) -> None:
        self.append((key, values))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """The folder of a notebook with a table beside it, and pictures in a folder."""
    folder = tmp_path / "work"
    (folder / "fotos").mkdir(parents=True)
    (folder / "entrega.ipynb").write_text("{}")
    (folder / "notas.csv").write_text("a,b\n")
    (folder / "fotos" / "uno.png").write_bytes(b"png")
    return folder


@pytest.fixture
def drive(work: Path, told: Told) -> places.Places:
    """A mounted Drive in the notebook's folder."""
    made = places.Places(str(work), (), told)
    made.colab = True
    made.mount(str(work / "drive"))
    return made


def test_the_links_are_those_of_every_sandbox() -> None:
    assert places.LINKS == command.LINKS


def test_where_the_links_are_missing_nothing_is_made_and_the_card_says_so(work: Path, told: Told) -> None:
    before = sorted(work.rglob("*"))
    made = places.Places(str(work), ("colab", "drive", "kaggle"), told)
    made.open()
    made.mount("/content/drive")
    assert [key for key, _ in told] == ["runs.folder_of_service_missing"] * 2
    assert [values["name"] for _, values in told] == ["/content", "/kaggle"]
    assert sorted(work.rglob("*")) == before


def test_both_names_of_the_drive_lead_to_one_folder(drive: places.Places, work: Path) -> None:
    (work / "drive/MyDrive/a").write_text("x")
    assert (work / "drive/My Drive/a").read_text() == "x"
    drive.mount(str(work / "drive"))  # again


@pytest.mark.parametrize("name", ["MyDrive/curso", "My Drive/curso", "MyDrive/un/dos tres"])
def test_a_folder_that_is_entered_is_there_and_empty(drive: places.Places, work: Path, told: Told, name: str) -> None:
    path = f"{work}/drive/{name}"
    drive._hear("os.chdir", (path,))
    assert os.listdir(path) == []
    assert told == [("runs.folder_is_empty", {"name": path})]


def test_a_file_is_written_into_a_folder_that_was_on_the_drive(drive: places.Places, work: Path, told: Told) -> None:
    path = f"{work}/drive/MyDrive/a/b/c.txt"
    drive._hear("open", (path, "w", os.O_WRONLY | os.O_CREAT))
    Path(path).write_text("x")
    assert told == []


def test_a_file_that_is_read_is_the_submitted_one_of_that_name(drive: places.Places, work: Path, told: Told) -> None:
    path = f"{work}/drive/My Drive/otra/notas.csv"
    drive._hear("open", (path.encode(), "r", os.O_RDONLY))
    assert Path(path).read_text() == "a,b\n"
    assert not os.path.samefile(path, work / "notas.csv")
    shutil.copy(path, work)  # which refuses one and the same file
    assert told == [("runs.submitted_file_read", {"name": path})]
    drive._hear("os.listdir", (f"{work}/drive/MyDrive/fotos",))
    assert os.listdir(work / "drive/MyDrive/fotos") == ["uno.png"]


def test_a_file_that_nobody_submitted_is_not_there(drive: places.Places, work: Path, told: Told) -> None:
    drive._hear("open", (f"{work}/drive/MyDrive/x/fehlt.csv", "r", os.O_RDONLY))
    assert not (work / "drive/MyDrive/x").exists()
    assert told == []


@pytest.mark.parametrize(
    ("event", "given"),
    [
        ("open", (3, "r", os.O_RDONLY)), ("open", ("\0", "r", os.O_RDONLY)), ("open", (None, None, None)),
        ("os.listdir", (None,)), ("os.chdir", (7,)), ("os.mkdir", ("", 0o777, -1)), ("import", ("x",)),
    ],
)  # fmt: skip
def test_whatever_else_python_tells_changes_nothing(
    drive: places.Places, work: Path, event: str, given: tuple[Any, ...]
) -> None:
    before = sorted(work.rglob("*"))
    drive._hear(event, given)
    assert sorted(work.rglob("*")) == before


def test_a_folder_elsewhere_is_left_alone(drive: places.Places, work: Path) -> None:
    drive._hear("os.chdir", (f"{work}/drivers/MyDrive/x",))
    drive._hear("os.chdir", (f"{work}/drive/MyDrive/../../datos",))
    drive._hear("os.chdir", (f"{work}/drive/propio",))
    assert sorted(path.name for path in work.iterdir()) == ["drive", "entrega.ipynb", "fotos", "notas.csv"]
    assert not (work / "drive/propio").exists()


def test_a_link_in_the_drive_leads_no_further(drive: places.Places, work: Path, tmp_path: Path) -> None:
    (work / "drive/MyDrive/salida").symlink_to(tmp_path / "fuera")
    drive._hear("open", (f"{work}/drive/MyDrive/salida/a/notas.csv", "w", os.O_CREAT))
    assert not (tmp_path / "fuera").exists()


def test_a_drive_where_a_file_lies_is_told(work: Path, told: Told) -> None:
    made = places.Places(str(work), (), told)
    made.colab = True
    made.mount(str(work / "notas.csv"))
    assert told == [("runs.drive_not_mounted", {"name": str(work / "notas.csv")})]


def test_a_loop_over_many_files_leaves_room_for_other_notices(drive: places.Places, work: Path, told: Told) -> None:
    for number in range(50):
        drive._hear("os.listdir", (f"{work}/drive/MyDrive/{number}",))
    assert len(told) == places.TOLD_CAP


# ---------------------------------------------------------------- google.colab


@pytest.fixture
def installed(work: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The shell of a notebook of Colab."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setitem(sys.modules, "google", ModuleType("google"))
    sys.modules["google"].__path__ = []
    shell = type("ZMQInteractiveShell", (), {})()
    colab.install(shell, places.Places(str(work), (), told), str(work / "entrega.ipynb"), told)
    yield shell
    for name in [name for name in sys.modules if name.startswith("google.colab")]:
        del sys.modules[name]


def test_the_package_is_there_and_the_shell_says_that_it_is_colabs(installed: Any) -> None:
    assert "google.colab" in sys.modules
    assert "google.colab" in str(installed)
    assert "google.colab" in str(type(installed))


def test_every_way_to_import_works(installed: Any, told: Told) -> None:
    ways = (
        "import google.colab.drive; google.colab.drive.flush_and_unmount()",
        "from google.colab import drive, files, auth, runtime, userdata, output, patches, data_table, widgets",
        "from google.colab.patches import cv2_imshow",
        "from google.colab import auth; auth.authenticate_user()",
        "import google.colab as gc; gc.files.download('a')",
        "from google.colab.data_table import DataTable; assert DataTable([1], num_rows_per_page=3) == [1]",
    )
    for way in ways:
        exec(way, {})
    assert told == []


def test_what_is_unknown_does_nothing_and_is_told(installed: Any, told: Told) -> None:
    exec("from google.colab import ai\nassert not ai.generate_text('x')\nassert list(ai.models()) == []", {})
    exec("from google.colab import runtime\nruntime.unassign()\nruntime.other().more", {})
    exec("from google.colab import thing\nwith thing().a: pass", {})
    assert [values["name"] for _, values in told] == [
        "google.colab.ai",
        "google.colab.runtime.unassign",
        "google.colab.runtime.other",
        "google.colab.thing",
    ]
    assert not hasattr(importlib.import_module("google.colab.ai"), "__wrapped__")


def test_a_secret_is_empty_and_its_errors_have_names(installed: Any, told: Told) -> None:
    userdata = importlib.import_module("google.colab.userdata")
    assert userdata.get("KEY") == ""
    assert issubclass(userdata.SecretNotFoundError, Exception)
    assert told == [("runs.secret_empty", {"name": "KEY"})]


def test_what_lies_beside_the_notebook_is_uploaded(installed: Any, told: Told, work: Path) -> None:
    (work / "made-later.txt").write_text("x")
    assert importlib.import_module("google.colab.files").upload() == {"notas.csv": b"a,b\n"}
    assert told == [("runs.upload_given", {"names": "notas.csv"})]


def test_where_nothing_lies_nothing_is_uploaded(tmp_path: Path, told: Told) -> None:
    members = colab._members(places.Places(str(tmp_path), (), told), colab._uploads(str(tmp_path), "a.ipynb"), told)
    assert members["files"]["upload"]() == {}
    assert told == [("runs.upload_empty", {})]


@pytest.mark.parametrize("name", ["google.py", "google/colab.py", "google/__init__.py"])
def test_a_package_google_of_the_students_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(sys.modules, "google", ModuleType("google"))
    colab.make_way(str(tmp_path))
    assert "google" in sys.modules
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    colab.make_way(str(tmp_path))
    assert "google" not in sys.modules
