"""Model files that Keras would not write: in the place of the recorder's, and by a recorder that was patched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.course import FILES, MODEL, START
from tests.attacks.grading import Attack, Batch, Card, batch
from tests.attacks.hostile_keras import MB, files
from tests.support.notebooks import notebook

pytestmark = [pytest.mark.sandbox, pytest.mark.keras, pytest.mark.slow, pytest.mark.attack]

PEAK = 300 * MB  # of the trusted process; without attacks it needs half of that
# Every file beside the notebook becomes the archive of a model that the recorder never saw.
FORGED = """
    import glob, json
    def drop(kind, number, content):
        with open("/tmp/.spool/.forged", "wb") as file:
            file.write(content)
        os.replace("/tmp/.spool/.forged", f"/tmp/.spool/{9_000_000_000 + number}.{kind}.{number}")
    told = list(sys.modules["_recorder"].book.claims())
    for number, name in enumerate(sorted(glob.glob("*.keras")), start=1):
        drop("model", number, open(name, "rb").read())
        told.append({"number": number, "variables": ["m" + name[:2]], "class_name": "Sequential", "compiled": True})
    drop("models", 0, json.dumps(told, default=str).encode())
"""
# Whatever is saved from now on has another configuration.
PATCHED = """
    import zipfile
    written, hostile = zipfile.ZipFile.writestr, zipfile.ZipFile("hostile.keras").read("config.json")
    def writestr(self, name, data, *args, **kwargs):
        return written(self, name, hostile if name == "config.json" else data, *args, **kwargs)
    zipfile.ZipFile.writestr = writestr
"""


NAMES = ("fifteen files in the place of models", "a recorder that writes another model")


def attacks(marker: Path) -> list[Attack]:
    """The family; ``marker`` is a place on this machine at which no file may appear."""
    made = files(marker)
    by_name = dict(zip(FILES, made.values(), strict=False))
    assert len(by_name) == len(made) == len(FILES) - 1

    def nothing_ran(card: Card, graded: Batch) -> None:
        assert marker.parent.is_dir()
        assert not marker.exists()
        assert 0 < graded.peak_memory < PEAK

    def each_has_its_sentence(card: Card, graded: Batch) -> None:
        nothing_ran(card, graded)
        why = {verdict["criterion"]: verdict["why"] for verdict in card["verdicts"]}
        for name, hostile in by_name.items():
            assert hostile.english in why[name]["en"]
            assert hostile.spanish in why[name]["es"]

    return [
        Attack(
            name=NAMES[0],
            files={
                "a.ipynb": notebook(START, MODEL, f"{FILES[-1]} = model", FORGED),
                **{
                    f"{name[1:]} {idea}.keras": hostile.content
                    for (name, hostile), idea in zip(by_name.items(), made, strict=True)
                },
            },
            credits={"*": 1, **{name: None for name, hostile in by_name.items() if hostile.english}},
            review=True,
            and_then=each_has_its_sentence,
        ),
        Attack(
            name=NAMES[1],
            files={
                "a.ipynb": notebook(START, PATCHED, MODEL, f"{' = '.join(FILES)} = model"),
                "hostile.keras": made["lambda"].content,
            },
            credits={"*": None},
            review=True,
            says=["is a Lambda layer"],
            and_then=nothing_ran,
        ),
    ]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    root = tmp_path_factory.mktemp("family")
    (root / "outside").mkdir()
    return batch(root, "models", attacks(root / "outside" / "marker"))


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_the_attack_earns_what_it_is_worth(graded: Batch, number: int, holds: Callable[[Batch, int], None]) -> None:
    holds(graded, number)
