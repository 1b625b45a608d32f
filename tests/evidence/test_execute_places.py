"""The folders of Colab and Kaggle in real sandboxes, warm and cold: there for their notebooks, and for no others."""

from __future__ import annotations

import hashlib
import json
import os

import pytest

from grader import sandbox
from grader.evidence import execute
from grader.evidence.events import events
from grader.records import Limits, Run, RunSpec, Submission
from grader.sandbox import command, warm
from tests.support.notebooks import notebook
from tests.support.runs import told

pytestmark = [pytest.mark.sandbox, pytest.mark.keras]
FILES = {
    "entrega/notas.csv": b"a,b\n",
    "entrega/content/a.txt": b"own",
    "entrega/drive/a.txt": b"own",
    "tmp/.content": b"no link",
}


def run(*cells: str, folder: str = "entrega/") -> Run:
    content = notebook(*cells)
    entry = f"{folder}a.ipynb"
    files = {**FILES, entry: content}
    digest = hashlib.sha256(content).hexdigest()
    submitted = Submission(student="ana", exercise="a", files=files, entry=entry, sha256=digest)
    return execute.execute(submitted, RunSpec(limits=Limits(time_s=200, cell_s=150)), inputs=execute.Inputs())


def printed(ran: Run) -> list[str]:
    assert ran.ended == "ok", (ran.failed, ran.detail)
    return [cell["output"].strip() for cell in told(ran, "cells")]


@pytest.mark.parametrize("start", ["warm", "cold"])
def test_a_notebook_of_colab_finds_its_folders(start: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if start == "cold":
        monkeypatch.setenv(warm.ENABLED, "0")
    ran = run(
        """
        from google.colab import drive
        drive.mount("/content/drive")
        import os, json
        links = ("/content", "/content/drive", "/gdrive", "/kaggle")
        print(json.dumps({link: os.path.realpath(link) for link in links}))
        """,
        """
        for name in ("notas.csv", "content/a.txt", "drive/a.txt"):
            print(open(f"/content/{name}").read())
        """,
        """
        import keras
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
        model.save("/content/drive/MyDrive/redes/red.keras")
        model.save_weights("/content/drive/My Drive/pesos/red.weights.h5")
        model.save("/content/red.keras")
        keras.models.load_model("red.keras")
        print(open("/content/drive/MyDrive/curso/notas.csv").read())
        """,
        """
        drive.mount("/gdrive")
        %cd /gdrive/MyDrive/curso
        open("b.txt", "w").write("b")
        """,
    )
    shown = printed(ran)
    assert json.loads(shown[0].splitlines()[-1]) == {
        "/content": "/tmp/work/entrega",
        "/content/drive": "/tmp/work/entrega/drive",
        "/gdrive": "/tmp/.gdrive",
        "/kaggle": "/tmp/.kaggle",
    }
    assert shown[1].split() == ["a,b", "own", "own"]
    assert shown[3].splitlines()[-1].endswith("/tmp/.gdrive/MyDrive/curso")
    paths = [event.path for event in events(ran)]
    assert paths[0] == "entrega/drive/MyDrive/redes/red.keras"
    assert paths[-2:] == ["entrega/red.keras"] * 2
    assert start == "warm" or not ran.isolation.endswith(", warm")


def test_another_notebook_finds_none_of_it_and_can_put_nothing_there() -> None:
    ran = run(
        """
        import os, sys
        there = [name for name in ("/conte" + "nt", "/gdrive", "/kaggle") if os.path.exists(name)]
        print(there, "google.colab" in sys.modules)
        try:
            import google.colab
        except ImportError as error:
            print(error)
        """,
        """
        for link in ("/conte" + "nt", "/kagg" + "le"):
            for attempt in (os.unlink, lambda path: os.symlink("/etc", path), lambda path: os.rename(path, "/x")):
                try:
                    attempt(link)
                except OSError as error:
                    print(error.errno)
        """,
        """
        os.symlink("/etc", "/tmp/.cont" + "ent")
        print(os.path.exists("/cont" + "ent/passwd"), os.path.realpath("/conte" + "nt"))
        """,
        folder="",
    )
    shown = printed(ran)
    assert shown[0].splitlines() == ["[] False", "No module named 'google.colab'"]
    assert set(shown[1].split()) <= {"13", "17", "18", "30"}  # nothing that lies in the root can be changed
    assert shown[2] == "True /etc"  # the sandbox's own: a link opens nothing that was not open


def test_a_file_that_is_read_on_drive_and_was_not_submitted_fails_as_a_missing_file() -> None:
    ran = run("from google.colab import drive", "open('/content/drive/MyDrive/x.csv')")
    (failed,) = ran.failed
    assert (failed.error, failed.text) == (
        "FileNotFoundError",
        "[Errno 2] No such file or directory: '/content/drive/MyDrive/x.csv'",
    )


def test_every_link_is_a_path_of_the_root_into_the_memory_of_the_run() -> None:
    assert all(link.count("/") == 1 for link in command.LINKS)
    assert all(target.startswith("/tmp/.") for target in command.LINKS.values())


def test_without_a_sandbox_nothing_is_made_on_the_machine_and_the_run_says_so() -> None:
    there = os.path.lexists("/content")
    with sandbox.without_isolation():
        ran = run(
            "from google.colab import drive; drive.mount('/content/drive')\nopen('notas.csv').read()",
            "open('/content/drive/MyDrive/no/such/folder/x.txt', 'w')",
        )
    assert [(failed.cell, failed.error) for failed in ran.failed] == [(2, "FileNotFoundError")]
    assert [notice["key"] for notice in told(ran, "status")["notices"]] == ["runs.folder_of_service_missing"]
    assert os.path.lexists("/content") == there
