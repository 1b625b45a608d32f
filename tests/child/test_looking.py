"""What the recorder keeps of pictures and delivered arrays, and how it cuts a training short."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.child import spool
from grader.child.recorder import exports as sent_exports
from grader.child.recorder import quick
from grader.child.recorder.pictures import PICTURES_CAP, Gallery, is_blank
from grader.evidence.exports import exports, sent_rows
from grader.evidence.pictures import pictures
from grader.records import ExportFacts, Run
from grader.untrusted import claims
from tests.support.facts import rubric

# ---------------------------------------------------------------- pictures


@pytest.fixture
def gallery(tmp_path: Path) -> Iterator[Gallery]:
    """A gallery that watches matplotlib; what it replaced is put back."""
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.axes._axes import Axes

    kept = {name: getattr(Axes, name) for name in ("imshow", "pcolormesh", "pcolor")}
    show = pyplot.show
    quietly = lambda call, *args: call(*args)  # noqa: E731
    watching = Gallery(spool.Spool(str(tmp_path)), cell=lambda: 7, quietly=quietly, show=lambda: pyplot.close("all"))
    watching.watch()
    with matplotlib.rc_context():
        yield watching
    for name, original in kept.items():
        setattr(Axes, name, original)
    pyplot.show = show
    pyplot.close("all")


IMAGES = np.arange(4 * 28 * 28).reshape(4, 28, 28).astype(np.uint8)


def titles(gallery: Gallery) -> list[str]:
    gallery.settle()
    return [claim["title"] for claim in gallery.claims]


def test_a_title_set_after_the_picture_belongs_to_it(gallery: Gallery) -> None:
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(2, 2)
    for axis, image, label in zip(axes.flat, IMAGES, "5041", strict=True):
        axis.imshow(image, cmap="gray")
        axis.set_title(label)
    axes[0, 0].set_xlabel("below")
    axes[1, 1].set_title("left", loc="left")
    axes[1, 0].text(0, 0, "on it")
    figure.suptitle("not of one picture")
    assert titles(gallery) == ["5 | below", "0", "4 | on it", "1 | left"]
    assert gallery.claims[0]["cell"] == 7
    assert gallery.claims[0]["cmap"] == "gray"


def test_show_ends_a_picture_and_the_next_one_has_its_own_words(gallery: Gallery) -> None:
    from matplotlib import pyplot as plt

    for image, label in zip(IMAGES, "5041", strict=True):
        plt.imshow(image)
        plt.suptitle(label)
        plt.show()
    plt.matshow(IMAGES[0])
    plt.gray()
    plt.figtext(0, 0, "last")
    assert titles(gallery) == ["5", "0", "4", "1", "last"]
    assert gallery.claims[-1]["cmap"] == "gray"


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("X, crossing, falling, rising", ["X", "crossing", "falling", "rising"]),
        ("X, crossing", [""] * 4),
        ("", [""] * 4),
    ],
)
def test_a_figures_title_that_lists_its_pictures_names_each(gallery: Gallery, title: str, words: list[str]) -> None:
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 4)
    for axis, image in zip(axes, IMAGES, strict=True):
        axis.imshow(image)
    figure.suptitle(title)
    assert titles(gallery) == words


def test_what_cannot_be_seen_does_not_count(gallery: Gallery) -> None:
    from matplotlib import pyplot as plt

    plt.imshow(IMAGES[0])
    plt.imshow(IMAGES[1])  # covers the first
    plt.title("seen")
    figure, axis = plt.subplots()
    removed = axis.imshow(IMAGES[0])
    removed.remove()
    figure, axis = plt.subplots()
    axis.imshow(IMAGES[2])
    axis.clear()
    figure, axis = plt.subplots()
    figure.colorbar(axis.pcolormesh(IMAGES[3]))  # draws the bar with pcolormesh too
    axis.set_title("mesh")
    assert titles(gallery) == ["seen", "mesh"]
    assert [claim["shape"] for claim in gallery.claims] == [[28, 28], [28, 28]]


def test_a_transparent_picture_covers_nothing(gallery: Gallery) -> None:
    from matplotlib import pyplot as plt

    plt.imshow(IMAGES[0])
    plt.imshow(IMAGES[1], alpha=0.4)
    assert len(titles(gallery)) == 2


def test_pictures_travel_with_their_array_when_it_is_small(gallery: Gallery, tmp_path: Path) -> None:
    from matplotlib import pyplot as plt

    plt.imshow(IMAGES[0] / 255)
    plt.figure()
    plt.imshow(np.zeros((300, 300)))
    plt.figure()
    plt.imshow(np.zeros((20, 20, 3), np.uint8) + np.uint8(9), cmap="Reds")
    gallery.settle()
    frames = {(kind, number): data for kind, number, data in spool.take(str(tmp_path))}
    seen = pictures(Run(submission="", ended="ok", frames=frames))
    assert [(one.shape, one.blank, one.cmap, one.values is not None) for one in seen] == [
        ((28, 28), False, "viridis", True),
        ((300, 300), True, "viridis", False),
        ((20, 20, 3), True, "", True),
    ]
    assert np.array_equal(seen[0].values, IMAGES[0] / 255)
    assert len({one.digest for one in seen}) == 3


def test_pictures_beyond_the_cap_are_left_out(gallery: Gallery) -> None:
    from matplotlib import pyplot as plt

    axis = plt.figure().add_subplot()
    for _ in range(PICTURES_CAP + 5):
        axis.imshow(IMAGES[0], alpha=0.5)
    assert len(titles(gallery)) == PICTURES_CAP


def test_blank_is_what_has_one_value_or_no_number() -> None:
    assert is_blank(np.zeros((3, 3)))
    assert is_blank(np.full((3, 3), np.nan))
    assert is_blank(np.zeros((0, 3)))
    assert not is_blank(np.eye(3))


WATCHED = """
import sys, tempfile
from grader.child import spool
from grader.child.recorder import pictures
quietly = lambda call, *args: call(*args)
show = lambda: plt.close("all")
gallery = pictures.Gallery(spool.Spool(tempfile.mkdtemp()), cell=lambda: 1, quietly=quietly, show=show)
gallery.watch()
assert not [name for name in sys.modules if name.startswith("matplotlib")]
import matplotlib.pyplot as plt
plt.imshow([[1, 2], [3, 4]]); plt.title("first"); plt.show()
plt.imshow([[1, 2], [3, 4]]); plt.title("second")
gallery.settle()
assert [claim["title"] for claim in gallery.claims] == ["first", "second"], gallery.claims
assert all(type(finder).__name__ != "_Waiting" for finder in sys.meta_path)
"""


def test_pictures_of_the_very_cell_that_imports_matplotlib_are_seen(tmp_path: Path) -> None:
    environ = {"MPLBACKEND": "Agg", "MPLCONFIGDIR": str(tmp_path), "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    root = str(Path(__file__).resolve().parents[2])
    ended = subprocess.run(
        [sys.executable, "-c", WATCHED],
        env={**environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr


def read_back(gallery: Gallery) -> tuple[Any, ...]:
    gallery.settle()
    folder = Path(gallery.spool.folder)
    frames = {}
    for path in sorted(folder.iterdir()):
        _, kind, number = path.name.split(".")
        frames[kind, int(number)] = path.read_bytes()
    return pictures(Run(submission="", ended="ok", frames=frames))


def test_of_a_large_picture_a_small_copy_is_kept(gallery: Gallery) -> None:
    from matplotlib import pyplot as plt

    image = IMAGES[1]
    photo = np.stack([np.kron(one, np.ones((10, 16))) for one in IMAGES[:3]], axis=-1).astype("uint8")
    for drawn in (image, np.kron(image, np.ones((2, 2))), np.kron(image, np.ones((20, 20))), photo, photo[:9]):
        plt.imshow(drawn)
        plt.show()
    small, double, large, colours, strip = read_back(gallery)
    assert small.reduced is None
    assert np.array_equal(small.values, image)
    assert double.values is not None
    assert large.values is None
    for copy in (double, large):
        assert np.allclose(copy.reduced, image, atol=1e-4)
    assert np.allclose(colours.reduced, IMAGES[:3].transpose(1, 2, 0), atol=1e-4)
    assert (colours.values, strip.reduced) == (None, None)


# ---------------------------------------------------------------- delivered arrays


def collected(
    folder: Path, *namespaces: dict[str, Any], names: tuple[str, ...], **shapes: Any
) -> dict[str, ExportFacts]:
    """What is read after each of the namespaces was looked at, one cell after the other."""
    sender = sent_exports.Delivered(spool.Spool(str(folder)), names, shapes)
    frames = {}
    for namespace in namespaces:
        sender.collect(namespace)
        frames |= {(kind, number): data for kind, number, data in spool.take(str(folder))}
    found = exports(Run(submission="", ended="ok", frames=frames), rubric(exports=names))
    return dict(found)


def test_the_dictionary_comes_first_then_the_variable(tmp_path: Path) -> None:
    both = {"x": np.zeros(3), "entrega": {"x": np.ones(3)}}
    found = collected(tmp_path, both, names=("x",))["x"]
    assert (found.found_as, found.by_shape, found.values is not None and found.values.tolist()) == (
        "entrega['x']",
        False,
        [1, 1, 1],
    )
    assert collected(tmp_path, {"delivery": {"x": [1, 2]}}, names=("x",))["x"].shape == (2,)
    assert collected(tmp_path, {"x": np.zeros(3), "entrega": {"x": None}}, names=("x",))["x"].found_as == "x"
    assert collected(tmp_path, {"y": np.zeros(3)}, names=("x",)) == {}


def test_under_another_name_an_array_is_found_by_its_shape_the_newest_first(tmp_path: Path) -> None:
    namespace = {
        "X": np.zeros((6, 4)),
        "other": np.zeros((6, 5)),
        "_1": np.zeros((6, 4)),
        "pair": (np.ones((6, 4)), 3),
        "X_scaled": np.full((6, 4), 2.0),
        "entrega": {"mine": np.full((6, 4), 3.0)},
    }
    found = collected(tmp_path, namespace, names=("x",), x=[6, 4])["x"]
    candidates = (found, *found.candidates)
    assert [one.found_as for one in candidates] == ["entrega['mine']", "X_scaled", "pair[0]", "X"]
    assert all(one.by_shape for one in candidates)
    assert collected(tmp_path, namespace, names=("x",)) == {}


def test_a_variable_of_the_right_name_and_another_shape_stays_first_among_the_candidates(tmp_path: Path) -> None:
    namespace = {"x": np.zeros((6, 2, 2)), "flat": np.zeros((6, 4))}
    found = collected(tmp_path, namespace, names=("x",), x=[6, 4])["x"]
    assert [(one.found_as, one.by_shape) for one in (found, *found.candidates)] == [("x", False), ("flat", True)]


def test_what_is_handed_over_later_replaces_what_was_found_before(tmp_path: Path) -> None:
    early = {"a": np.zeros((6, 4)), "b": np.ones((6, 4))}
    found = collected(tmp_path, early, {**early, "entrega": {"x": early["b"]}}, names=("x",), x=[6, 4])["x"]
    assert (found.found_as, found.by_shape, found.candidates) == ("entrega['x']", False, ())


def test_an_array_is_sent_again_only_when_it_changed(tmp_path: Path) -> None:
    sender = sent_exports.Delivered(spool.Spool(str(tmp_path)), ("x",), {})
    values = np.zeros((5, 5))
    sender.collect({"x": values})
    sender.collect({"x": values})
    assert len(list(spool.take(str(tmp_path)))) == 1
    values[2, 2] = 1
    sender.collect({"x": values})
    assert len(list(spool.take(str(tmp_path)))) == 1


def test_a_large_array_is_described_by_rows_and_range(tmp_path: Path) -> None:
    values = np.zeros((5000, 300), np.float32)
    values[1] = -3
    values[2] = np.nan
    found = collected(tmp_path, {"x": values}, names=("x",))["x"]
    assert (found.shape, found.values, len(found.rows), found.rows[-1]) == ((5000, 300), None, 256, 4999)
    assert (found.minimum, found.maximum, found.finite) == (-3.0, 0.0, False)
    values[2] = 0
    found = collected(tmp_path, {"x": values}, names=("x",))["x"]
    assert (found.minimum, found.maximum, found.finite) == (-3.0, 0.0, True)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ([1, 2, 3], (3,)),
        (3.5, ()),
        ({2: 7, 0: 5, 1: 6}, (3,)),
        (np.ones(3, ">i4"), (3,)),
        (np.ones(2, bool), (2,)),
        ((np.arange(3), np.arange(3)), (2, 3)),
    ],
)
def test_lists_numbers_and_counts_are_arrays_too(tmp_path: Path, value: Any, shape: tuple[int, ...]) -> None:
    assert collected(tmp_path, {"x": value}, names=("x",))["x"].shape == shape


@pytest.mark.parametrize("value", ["text", object(), None, np.array(["a"]), np.array([object()]), {"a": 1}, [1, [2]]])
def test_what_is_no_array_is_not_sent(tmp_path: Path, value: Any) -> None:
    assert collected(tmp_path, {"x": value}, names=("x",), x=[3]) == {}


def test_a_forged_description_of_an_array_is_not_believed() -> None:
    def read(header: dict[str, Any], body: bytes = b"\0" * 16) -> dict[str, ExportFacts]:
        payload = json.dumps({"shape": [4], "dtype": "<f4", **header}).encode() + b"\n" + body
        frames = {("export", number): payload for number in (0, 256, 512, 768, 1024)}
        return dict(exports(Run(submission="", ended="ok", frames=frames), rubric(exports=("x",))))

    assert read({"shape": [9]}) == {}
    assert read({"rows": [1, 2], "full_shape": [90]})["x"].rows == ()
    assert read({"rows": [1, 2, 3, 4], "full_shape": [90, 2]})["x"].row_values is None
    assert len(read({"candidates": 99})["x"].candidates) == 3
    assert read({"candidates": "many", "found_as": 3, "by_shape": 1})["x"].found_as == ""


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [((5000, 300), "<f4"), ((300_000,), "<f8"), ((90, 400, 400), "|u1"), ((300, 100, 300), "<f4"), ((300, 999), "<f8")],
)
def test_the_rows_of_a_large_array_are_those_that_the_recorder_picks(
    tmp_path: Path, shape: tuple[int, ...], dtype: str
) -> None:
    found = collected(tmp_path, {"x": np.zeros(shape, dtype)}, names=("x",))["x"]
    assert found.rows == sent_rows(shape, np.dtype(dtype).itemsize)
    assert found.row_values is not None


@pytest.mark.parametrize(
    ("full", "rows"),
    [([4], [0]), ([4], []), ([300_000], [0]), ([300_000], [0] * 256), ([300_000], [*range(256)]), ([1 << 32], [0, 5])],
)
def test_whoever_picks_the_rows_himself_has_handed_in_none(full: list[int], rows: list[int]) -> None:
    header = {"shape": [len(rows)], "dtype": "<f8", "full_shape": full, "rows": rows}
    payload = json.dumps(header).encode() + b"\n" + np.zeros(len(rows)).tobytes()
    run = Run(submission="", ended="ok", frames={("export", 0): payload})
    found = exports(run, rubric(exports=("x",)))["x"]
    assert found.values is None
    assert found.row_values is None
    assert found.rows == ()


def test_one_value_shown_as_terabytes_is_not_looked_at(tmp_path: Path) -> None:
    assert collected(tmp_path, {"x": np.broadcast_to(np.float64(0), (10**9, 1000))}, names=("x",)) == {}


# ---------------------------------------------------------------- quick


def test_arrays_lists_and_mappings_are_cut_to_their_first_rows() -> None:
    given: dict[str, Any] = {
        "x": [np.arange(9), {"a": np.arange(9)}["a"]],
        "y": {"out": np.arange(9)},
        "epochs": 30,
        "initial_epoch": 2,
        "sample_weight": np.ones(9),
        "validation_data": (np.arange(9), np.arange(9)),
        "validation_split": 0.1,
    }
    less = quick.cut(given, rows=4, epochs=1)
    assert [len(part) for part in less["x"]] == [4, 4]
    assert (len(less["y"]["out"]), len(less["sample_weight"]), less["epochs"]) == (4, 4, 3)
    assert [len(part) for part in less["validation_data"]] == [4, 4]
    assert (less["validation_split"], less["steps_per_epoch"], less["validation_steps"]) == (0.1, None, None)
    assert (len(given["x"][0]), given["epochs"]) == (9, 30)


def test_streams_end_after_as_many_batches() -> None:
    stream = (None for _ in range(9))
    less = quick.cut({"x": stream, "epochs": 0}, rows=100, epochs=1)
    assert (less["x"], less["steps_per_epoch"], less["epochs"]) == (stream, 4, 0)
    assert quick.cut({"x": stream, "steps_per_epoch": 2}, rows=100, epochs=1)["steps_per_epoch"] == 2
    steps = quick.cut({"x": np.zeros(600), "batch_size": 10, "steps_per_epoch": 60}, rows=100, epochs=1)
    assert (len(steps["x"]), steps["steps_per_epoch"]) == (100, 10)


def test_an_evaluation_is_cut_likewise() -> None:
    less = quick.cut_evaluation({"x": np.zeros(900), "y": np.zeros(900), "batch_size": 50, "verbose": 0}, rows=120)
    assert (len(less["x"]), len(less["y"]), less["steps"], less["verbose"]) == (120, 120, None, 0)
    stream = (None for _ in range(9))
    assert quick.cut_evaluation({"x": stream}, rows=100) == {"x": stream, "steps": 4}
    assert quick.cut_evaluation({"x": stream, "steps": 2}, rows=100)["steps"] == 2


def test_as_many_epochs_as_asked_share_the_rows() -> None:
    given = {"x": np.zeros(900), "epochs": 12, "initial_epoch": 2}
    less = quick.cut(given, rows=500, epochs=30)
    assert (len(less["x"]), less["epochs"]) == (50, 12)
    less = quick.cut({**given, "epochs": 500, "validation_freq": 100}, rows=60, epochs=30)
    assert (len(less["x"]), less["epochs"], less["validation_freq"]) == (quick.LEAST_ROWS, 32, 30)
    assert "validation_freq" not in quick.cut({**given, "epochs": 500}, rows=60, epochs=30)


def history(epochs: int, **metrics: list[float]) -> Any:
    return SimpleNamespace(epoch=list(range(epochs)), history=dict(metrics))


def test_a_history_that_was_cut_gets_as_many_entries_as_were_asked_for() -> None:
    cut = history(3, loss=[3.0, 2.0, 1.0], val_loss=[5.0])
    quick.lengthen(cut, {"epochs": 9}, 3)
    assert cut.epoch == list(range(9))
    assert cut.history == {"loss": [3.0, 2.0, *[1.0] * 7], "val_loss": [5.0] * 3}


@pytest.mark.parametrize(("done", "asked"), [(3, 3), (2, 9), (0, 9), (3, 2)])
def test_a_history_that_was_not_cut_or_that_a_callback_ended_stays(done: int, asked: int) -> None:
    whole = history(done, loss=[1.0] * done)
    quick.lengthen(whole, {"epochs": asked}, 3)
    assert (len(whole.epoch), whole.history) == (done, {"loss": [1.0] * done})


def test_what_cannot_be_cut_stays() -> None:
    assert quick.head(None, 3) is None
    assert quick.head(7, 3) == 7
    assert quick.head([[1], [2], [3], [4]], 3) == [[1], [2], [3]]


def test_the_header_of_an_array_is_read_by_claims() -> None:
    packed = sent_exports.packed(np.arange(4, dtype=">i4"), {"found_as": "x"})
    header, values = claims.array(packed) or ({}, None)
    assert (header["found_as"], values is not None and values.tolist()) == ("x", [0, 1, 2, 3])
