"""The folders that notebooks of Colab and Kaggle expect: their working folder, Google Drive, Kaggle's input.

A sandbox holds links that lead nowhere until a notebook of such a service runs. Where they are missing (no sandbox, an
old image) nothing is made: these paths may be the teacher's own.

What the student has on Drive or Kaggle is not here. A notebook that goes to a folder there finds it empty, one that
writes into a folder finds that folder, and one that reads a file gets the file of that name that was submitted.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import h5py

from grader.child.paths import inside

Notice = Callable[..., None]
LINKS = {"/content": "/tmp/.content", "/gdrive": "/tmp/.gdrive", "/kaggle": "/tmp/.kaggle"}  # as in sandbox.command
DRIVES = ("MyDrive", "My Drive", "Shareddrives")  # what a mounted Drive shows
ENTERED = ("os.chdir", "os.listdir", "os.scandir")
NAME_CAP = 200
TOLD_CAP = 3  # notices of one kind: there is room for so many only


class Places:
    """The folders of the services that one notebook was written for; ``folder`` is the notebook's own."""

    def __init__(self, folder: str, services: Collection[str], notice: Notice) -> None:
        self.folder = os.path.realpath(folder)
        self.services = services
        self.notice = notice
        self.colab = "colab" in services and _is_ours("/content")
        self.kaggle = "kaggle" in services and _is_ours("/kaggle")
        self.elsewhere: list[str] = []  # folders with what is not here
        self.submitted = _by_name(self.folder)
        self.told: Counter[str] = Counter()
        self.busy = False

    def open(self) -> None:
        """Make what the services have from the start, and look on from now."""
        for service, name in (("colab", "/content"), ("kaggle", "/kaggle")):
            if service in self.services and not _is_ours(name):
                self.notice("runs.folder_of_service_missing", name=name)
        if self.colab:
            os.symlink(self.folder, LINKS["/content"])
            os.environ.update(COLAB_RELEASE_TAG="release-colab", COLAB_GPU="")
            self.elsewhere += [f"{self.folder}/drive/{name}" for name in DRIVES]
            if "drive" in self.services:
                self.mount("/content/drive")
        if self.kaggle:
            os.mkdir(LINKS["/kaggle"])
            os.symlink(self.folder, f"{LINKS['/kaggle']}/working")
            os.environ["KAGGLE_KERNEL_RUN_TYPE"] = "Batch"
            self.elsewhere += [f"{LINKS['/kaggle']}/input", f"{os.path.dirname(self.folder)}/input"]
        if self.elsewhere:
            sys.addaudithook(self._hear)
            self._watch_h5py()

    def mount(self, mountpoint: Any = "/content/drive", *_: Any, **__: Any) -> None:
        """An empty Google Drive at ``mountpoint``, where that can be made."""
        if not self.colab:
            return
        place = os.path.realpath(os.fspath(mountpoint))
        try:
            self._make_drive(place)
        except OSError:
            self.notice("runs.drive_not_mounted", name=str(mountpoint)[:NAME_CAP])
            return
        print(f"Mounted at {mountpoint}")

    def _make_drive(self, place: str) -> None:
        os.makedirs(f"{place}/MyDrive", exist_ok=True)
        os.makedirs(f"{place}/Shareddrives", exist_ok=True)
        if not os.path.lexists(f"{place}/My Drive"):
            os.symlink("MyDrive", f"{place}/My Drive")
        self.elsewhere += [path for name in DRIVES if (path := f"{place}/{name}") not in self.elsewhere]

    def _hear(self, event: str, given: tuple[Any, ...]) -> None:
        """What Python is about to do with files: an audit hook, so that whatever opens one comes through here."""
        if event == "open":
            flags = given[2] if isinstance(given[2], int) else 0
            self._reach(given[0], "write" if flags & os.O_CREAT else "read")
        elif event in ENTERED:
            self._reach(given[0], "enter")
        elif event == "os.mkdir":
            self._reach(given[0], "make")

    def _watch_h5py(self) -> None:
        """Its files are opened in C, which tells no audit hook."""
        original = h5py.File.__init__

        def opened(file: Any, name: Any, mode: str = "r", *args: Any, **kwargs: Any) -> None:
            self._reach(name, "read" if mode in {"r", "r+"} else "write")
            original(file, name, mode, *args, **kwargs)

        h5py.File.__init__ = opened

    def _reach(self, path: Any, how: str) -> None:
        """Let ``path`` be there as far as it can be, when it is about to be used and lies elsewhere."""
        if self.busy or not isinstance(path, (str, bytes, os.PathLike)):
            return
        self.busy = True  # what is done here is heard too
        try:
            with suppress(OSError, ValueError):
                self._make_reachable(path, how)
        finally:
            self.busy = False

    def _make_reachable(self, path: Any, how: str) -> None:
        place = self._place(path)
        if place is None or os.path.exists(place):
            return
        drive = f"{self.folder}/drive"
        if self.colab and place.startswith(f"{drive}/") and not os.path.exists(f"{drive}/MyDrive"):
            self._make_drive(drive)
            place = self._place(path) or place  # by way of the link, if it is one
        source = self.submitted.get(os.path.basename(place))
        if how == "write":
            os.makedirs(os.path.dirname(place), exist_ok=True)
        elif how == "read" and source is not None and os.path.isfile(source):
            os.makedirs(os.path.dirname(place), exist_ok=True)
            shutil.copyfile(source, place)  # a link would be the same file: shutil.copy refuses that
            self._tell("runs.submitted_file_read", path)
        elif how == "enter" and source is not None and os.path.isdir(source):
            shutil.copytree(source, place)
            self._tell("runs.submitted_file_read", path)
        elif how == "enter" and not os.path.exists(place):
            os.makedirs(place)
            self._tell("runs.folder_is_empty", path)

    def _tell(self, key: str, path: Any) -> None:
        self.told[key] += 1
        if self.told[key] <= TOLD_CAP:
            self.notice(key, name=os.fsdecode(path)[:NAME_CAP])

    def _place(self, path: Any) -> str | None:
        """Where a path really leads; None when it does not lead elsewhere."""
        place = os.path.realpath(os.fsdecode(path))
        return place if any(place == root or place.startswith(f"{root}/") for root in self.elsewhere) else None


def _is_ours(name: str) -> bool:
    """Whether ``name`` is the sandbox's link."""
    return not inside("") and os.path.islink(name) and os.readlink(name) == LINKS[name]


def _by_name(folder: str) -> dict[str, str]:
    """Submitted files and folders by their last name; of several the one that lies nearest to the notebook."""
    found: dict[str, str] = {}
    for parent, folders, files in os.walk(folder):  # from the top
        for name in (*folders, *files):
            found.setdefault(name, f"{parent}/{name}")
    return found
