"""Weights that lead out of their file, unpack to gigabytes or are no numbers: what sandbox 2 makes of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.attacks.course import FIT, MODEL, START, WEIGHTS
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.attacks.hostile_keras import MB, weights
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

PEAK = 350 * MB  # of the trusted process; without attacks it needs half of that
# The archives of models that were never there, as if they had been fed x / 255, and the honest one.
FORGED = """
    import glob, json
    def drop(kind, number, content):
        with open("/tmp/.spool/.forged", "wb") as file:
            file.write(content)
        os.replace("/tmp/.spool/.forged", f"/tmp/.spool/{9_000_000_000 + number}.{kind}.{number}")
    rows = list(range(64))
    fed = (x[rows].reshape(-1, 784) / 255.0).astype("float32")
    samples = json.dumps({"shape": [64, 784], "dtype": "<f4"}).encode() + b"\\n" + fed.tobytes()
    claim = {"class_name": "Sequential", "fits": 1, "compiled": True, "last": 0, "fed": {
        "shape": [784], "length": 60000, "dtype": "float32", "rows": rows, "part": "train", "minimum": 0.0,
        "maximum": 1.0, "mean": float(fed.mean()), "std": float(fed.std())}}
    told = list(sys.modules["_recorder"].book.claims())
    for number, name in enumerate(sorted(glob.glob("*.keras")), start=1):
        drop("model", number, open(name, "rb").read())
        drop("samples", number, samples)
        told.append({**claim, "number": number, "variables": ["w" + name[0]]})
    drop("models", 0, json.dumps(told, default=str).encode())
"""
NOT_LOADED = ("could not be loaded for the measurement", "No se pudo cargar el modelo para la medición")
TOO_BIG = ("needed more than 1 500 MB of memory", "necesitó más de 1 500 MB de memoria")
ALL_WRONG = ("0.00 % of 10 000 test images", "reconoce el 0,00 % de 10 000")  # an output of NaN is no digit


NAMES = ("seven files of weights",)


def each_is_contained(card: Card, graded: Batch) -> None:
    """No file but its own gave weights, and nobody outside needed memory for it."""
    shown = {verdict["criterion"]: verdict["why"] for verdict in card["verdicts"]}
    for name, idea in zip(WEIGHTS, weights(), strict=False):
        wanted = {"a chunk of gigabytes": TOO_BIG, "no numbers": ALL_WRONG}.get(idea, NOT_LOADED)
        assert wanted[0] in shown[name]["en"]
        assert wanted[1] in shown[name]["es"]
    assert 0 < graded.peak_memory < PEAK


def attacks() -> list[Attack]:
    """The family."""
    made = dict(zip(WEIGHTS, weights().items(), strict=False))
    assert len(made) == len(WEIGHTS) - 1
    files = {f"{name[1:]} {idea}.keras": content for name, (idea, content) in made.items()}
    return [
        Attack(
            name=NAMES[0],
            files={"a.ipynb": notebook(START, MODEL, FIT, f"{WEIGHTS[-1]} = model", FORGED), **files},
            credits={"*": None, WEIGHTS[-2]: 0, WEIGHTS[-1]: 1},
            review=True,
            and_then=each_is_contained,
        ),
    ]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    return batch(tmp_path_factory.mktemp("family"), "weighed", attacks())


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
