"""Arrays that hold code or claim terabytes: files beside the notebook, variables, and forged frames."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.attacks.course import MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

MB = 1 << 20
PEAK = 250 * MB  # of the trusted process; without attacks it needs half of that


class Payload:
    """Unpickled, it writes a file: on this machine if whoever reads it is not in a sandbox."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        place, folder = str(self.marker), str(self.marker.parent)
        code = f"open({place!r}, 'w').close() if __import__('os').path.isdir({folder!r}) else 7"
        return eval, (code,)


def npy(array: Any) -> bytes:
    """A .npy file; of an object, with a pickle in it."""
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def claiming(descr: str, shape: str) -> bytes:
    """A .npy file of a few bytes whose header claims any shape."""
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(64)


def npz(**members: bytes) -> bytes:
    """A .npz file of these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


# A table that was right before would count, whatever comes later.
BEGIN = START.replace("table = np.array([0, 1, 4, 9])", "")

# ---------------------------------------------------------------- files beside the notebook

PICKLES = """
    import pickle
    made = [np.load("table.npy", allow_pickle=True), np.load("table.npz", allow_pickle=True)["table"]]
    made.append(pickle.load(open("table.pkl", "rb")))
    table = made[0]
"""
TERABYTES = """
    seen = []
    for load in (
        lambda: np.load("huge.npy"), lambda: np.load("huge.npz")["x"], lambda: np.load("huge.npy", mmap_mode="r"),
        lambda: np.zeros(10**12), lambda: np.load("wide.npy"), lambda: np.load("code.npy"),
    ):
        try:
            seen.append(load())
        except Exception as error:
            seen.append(type(error).__name__)
    answers["seen"] = [one if isinstance(one, str) else f"loaded {one.shape}" for one in seen]
    table = np.broadcast_to(np.int64(4), (10**9, 500))
"""


def no_terabyte_was_there(card: Card, graded: Batch) -> None:
    """Every attempt met an error, and nobody outside needed memory for it."""
    seen = graded.told(card["student"], "answers")["answers"]["seen"]
    assert len(seen) == 6
    assert [one for one in seen if not one.endswith("Error")] == []
    assert 0 < graded.peak_memory < PEAK


# ---------------------------------------------------------------- forged frames

DROP = """
    import json
    def drop(kind, number, header, body=b""):
        line = header if isinstance(header, bytes) else json.dumps(header).encode()
        with open("/tmp/.spool/.forged", "wb") as file:
            file.write(line + b"\\n" + body)
        drop.count = getattr(drop, "count", 9_000_000_000) + 1
        os.replace("/tmp/.spool/.forged", f"/tmp/.spool/{drop.count}.{kind}.{number}")
    right = np.array([0, 1, 4, 9])
    table = np.array([3, 3, 3, 3])
"""
# A few right rows for the whole; the legitimate array (all wrong) went out before.
SOME_ROWS = """
    one = {"dtype": "<i8", "shape": [1], "full_shape": [4], "rows": [0], "candidates": 4}
    drop("export", 0, one, right[:1].tobytes())
    for place in (1, 2, 3):
        drop("export", 256 * place, {"dtype": "<i8", "shape": [0], "full_shape": [4], "rows": []})
"""
# The first one is what counts; the others are the candidates that it tells of.
HEADERS = """
    drop("export", 0, {"dtype": "<i8", "shape": [1 << 32, 1 << 8], "candidates": 4}, right.tobytes())
    drop("export", 256, {"dtype": "|O", "shape": [4]}, right.tobytes())
    drop("export", 512, {"dtype": ["<i8"], "shape": [4]}, right.tobytes())
    drop("export", 768, {"dtype": "<i8", "shape": [0, 1 << 32, 1 << 32, 1 << 32]})
"""
# What a model was fed and how it was trained, with numbers that are none.
SAMPLES = """
    drop("samples", 0, {"dtype": "<f8", "shape": [0, 1 << 32, 1 << 32, 1 << 32]})
    claim = {"number": 0, "variables": ["model"], "class_name": "Sequential", "fits": 1, "compiled": True, "last": 0,
             "fed": {"shape": [784], "rows": [10**300] * 64, "part": "train", "minimum": 10**400, "std": -10**400},
             "history": [{"epochs_done": 10**400, "seconds": 10**400, "metrics": {"loss": [10**400, 1]}}]}
    drop("models", 0, [claim])
"""


def attacks(marker: Path) -> list[Attack]:
    """The family; ``marker`` is a place on this machine at which no file may appear."""

    def nothing_ran_outside(card: Card, graded: Batch) -> None:
        assert marker.parent.is_dir()
        assert not marker.exists()

    payload = Payload(marker)
    held = np.array([payload, 1, 4, 9], dtype=object)
    pickles = {"table.npy": npy(held), "table.npz": npz(table=npy(held)), "table.pkl": pickle.dumps(payload)}
    huge = claiming("'<f4'", "(1000000000000,)")
    terabytes = {
        "huge.npy": huge,
        "huge.npz": npz(x=huge),
        "wide.npy": claiming("'<f8'", "(" + "1000000, " * 5 + ")"),
        "code.npy": claiming("__import__('os').getpid()", "(4,)"),
    }
    return [
        Attack(
            name="pickles in arrays", files={"a.ipynb": notebook(BEGIN, MODEL, PICKLES), **pickles},
            credits={"*": 1, "table": 0}, and_then=nothing_ran_outside,
        ),
        Attack(
            name="headers of terabytes", files={"a.ipynb": notebook(BEGIN, MODEL, TERABYTES), **terabytes},
            credits={"*": 1, "table": 0}, and_then=no_terabyte_was_there,
        ),
        Attack(
            name="one right row for a whole array", files={"": notebook(BEGIN, MODEL, DROP, SOME_ROWS)},
            credits={"*": 1, "table": None}, review=True, says=["To be judged by a person: table"],
        ),
        Attack(
            name="frames with forged headers", files={"": notebook(BEGIN, MODEL, DROP, HEADERS, SAMPLES)},
            credits={"*": 1, "table": 0},
        ),
    ]  # fmt: skip


NAMES = [attack.name for attack in attacks(Path("/nowhere/marker"))]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    root = tmp_path_factory.mktemp("family")
    (root / "outside").mkdir()
    return batch(root, "light", attacks(root / "outside" / "marker"))


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)


def test_the_pickles_write_their_file_where_nobody_holds_them(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    array = np.load(io.BytesIO(npy(np.array([Payload(marker)], dtype=object))), allow_pickle=True)
    assert array.shape == (1,)
    assert marker.exists()
