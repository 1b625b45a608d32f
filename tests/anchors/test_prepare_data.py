"""The numbers of the exercise prepare-data, as literals, held against the real data, our checks and the reference."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import data
from grader.course import notebooks, rubric
from grader.grading.gather import Gathered, gather
from grader.grading.gathering import Gathering
from grader.records import Evidence, KnownData, Submission
from grader.scoring import checks
from grader.scoring.score import Identity, score
from tests.support.arrays import export, picture
from tests.support.cards import PROVENANCE
from tests.support.facts import evidence, facts, say

ROOT = Path(__file__).resolve().parent.parent.parent
RUBRIC = rubric.load(ROOT / "rubrics" / "prepare-data.yaml")
REFERENCE = ROOT / "reference" / "prepare-data" / "solution.ipynb"

COUNTS = (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949)
FIRST_OF_EACH_DIGIT = (1, 3, 5, 7, 2, 0, 13, 15, 17, 4)
FIRST_FOUR = (5, 0, 4, 1)

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def mnist(real_data: Path) -> data.DataSet:
    return data.find("mnist", real_data)


@pytest.fixture(scope="module")
def known(mnist: data.DataSet) -> KnownData:
    return KnownData(x_train=mnist.x_train, y_train=mnist.y_train, x_test=mnist.x_test, y_test=mnist.y_test)


def test_the_data_are_what_the_handout_says(mnist: data.DataSet) -> None:
    assert (mnist.x_train.shape, mnist.x_test.shape) == ((60000, 28, 28), (10000, 28, 28))
    assert (mnist.x_train.dtype.name, mnist.x_train.min(), mnist.x_train.max()) == ("uint8", 0, 255)
    assert mnist.y_train[:3].tolist() + mnist.y_train[-3:].tolist() == [5, 0, 4, 5, 6, 8]
    assert mnist.y_test[:3].tolist() + mnist.y_test[-3:].tolist() == [7, 2, 1, 4, 5, 6]
    assert mnist.y_train[:4].tolist() == list(FIRST_FOUR)
    first = [mnist.y_train.tolist().index(digit) for digit in range(10)]
    assert first == list(FIRST_OF_EACH_DIGIT)
    assert np.bincount(mnist.y_train).tolist() == list(COUNTS)
    assert (min(COUNTS), max(COUNTS), sum(COUNTS)) == (5421, 6742, 60000)
    assert int((mnist.y_test == 1).sum()) == 1135


def test_the_rubric_asks_for_these_numbers() -> None:
    params: Mapping[str, Any] = {one.id: one.params for one in RUBRIC.criteria}
    assert params["train_shape"]["equals"] == (60000, 28, 28)
    assert (params["last_train_label"]["equals"], params["first_test_label"]["equals"]) == (8, 7)
    assert params["always_one"]["equals"] == 0.1135
    assert params["always_one"]["misconceptions"][0]["value"] == pytest.approx(6742 / 60000, abs=1e-6)
    assert RUBRIC.export_shapes["x_train_cnn"] == (60000, 28, 28, 1)
    assert RUBRIC.max_points == 20


def judged(known_data: KnownData, id: str, **found: Any) -> Any:
    one = next(criterion for criterion in RUBRIC.criteria if criterion.id == id)
    return checks.judge(one.check, evidence(about=facts(**found), data=known_data), one.params)


def test_our_checks_agree_with_the_literals(known: KnownData) -> None:
    assert judged(known, "counts", exports={"counts": export("counts", COUNTS)}).credit == 1
    grid = tuple(picture(digit, str(digit), row=row) for digit, row in enumerate(FIRST_OF_EACH_DIGIT))
    four = tuple(picture(label, str(label), row=row) for row, label in enumerate(FIRST_FOUR))
    assert judged(known, "first_four", pictures=four).credit == 1
    assert judged(known, "grid", pictures=grid).credit == 1
    assert judged(known, "grid", pictures=four).credit == 0
    assert judged(known, "grid", pictures=grid[:9]).credit == pytest.approx(0.8)
    for typed in (0.1135, 11.35, "11,35 %", "11.35%"):
        assert judged(known, "always_one", answers={"always_one": typed}).credit == 1
    slip = judged(known, "always_one", answers={"always_one": 0.1124})
    assert slip.credit == 0.5
    assert "training set" in say(slip)


# ---------------------------------------------------------------- whole notebooks


def graded(mnist: data.DataSet, content: bytes, folder: Path) -> tuple[dict[str, Any], Gathered]:
    submission = Submission(
        student="ana",
        exercise="prepare-data",
        files={"a.ipynb": content},
        entry="a.ipynb",
        sha256=hashlib.sha256(content).hexdigest(),
    )
    gathered = gather(Gathering(submission=submission, rubric=RUBRIC, data=mnist, evidence=folder))
    card = score(
        facts=gathered.facts,
        rubric=RUBRIC,
        measured={},
        expected={},
        key={},
        provenance=PROVENANCE,
        identity=Identity(student="ana", slug="ana"),
        data=gathered.data,
    )
    return {verdict.criterion: verdict for verdict in card.verdicts}, gathered


@pytest.mark.sandbox
@pytest.mark.keras
def test_the_reference_earns_everything(mnist: data.DataSet, tmp_path: Path) -> None:
    verdicts, gathered = graded(mnist, REFERENCE.read_bytes(), tmp_path)
    assert {id: verdict.credit for id, verdict in verdicts.items()} == dict.fromkeys(verdicts, 1.0)
    shown = [(one.row, one.label) for one in gathered.facts.pictures]
    assert shown == [*enumerate(FIRST_FOUR), *zip(FIRST_OF_EACH_DIGIT, range(10), strict=True)]
    counts = gathered.facts.exports["counts"].values
    assert counts is not None
    assert counts.tolist() == list(COUNTS)


@pytest.mark.sandbox
@pytest.mark.keras
def test_other_names_and_no_dictionary_cost_nothing(mnist: data.DataSet, tmp_path: Path) -> None:
    """Everything in one's own words: tensors, float64, one figure per picture, no `entrega` for the arrays."""
    code = notebooks.load(REFERENCE.read_bytes(), "reference")
    own = {
        "first-four": "for i in range(4):\n    plt.matshow(255 - train_images[i])\n"
        "    plt.xlabel(f'etiqueta = {train_labels[i]}')\n    plt.show()",
        "grid": "figure, grid = plt.subplots(2, 5)\nfor digit, ax in enumerate(grid.ravel()):\n"
        "    ax.imshow(train_images[train_labels == digit][3] / 255.)\n    ax.text(2, 2, digit, color='w')",
        "scale": "X = train_images / 255.\nX_prueba = keras.ops.convert_to_tensor(test_images, 'float32') / 255",
        "shape": "planas = X.reshape(len(X), 784)\nplanas_prueba = np.reshape(X_prueba, (-1, 784))\n"
        "conv, conv_prueba = X[..., None], np.array(X_prueba)[..., np.newaxis]",
        "one-hot": "etiquetas = [np.eye(10, dtype=int)[train_labels], np.eye(10)[test_labels]]",
        "delivery": "entrega = {'counts': dict(zip(*np.unique(train_labels, return_counts=True)))}",
    }
    verdicts, gathered = graded(mnist, notebooks.dump(notebooks.with_sources(code, own)), tmp_path)
    lost = {id: verdict.why.en for id, verdict in verdicts.items() if verdict.credit != 1}
    assert lost == {}
    assert gathered.facts.exports["x_test_cnn"].found_as == "conv_prueba"
    assert verdicts["y_train"].why.es.endswith("(Se ha encontrado como etiquetas[0], por su forma.)")


def test_evidence_without_data_is_not_judged() -> None:
    one = next(criterion for criterion in RUBRIC.criteria if criterion.id == "counts")
    about = facts(exports={"counts": export("counts", COUNTS)})
    assert checks.judge(one.check, Evidence(facts=about), one.params).credit is None
