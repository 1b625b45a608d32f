from __future__ import annotations

from dataclasses import replace

import pytest

from grader import texts
from grader.records import Facts, FailedCell, Message, PassedOver, message
from grader.scoring.diagnoses import Notebook, diagnosed, libraries, network
from grader.scoring.diagnoses.wording import cell_names
from grader.untrusted.libraries import KNOWN

CELLS = {
    1: "import optuna, helper\nfrom torch import *\n!wget https://example.org/helper.py https://example.org/data.csv",
    2: "study = optuna.create_study()",
    5: "lr = study.best_value",
}
PASSED = (
    PassedOver(cell=1, line=1, written="import optuna, helper", library="optuna", names=("optuna",)),
    PassedOver(cell=1, line=1, written="import optuna, helper", library="helper", names=("helper",), download=1),
    PassedOver(cell=1, line=2, written="from torch import *", library="torch", names=("*",)),
    PassedOver(cell=2, line=1, written="study = optuna.create_study()", library="optuna", names=("study",)),
)
DOWNLOADS = {1: ("!wget https://example.org/helper.py https://example.org/data.csv",)}


def failed(cell: int, text: str, error: str = "NameError") -> FailedCell:
    return FailedCell(cell=cell, kind="error", error=error, text=text, line="a line")


def causes(*cells: FailedCell) -> list[tuple[str, object]]:
    facts = Facts(ended="error", failed=cells, passed_over=PASSED, downloads=DOWNLOADS)
    told = [cell.cause for cell in diagnosed(facts, Notebook(cells=CELLS)).failed]
    return [(cause.key.removeprefix("diagnoses."), cause.values.get("name")) for cause in told if cause is not None]


@pytest.mark.parametrize(
    ("cell", "id", "name"),
    [
        (failed(5, "name 'study' is not defined"), "not_installed", "optuna"),
        (failed(5, "name 'optuna' is not defined"), "not_installed", "optuna"),
        (failed(5, "name 'helper' is not defined"), "not_downloaded", "helper"),
        (failed(5, "name 'Linear' is not defined"), "torch", "torch"),
        (failed(5, "No module named 'umap'", "ModuleNotFoundError"), "not_installed", "umap"),
        (failed(5, "No module named 'tensorboard.plugins'", "ModuleNotFoundError"), "not_installed", "tensorboard"),
        (failed(5, "No module named 'helper'", "ModuleNotFoundError"), "not_downloaded", "helper"),
        (failed(5, "No module named 'mis_cosas'", "ModuleNotFoundError"), "own_module", "mis_cosas"),
        (failed(5, "[Errno 2] No such file or directory: 'in/data.csv'", "FileNotFoundError"), "downloaded_file", "data.csv"),
        (failed(5, "[Errno 2] No such file or directory: 'ata.csv'", "FileNotFoundError"), "no_file", "ata.csv"),
    ],
)  # fmt: skip
def test_what_is_not_here_is_never_blamed_on_a_spelling(cell: FailedCell, id: str, name: str) -> None:
    assert causes(cell) == [(id, name)]


def test_what_follows_is_blamed_on_the_cell_that_failed() -> None:
    both = (failed(5, "name 'study' is not defined"), failed(6, "name 'lr' is not defined"))
    assert causes(*both) == [("not_installed", "optuna"), ("follows", "lr")]


def test_a_download_after_the_failure_explains_nothing() -> None:
    facts = Facts(
        ended="error", failed=(failed(1, "No module named 'x'", "ModuleNotFoundError"),), downloads={2: ("!wget x.py",)}
    )
    (cell,) = diagnosed(facts, Notebook(cells={1: "import x"})).failed
    assert cell.cause is not None
    assert cell.cause.key == "diagnoses.own_module"


def test_a_notice_says_once_what_was_skipped_and_not_what_a_failed_cell_says() -> None:
    facts = Facts(ended="ok", passed_over=PASSED)
    assert libraries.with_notices(facts).notices == (
        message("libraries.passed_over", name="optuna", cells=cell_names([1, 2])),
        message("libraries.not_downloaded", name="helper", cell=1, first=1),
        message("libraries.passed_over", name="torch", cells=cell_names([1])),
    )
    cell = replace(failed(5, ""), cause=message("diagnoses.not_installed", name="optuna"))
    assert len(libraries.with_notices(replace(facts, failed=(cell,))).notices) == 2


def test_a_person_looks_where_a_missing_download_stopped_a_cell() -> None:
    cells = [replace(failed(n, ""), cause=message("diagnoses.not_downloaded", name="f", first=1)) for n in (3, 5)]
    assert network.review(cells) == message("scoring.review_network", cells=cell_names([3, 5]))


def test_a_person_looks_where_a_library_is_missing_once_for_each() -> None:
    cells = [replace(failed(n, ""), cause=message("diagnoses.not_installed", name="umap")) for n in (3, 5)]
    assert libraries.review(cells) == message("scoring.review_libraries", names=["`umap`"])
    assert libraries.review([failed(1, "")]) is None
    gpu = replace(failed(3, ""), cause=message("diagnoses.no_gpu"))
    assert libraries.review([gpu]) == message("scoring.review_gpu")
    asks = replace(failed(3, ""), cause=message("diagnoses.input_number"))
    assert libraries.review([asks]) == message("scoring.review_keyboard")


@pytest.mark.parametrize(
    ("told", "english", "spanish"),
    [
        (
            message("libraries.passed_over", name="optuna", cells=cell_names([1, 3])),
            "The library `optuna` is not installed here: its import, and lines that only use it, were skipped (code cell 1, code cell 3).",
            "La biblioteca `optuna` no está instalada aquí: se omitieron su importación y las líneas que solo la usan (la celda de código 1, la celda de código 3).",
        ),
        (
            message("libraries.not_downloaded", name="helper", cell=2, first=1),
            "The import of `helper` in code cell 2 was skipped: it is neither installed here nor submitted, and the download in code cell 1 is not possible while grading.",
            "Se omitió la importación de `helper` en la celda de código 2: ni está instalado aquí ni está en la entrega, y la descarga de la celda de código 1 no es posible al corregir.",
        ),
        (
            message("scoring.review_libraries", names=["`umap`", "`optuna`"]),
            "The notebook needs libraries that are not installed here (`umap`, `optuna`): a person decides about the points that this cost.",
            "El cuaderno necesita bibliotecas que no están instaladas aquí (`umap`, `optuna`): una persona decide sobre los puntos que esto costó.",
        ),
        (
            message("scoring.review_keyboard"),
            "The notebook waits for a number from the keyboard, and nobody sits there while grading: a person decides about the points that this cost.",
            "El cuaderno espera un número del teclado, y al corregir no hay nadie: una persona decide sobre los puntos que esto costó.",
        ),
        (
            message("scoring.review_gpu"),
            "The notebook needs a graphics card (GPU), and there is none here: a person decides about the points that this cost.",
            "El cuaderno necesita una tarjeta gráfica (GPU) y aquí no hay ninguna: una persona decide sobre los puntos que esto costó.",
        ),
        (
            message("runs.stood_in", name="wandb"),
            "The library `wandb` is not installed here. Nothing that is graded depends on it, so its calls did nothing; that costs nothing.",
            "La biblioteca `wandb` no está instalada aquí. Nada de lo que se evalúa depende de ella, así que sus llamadas no hicieron nada; eso no resta nada.",
        ),
        (
            message("runs.download_skipped", line="!wget x"),
            "A line that downloads something was skipped, because there is no internet while grading: !wget x",
            "Se omitió una línea que descarga algo, porque al corregir no hay internet: !wget x",
        ),
        (
            message("runs.install_skipped", line="!pip install x"),
            "A line that installs something was skipped, because there is no internet while grading: !pip install x",
            "Se omitió una línea que instala algo, porque al corregir no hay internet: !pip install x",
        ),
    ],
)  # fmt: skip
def test_the_sentences(told: Message, english: str, spanish: str) -> None:
    shown = texts.text(told)
    assert (shown.en, shown.es) == (english, spanish)


def test_libraries_are_known_by_the_name_that_is_imported() -> None:
    assert {"optuna", "wandb", "torch", "cv2", "tensorflow_datasets", "umap"} <= KNOWN
    assert all(name.isidentifier() for name in KNOWN)
    assert not KNOWN & {"numpy", "keras", "tensorflow", "matplotlib", "google"}
