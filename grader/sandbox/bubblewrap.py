"""The bubblewrap command line: what is visible inside, as whom, under which limits.

Two ways in. An ordinary user gets a user namespace. Root needs none: bubblewrap makes the
mounts, then ``setpriv`` becomes an unprivileged user of its own for each slot, without
capabilities, for whom the limit on processes is in force (for root it never is).
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grader.records import Limits
from grader.sandbox import seccomp
from grader.sandbox.command import CHILD_ROOT, LINKS, PACKAGE, Command

DISTRIBUTION = "keras_notebook_grader"
MB = 1 << 20
SHM_MB = 64
ADDRESS_SPACE = 12 << 30  # CPU TensorFlow maps far more than it holds; the watchdog limits what it holds
NOBODY = 65534
FIRST_UID = 2_000_000
SYSTEM_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
SYSTEM_FOLDERS = frozenset(
    f"/usr{local}/{name}" for local in ("", "/local") for name in ("bin", "sbin", "lib", "lib64", "libexec", "share")
) | {"/usr/local"}
ENVIRONMENT: Mapping[str, str] = {
    "HOME": "/tmp",
    "TMPDIR": "/tmp",
    "USER": "student",
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "CUDA_VISIBLE_DEVICES": "",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "KERAS_BACKEND": "tensorflow",
    "KERAS_HOME": "/tmp/.keras",
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/tmp/.matplotlib",
    "MALLOC_ARENA_MAX": "4",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    # Convolutions by oneDNN on every processor: by itself TensorFlow takes it only where it finds special instructions.
    "TF_ENABLE_ONEDNN_OPTS": "1",
}


_hidden: set[str] = set()


@dataclass(frozen=True, kw_only=True, slots=True)
class Tools:
    """The programs that build a sandbox, by absolute path; "" when this machine has none."""

    bwrap: str
    prlimit: str
    setpriv: str


def which(name: str) -> str:
    """The absolute path of a program, "" when there is none; also where an ordinary user's PATH does not look."""
    path = os.environ.get("PATH", "") + ":/usr/bin:/bin:/usr/sbin:/sbin"
    return shutil.which(name, path=path) or ""


@cache
def tools() -> Tools:
    return Tools(bwrap=which("bwrap"), prlimit=which("prlimit"), setpriv=which("setpriv"))


@cache
def isolation() -> str:
    """What isolates the sandboxes of this process, the same for every slot: cards compare equal."""
    shown = subprocess.run([tools().bwrap, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    user = "unprivileged user per slot" if os.geteuid() == 0 else "user namespace"
    filtered = "seccomp" if seccomp.program(loopback=False) else f"no seccomp filter for {platform.machine()}"
    return f"{shown or 'bubblewrap'}, {user}, {filtered}"


class Plan:
    """One command line under construction; holds the anonymous files that it hands over."""

    frames_on_stdout = False
    holds_memory = False  # that is for the group and the watchdog
    counts_cpu = True
    waits = True

    def __init__(self, command: Command, limits: Limits, slot: int) -> None:
        self.command = command
        self.limits = limits
        self.as_root = os.geteuid() == 0
        self.uid = slot_uid(slot) if self.as_root else NOBODY
        self.descriptors: list[int] = []

    def argv(self, result: int, status: int, late: int | None = None, go: int | None = None) -> list[str]:
        """The whole command line; the arguments are descriptors that bubblewrap inherits.

        Its options go in by a descriptor: inside, everybody can read the command line of the first process, and they
        name folders of the teacher.
        """
        options = [
            *self._namespaces(),
            *self._system(),
            *self._interpreter(),
            *self._own_files(),
            *("--remount-ro", "/dev", "--remount-ro", "/"),
            *self._environment(result, late),
            *self._filter(),
            *(() if go is None else ("--block-fd", str(go))),
            *("--chdir", "/tmp", "--json-status-fd", str(status)),
        ]
        packed = b"".join(os.fsencode(option) + b"\0" for option in options)
        return [
            *(tools().bwrap, "--args", str(self._handed_over(packed)), "--"),
            *self._identity(),
            *self._limits(),
            *self.command.argv,
        ]

    @property
    def isolation(self) -> str:
        return isolation()

    def kill(self) -> None:
        """Nothing: the end of bubblewrap is the end of its namespace."""

    def remove(self) -> None:
        """Nothing is left on the disk."""

    def close(self) -> None:
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors.clear()

    def _namespaces(self) -> list[str]:
        common = ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox", "--cap-drop", "ALL"]
        if self.as_root:
            spaces = ("ipc", "pid", "net", "uts")
            keep = ("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")  # setpriv gives them up before the program starts
            return [
                *(f"--unshare-{space}" for space in spaces),
                "--unshare-cgroup-try",
                *common,
                *(word for name in keep for word in ("--cap-add", name)),
            ]
        ids = ("--uid", str(NOBODY), "--gid", str(NOBODY))
        return ["--unshare-all", "--unshare-user", "--disable-userns", *ids, *common]

    def _system(self) -> list[str]:
        words = ["--ro-bind", "/usr", "/usr"]
        for name in SYSTEM_LINKS:
            if os.path.islink(f"/{name}"):
                words += ["--symlink", os.readlink(f"/{name}"), f"/{name}"]
            elif os.path.isdir(f"/{name}"):
                words += ["--ro-bind", f"/{name}", f"/{name}"]
        words += [word for link, target in LINKS.items() for word in ("--symlink", target, link)]
        words += ["--perms", "0755", "--dir", "/etc"]
        for name in ("ld.so.cache", "alternatives", "fonts"):
            words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
        words += self._data("/etc/passwd", f"student:x:{self.uid}:{self.uid}:student:/tmp:/bin/sh\n".encode())
        words += self._data("/etc/group", f"student:x:{self.uid}:\n".encode())
        words += self._data("/etc/hosts", b"127.0.0.1 localhost\n")
        words += ["--proc", "/proc", "--dev", "/dev"]
        words += ["--perms", "1777", "--size", str(SHM_MB * MB), "--tmpfs", "/dev/shm"]
        return [*words, "--perms", "1777", "--size", str(self.limits.disk_mb * MB), "--tmpfs", "/tmp"]

    def _interpreter(self) -> list[str]:
        private = private_folders()
        words = _masked_folders("/usr", private)
        for tree in python_trees():
            words += _tree(tree, private)
        for found in _own_traces():
            if os.path.isdir(found):
                words += ["--perms", "0755", "--tmpfs", found]
                if found.endswith("-info"):  # an empty one would break importlib.metadata
                    words += self._data(f"{found}/METADATA", b"Metadata-Version: 2.1\nName: masked\nVersion: 0\n")
                words += ["--remount-ro", found]
            else:
                words += ["--perms", "0444", "--ro-bind-data", str(self._handed_over(b"")), found]
        return words

    def _filter(self) -> list[str]:
        code = seccomp.program(loopback=self.command.loopback)
        return ["--seccomp", str(self._handed_over(code))] if code else []

    def _own_files(self) -> list[str]:
        words = ["--perms", "0755", "--dir", "/in"]
        for name in self.command.child:
            words += self._data(f"{CHILD_ROOT}/grader/{name}", (PACKAGE / name).read_bytes())
        for inside, content in self.command.inputs.items():
            words += self._data(inside, content)
        for outside, inside in self.command.binds.items():
            if self.as_root and not os.stat(outside).st_mode & stat.S_IROTH:
                words += self._data(inside, Path(outside).read_bytes())  # the slot's user could not open it
            else:
                words += [*_parents(inside), "--ro-bind", os.path.realpath(outside), inside]
        return words

    def _data(self, inside: str, content: bytes) -> list[str]:
        """Words that put ``content`` at ``inside``, in a folder that is read-only in the end; no file is left here."""
        return [*_parents(inside), "--perms", "0444", "--file", str(self._handed_over(content)), inside]

    def _handed_over(self, content: bytes) -> int:
        """A descriptor of an anonymous file that bubblewrap reads."""
        descriptor = os.memfd_create("input")
        self.descriptors.append(descriptor)
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor

    def _environment(self, result: int, late: int | None) -> list[str]:
        path = f"{os.path.dirname(sys.executable)}:/usr/local/bin:/usr/bin:/bin"
        every = {**ENVIRONMENT, "PATH": path, **self.command.env, "RESULT_FD": str(result)}
        if late is not None:
            every["LATE_FD"] = str(late)
        return [word for name, value in every.items() for word in ("--setenv", name, value)]

    def _identity(self) -> list[str]:
        if not self.as_root:
            return []
        return [
            tools().setpriv,
            f"--reuid={self.uid}",
            f"--regid={self.uid}",
            "--clear-groups",
            "--bounding-set=-all",
            "--inh-caps=-all",
            "--no-new-privs",
        ]

    def _limits(self) -> list[str]:
        limits = self.limits
        address_space = max(ADDRESS_SPACE, 4 * limits.memory_mb * MB)
        return [
            tools().prlimit,
            f"--as={address_space}",
            f"--nproc={limits.processes}",
            f"--fsize={limits.disk_mb * MB}",
            "--nofile=1024",
            "--core=0",
            "--memlock=65536",
            "--",
        ]


def hide(*folders: Path) -> None:
    """Let no later sandbox of this process see these folders, wherever they lie."""
    _hidden.update(map(str, folders))


def slot_uid(slot: int) -> int:
    """A user id for one slot of this process: the limit on processes is counted per user."""
    share = os.getpid() % 10_000
    if any(first <= FIRST_UID and FIRST_UID + 1_000_000 < first + count for first, count in _mapped_uids()):
        return FIRST_UID + share * 64 + slot % 64
    return 20_000 + (share % 600) * 64 + slot % 64  # a container maps only the first 65 536 ids


def _mapped_uids() -> Iterator[tuple[int, int]]:
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        first, _, count = line.split()
        yield int(first), int(count)


def _parents(path: str) -> list[str]:
    """Words that make the parents of ``path``, so that another user can pass through them."""
    parts = path.split("/")
    return [
        word
        for parent in ("/".join(parts[:n]) for n in range(2, len(parts)))
        if parent not in {"/usr", "/tmp", "/dev", "/proc"} and not parent.startswith("/usr/")
        for word in ("--perms", "0755", "--dir", parent)
    ]


@cache
def _prefixes() -> tuple[str, ...]:
    return tuple(dict.fromkeys((sys.base_prefix, os.path.realpath(sys.base_prefix), sys.prefix)))


@cache
def python_trees() -> tuple[str, ...]:
    """What belongs to this interpreter and its virtual environment outside /usr, outer paths first."""
    wanted = [f"{prefix}/{name}" for prefix in _prefixes() for name in ("bin", "lib", "lib64", "share", "pyvenv.cfg")]
    found = [path for path in wanted if os.path.exists(path) and not path.startswith("/usr/")]
    return tuple(sorted(dict.fromkeys(found), key=lambda path: path.count("/")))


def _tree(path: str, private: Sequence[str]) -> list[str]:
    """Words that show one of those trees. A link stays a link: a second copy would have no masks."""
    if os.path.islink(path) and os.path.dirname(os.path.realpath(path)) == os.path.realpath(os.path.dirname(path)):
        return [*_parents(path), "--symlink", os.path.basename(os.path.realpath(path)), path]
    return [*_parents(path), "--ro-bind", path, path, *_masked_folders(path, private)]


@cache
def _own_traces() -> tuple[str, ...]:
    """Everything of this very project in the visible trees: package, course, metadata, editable installs."""
    names = ("grader", f"{DISTRIBUTION}-*", f"_{DISTRIBUTION}*", f"__editable__*{DISTRIBUTION}*")
    found: set[str] = set()
    for prefix in dict.fromkeys((*_prefixes(), "/usr", "/usr/local")):
        libraries = [path for path in Path(prefix).glob("lib*") if not path.is_symlink()]
        for library in libraries:
            for kind in ("site-packages", "dist-packages"):
                found |= {str(path) for name in names for path in library.glob(f"python3*/{kind}/{name}")}
        found |= {str(path) for path in Path(prefix, "bin").glob("grader*")}
    return tuple(sorted(found))


def _masked_folders(tree: str, private: Sequence[str]) -> list[str]:
    """Words that hide, inside one visible tree, the folders that belong to the teacher."""
    words: list[str] = []
    for folder in private:
        holds_python = any(prefix.startswith(f"{folder}/") for prefix in _prefixes())
        masked = folder.startswith(f"{tree}/") and folder not in SYSTEM_FOLDERS and not holds_python
        if masked and os.path.isdir(folder):
            words += ["--perms", "0755", "--tmpfs", folder, "--remount-ro", folder]
    return words


def private_folders() -> Sequence[str]:
    """Where a teacher's things may lie: what a batch named, the checkout, the data, home, the working directory."""
    places = [*_hidden]
    places += [str(PACKAGE.parent / name) for name in ("rubrics", "reference", "exercises")]
    places.append(os.path.expanduser("~"))
    with suppress(OSError):  # a working directory that was removed hides nothing
        places.append(os.getcwd())
    if data := os.environ.get("GRADER_DATA"):
        places.append(data if os.path.isdir(data) else os.path.dirname(data))
    if "site-packages" not in PACKAGE.parts and "dist-packages" not in PACKAGE.parts:
        places.append(str(PACKAGE))
    return sorted({os.path.realpath(place) for place in places})
