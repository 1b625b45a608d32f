"""What fails because there is no network is told as such, once it is known, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import texts
from grader.records import Diagnosis, FailedCell, Message
from grader.scoring.diagnoses import Notebook, diagnosed, failures, network
from grader.scoring.diagnoses.story import Story
from tests.support.errors_of_network import ERRORS, POOL, URLOPEN, fetched
from tests.support.facts import facts
from tests.support.work import growth

FASHION = fetched("https://storage.googleapis.com/tensorflow/tf-keras-datasets/t10k-images-idx3-ubyte.gz")


def explain(cell: FailedCell, cells: dict[int, str]) -> Diagnosis | None:
    return failures.diagnose(cell, Story(cells, (cell,)), (), network.downloaded_file(cell, cells))


def failed(error: str, text: str, line: str = "", *, cell: int = 1) -> FailedCell:
    return FailedCell(cell=cell, kind="error", error=error, text=text, line=line)


def told(cell: FailedCell, cells: dict[int, str] | None = None) -> tuple[str, str, str]:
    found = explain(cell, cells or {cell.cell: cell.line})
    assert found is not None
    return found.id, texts.render(found.cause, "en"), texts.render(found.cure, "en")


def missing(path: str, cell: int = 2) -> FailedCell:
    return failed("FileNotFoundError", f"[Errno 2] No such file or directory: '{path}'", cell=cell)


# ---------------------------------------------------------------- the errors


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        (FASHION, "", "This is Fashion-MNIST; it cannot be downloaded, because there is no internet while grading."),
        (fetched("https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"), "", "This is CIFAR-100; it cannot be downloaded, because there is no internet while grading."),
        ("tfds cannot download the data set 'svhn_cropped': there is no network", "", "This is svhn_cropped; it cannot be downloaded, because there is no internet while grading."),
        (URLOPEN, "X = fetch_openml(name='Kuzushiji-MNIST')", "This is Kuzushiji-MNIST; it cannot be downloaded, because there is no internet while grading."),
    ],
)  # fmt: skip
def test_another_data_set_is_named(text: str, line: str, cause: str) -> None:
    assert told(failed("Exception", text, line)) == (
        "other_data",
        cause,
        "Use the data set of the exercise; MNIST comes with `keras.datasets.mnist.load_data()`.",
    )


def test_the_card_says_which_data_set_the_exercise_asks_for_where_it_asks_for_one() -> None:
    found = facts(failed=(failed("Exception", FASHION),))
    explained = {data: diagnosed(found, Notebook(cells={1: ""}, data=data)).failed[0].cause for data in ("mnist", "")}
    assert explained["mnist"] is not None
    assert explained[""] is not None
    assert texts.render(explained["mnist"], "en") == (
        "This is Fashion-MNIST; the exercise asks for MNIST, and there is no internet to download another set."
    )
    assert (
        texts.render(explained["mnist"], "es")
        == "Esto es Fashion-MNIST; el ejercicio pide MNIST, y no hay internet para descargar otro conjunto."
    )
    assert texts.render(explained[""], "es") == (
        "Esto es Fashion-MNIST; no se puede descargar, porque al corregir no hay internet."
    )


@pytest.mark.parametrize(
    ("error", "text", "line"),
    [
        ("ConnectionError", "HTTPConnectionPool(host='localhost', port=6006): Max retries exceeded with url: / (Caused by NewConnectionError('[Errno 111] Connection refused'))", "requests.get('http://localhost:6006')"),
        ("URLError", "<urlopen error [Errno 111] Connection refused>", "urlopen('http://127.0.0.1:5000/mnist')"),
        ("ValueError", "Unknown split 'valid'. Should be one of ['train', 'test'].", "tfds.load('mnist', split='valid')"),
        ("ImportError", "cannot import name 'wgets' from 'utils' (utils.py)", "from utils import wgets"),
        ("CalledProcessError", "Command '['ls']' returned non-zero exit status 2.", "subprocess.run(['ls'], check=True)"),
    ],
)  # fmt: skip
def test_what_needs_no_network_is_not_said_to_need_one(error: str, text: str, line: str) -> None:
    cell = failed(error, text, line)
    found = explain(cell, {1: line})
    assert found is None or found.id not in {id for id, *_ in ERRORS if id != "no_file"}


@pytest.mark.parametrize(
    "path", ["fashion-mnist_train.csv", "datos/emnist-letters.mat", "fashion/t10k-images-idx3-ubyte"]
)
def test_files_of_other_sets_are_not_taken_for_those_of_mnist(path: str) -> None:
    assert told(missing(path))[0] == "no_file"


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("t10k-labels.idx1-ubyte", "t10k-labels.idx1-ubyte"),
        ("C:\\datos\\mnist_train.csv", "mnist_train.csv"),
        ("../MNIST/mnist.pkl", "mnist.pkl"),
    ],
)
def test_a_file_of_mnist_is_named_and_has_its_cure(path: str, cause: str) -> None:
    assert told(missing(path)) == (
        "mnist_files",
        f"The file `{cause}` was not submitted, and there is no internet to download it while grading.",
        "Load the images with `keras.datasets.mnist.load_data()`: that works here too.",
    )


# ---------------------------------------------------------------- files that a download should have brought


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("!wget -q https://example.org/tres.png", "tres.png"),
        ("!wget https://example.org/x -O fotos/tres.png", "fotos/tres.png"),
        ("! curl -o tres.png https://example.org/x", "/content/tres.png"),
        ("urllib.request.urlretrieve(url, 'tres.png')", "tres.png"),
        ("!git clone https://github.com/example/cifras.git", "cifras/tres.png"),
        ("!git clone https://github.com/example/cifras", "cifras/datos/tres.png"),
        ("!wget https://example.org/cifras.zip && unzip cifras.zip", "cifras/tres.png"),
    ],
)
def test_a_missing_file_that_the_code_downloads_is_told_with_its_cell(line: str, path: str) -> None:
    assert told(missing(path), {1: f"# datos\n{line}", 2: f"abre('{path}')"}) == (
        "downloaded_file",
        "The file `tres.png` is missing: code cell 1 should download it, and there is no internet while grading.",
        "Submit the file beside the notebook and open it by its name, `tres.png`.",
    )


@pytest.mark.parametrize(
    ("cells", "path"),
    [
        ({1: "!wget https://example.org/trestres.png"}, "tres.png"),
        ({1: "tres = 3"}, "tres.png"),
        ({1: "pd.read_csv('/data/input/tres.csv')"}, "/data/input/tres.csv"),
        ({3: "!wget https://example.org/tres.png"}, "tres.png"),
        ({1: "!wget https://example.org/datos/otro.csv"}, "datos/tres.csv"),
    ],
)
def test_a_missing_file_that_no_line_before_downloads_is_only_missing(cells: dict[int, str], path: str) -> None:
    assert told(missing(path), {**cells, 2: ""})[0] == "no_file"


@given(st.text(max_size=60))
def test_no_name_of_a_missing_file_breaks_the_search(path: str) -> None:
    network.downloaded_file(missing(path), {1: f"!wget {path}"})


def test_the_search_takes_as_long_as_the_code_is_long() -> None:
    def work(lines: int) -> None:
        network.downloaded_file(missing("a/b/tres.png"), {1: "!wget https://example.org/tre.png\n" * lines})

    assert growth(work, 500, 5_000) < 20


@pytest.mark.parametrize(
    "piece", ["mnist_a", "/", "fashion", "https://a/", "URL fetch failure on ", "directory: '", "idx1-"]
)
def test_long_texts_of_an_error_are_searched_in_time_that_grows_as_they_do(piece: str) -> None:
    def work(times: int) -> None:
        cell = failed("FileNotFoundError", piece * times, piece * times)
        explain(cell, {})

    assert growth(work, 100, 1_000) < 20


# ---------------------------------------------------------------- review


def reviewed(*cells: FailedCell) -> Message | None:
    return network.review(diagnosed(facts(failed=cells), Notebook(cells={})).failed)


def test_a_person_looks_when_only_the_network_was_missing() -> None:
    reason = reviewed(
        failed("URLError", URLOPEN, cell=3),
        failed("NameError", "name 'x' is not defined", cell=4),
        failed("ConnectionError", POOL.format(path="/"), cell=7),
    )
    assert reason is not None
    assert texts.render(reason, "en") == (
        "The notebook needs the internet (code cell 3, code cell 7), and there is none while grading: "
        "a person decides about the points that this cost."
    )
    assert texts.render(reason, "es").startswith(
        "El cuaderno necesita internet (la celda de código 3, la celda de código 7), y al corregir no lo hay:"
    )


def test_a_person_looks_at_another_data_set_because_the_rest_of_the_notebook_could_not_run() -> None:
    reason = reviewed(failed("Exception", FASHION))
    assert reason is not None
    assert reason.key == "scoring.review_network"


def test_no_person_looks_at_a_file_that_was_never_submitted() -> None:
    assert reviewed(missing("mnist_train.csv"), missing("foto.png")) is None
    assert reviewed() is None
