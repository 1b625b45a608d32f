from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import data, texts
from grader.data import arrays, digits, mounting, sets
from grader.data.redraw import Wobble, redraw
from grader.errors import DataError
from tests.support.changed_package import changed
from tests.support.images import digits_like

HUNDRED = digits_like(100)


def few(train=300, test=80):
    labels = np.arange(train + test, dtype=np.uint8) % 10
    images = digits_like(train + test)
    return data.of_arrays("few", images[:train], labels[:train], images[train:], labels[train:])


@pytest.fixture
def home(tmp_path):
    """An environment with a home folder of its own and nothing in it."""
    return {"HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]}


@pytest.fixture
def as_mnist(monkeypatch, tmp_path):
    """A small set that passes for MNIST, in a folder of its own."""
    small = few()
    monkeypatch.setitem(sets.KNOWN, "mnist", small.sha256)
    arrays.write(tmp_path / "given" / "mnist.npz", small.arrays)
    return small, tmp_path / "given"


# ---------------------------------------------------------------- finding


def test_a_set_is_found_in_a_folder_and_as_a_file(as_mnist, home):
    small, folder = as_mnist
    for path in (folder, folder / "mnist.npz"):
        found = data.find("mnist", path, home)
        assert found.sha256 == small.sha256
        assert np.array_equal(found.x_train, small.x_train)
        assert found.name == "mnist"


def test_the_environment_is_asked_before_the_keras_cache(as_mnist, home):
    small, folder = as_mnist
    cached = Path(home["HOME"]) / ".keras" / "datasets" / "mnist.npz"
    arrays.write(cached, few(50, 50).arrays)
    assert data.find("mnist", None, {**home, "GRADER_DATA": str(folder)}).sha256 == small.sha256
    with pytest.raises(DataError, match=r"\.keras.*not the data set 'mnist'"):
        data.find("mnist", None, home)


def test_the_keras_cache_is_the_last_place(as_mnist, home):
    small, folder = as_mnist
    cached = Path(home["HOME"]) / ".keras" / "datasets" / "mnist.npz"
    cached.parent.mkdir(parents=True)
    cached.write_bytes((folder / "mnist.npz").read_bytes())
    assert data.find("mnist", None, {**home, "GRADER_DATA": "/nowhere"}).sha256 == small.sha256
    moved = {"KERAS_HOME": str(cached.parent.parent), "HOME": "/nowhere"}
    assert data.find("mnist", None, moved).sha256 == small.sha256


def test_a_path_that_was_typed_is_meant_even_when_another_place_has_the_set(as_mnist, home, tmp_path):
    _, folder = as_mnist
    with pytest.raises(DataError, match="not looked at, because --data was given") as caught:
        data.find("mnist", tmp_path / "typo", {**home, "GRADER_DATA": str(folder)})
    assert str(tmp_path / "typo" / "mnist.npz") in str(caught.value)


def test_a_missing_set_lists_the_places_and_the_command_that_fetches_it(home):
    with pytest.raises(DataError) as caught:
        data.find("mnist", None, home)
    told = str(caught.value)
    assert "--data PATH (not given)" in told
    assert "$GRADER_DATA (not given)" in told
    assert f"{home['HOME']}/.keras/datasets/mnist.npz" in told
    assert "grader data fetch mnist" in told
    assert "--data digits" in told


def test_an_unknown_name_lists_the_names_there_are(home):
    with pytest.raises(DataError, match="no data set 'mnits'; there are: mnist, digits"):
        data.find("mnits", None, home)


def test_other_content_under_the_right_name_is_refused_with_what_was_received(home, tmp_path):
    arrays.write(tmp_path / "mnist.npz", few().arrays)
    with pytest.raises(DataError, match=r"300 training and 80 test images.*has the checksum"):
        data.find("mnist", tmp_path, home)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"x_train": np.zeros((4, 28, 28), np.uint8)}, "y_train, x_test, y_test missing"),
        ({"x_train": np.zeros((4, 28, 28))}, "x_train is float64"),
        ({"x_train": np.zeros((4, 32, 32), np.uint8)}, r"shape \(4, 32, 32\), not uint8 of shape \(-1, 28, 28\)"),
        ({"x_train": np.asfortranarray(np.zeros((4, 28, 28), np.uint8))}, "x_train is uint8"),
        ({"y_train": np.array([{}, {}], dtype=object)}, "y_train is object"),
        ({"y_train": np.zeros((100_001), np.uint8)}, "more than 100000"),
    ],
)
def test_files_with_other_arrays_are_refused_and_say_why(content, told, home, tmp_path):
    whole = {} if "missing" in told else dict(few(8, 8).arrays)
    np.savez(tmp_path / "mnist.npz", **{**whole, **content})
    with pytest.raises(DataError, match=told):
        data.find("mnist", tmp_path, home)


def test_a_header_that_promises_terabytes_is_refused_before_anything_is_allocated(home, tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "mnist.npz", "w") as archive:
        for name in arrays.NAMES:
            with archive.open(f"{name}.npy", "w") as member:
                shape = (1 << 40, 28, 28) if name.startswith("x") else (1 << 40,)
                np.lib.format.write_array_header_1_0(member, {"descr": "|u1", "fortran_order": False, "shape": shape})
    with pytest.raises(DataError, match="1099511627776 rows"):
        data.find("mnist", tmp_path, home)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_a_data_error_whatever_the_damage(drawn):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mnist.npz"
        arrays.write(path, few(5, 5).arrays)
        content = bytearray(path.read_bytes())
        if drawn.draw(st.booleans()):
            del content[drawn.draw(st.integers(0, len(content) - 1)) :]
        else:
            content[drawn.draw(st.integers(0, len(content) - 1))] ^= drawn.draw(st.integers(1, 255))
        path.write_bytes(content)
        with pytest.raises(DataError, match="mnist"):
            data.find("mnist", path, {"HOME": folder})


def test_a_file_that_cannot_be_opened_is_a_data_error(home, tmp_path):
    (tmp_path / "mnist.npz").symlink_to(tmp_path / "mnist.npz")
    with pytest.raises(DataError, match="was not found"):
        data.find("mnist", tmp_path, home)


def test_each_set_has_a_name_in_plain_words():
    assert "few" in texts.render(few().label, "en")
    for language in texts.catalogue()["measuring.data_digits"]:
        assert "MNIST" in language


@pytest.mark.real_data
def test_the_real_set_is_recognised(real_data):
    found = data.find("mnist", real_data)
    assert found.x_train.shape == (60_000, 28, 28)
    assert found.y_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert found.y_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert round(float(found.x_train.mean()), 4) == 33.3184


# ---------------------------------------------------------------- arrays


def test_the_fingerprint_depends_on_content_and_shape_and_not_on_the_file(tmp_path):
    small = few(20, 20)
    np.savez_compressed(tmp_path / "packed.npz", **small.arrays)
    arrays.write(tmp_path / "plain.npz", small.arrays)
    assert arrays.fingerprint_of(tmp_path / "packed.npz") == small.sha256
    assert arrays.fingerprint_of(tmp_path / "plain.npz") == small.sha256
    changed = {**small.arrays, "y_test": small.y_test[::-1]}
    assert arrays.fingerprint(changed) != small.sha256


def test_the_fingerprint_is_the_sha256_of_titles_and_bytes():
    small = few(2, 1)
    by_hand = hashlib.sha256()
    for name, shape in (("x_train", "(2, 28, 28)"), ("y_train", "(2,)"), ("x_test", "(1, 28, 28)"), ("y_test", "(1,)")):
        by_hand.update(f"{name} {shape} uint8\n".encode() + small.arrays[name].tobytes())
    assert small.sha256 == by_hand.hexdigest()


def test_a_write_that_fails_leaves_nothing_behind(tmp_path):
    with pytest.raises(KeyError):
        arrays.write(tmp_path / "x.npz", {"x_train": np.zeros((1, 28, 28), np.uint8)})
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- fetching


@pytest.mark.keras
def test_fetching_without_a_network_says_so_and_how_to_go_on(tmp_path):
    # An address of this machine where nobody listens: the same failure with and without a network.
    nobody = {name: "http://127.0.0.1:9" for name in ("http_proxy", "https_proxy", "HTTPS_PROXY", "HTTP_PROXY")}
    with pytest.raises(DataError, match=r"could not be downloaded \(.*is there a network\?.*--data FOLDER"):
        data.fetch("mnist", tmp_path / "into", {"PATH": os.environ["PATH"], "HOME": str(tmp_path), **nobody})
    assert not (tmp_path / "into").exists()


def test_only_sets_with_a_source_can_be_fetched(tmp_path):
    with pytest.raises(DataError, match="part of this program: use --data digits"):
        data.fetch("digits", tmp_path)
    with pytest.raises(DataError, match="what can be fetched: mnist"):
        data.fetch("cifar", tmp_path)


# ---------------------------------------------------------------- drawing again


def test_a_wobble_of_nothing_changes_nothing():
    images = digits_like(5)
    still = Wobble(rotation=0, scale=0, shift=0)
    assert np.array_equal(redraw(images, still, np.random.default_rng(0)), images)


def test_a_small_wobble_moves_ink_but_keeps_its_amount():
    images = digits_like(50)
    drawn = redraw(images, mounting.WOBBLE, np.random.default_rng(0))
    assert not (drawn == images).all(axis=(1, 2)).any()
    assert abs(float(drawn.sum()) / float(images.sum()) - 1) < 0.03
    centre = images.mean(axis=0) - drawn.mean(axis=0)
    assert np.abs(centre).max() < 40


def test_drawing_again_is_the_same_for_the_same_seed_only():
    images = digits_like(5)
    first, again, other = (redraw(images, mounting.WOBBLE, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


# ---------------------------------------------------------------- what a run sees


def test_a_hidden_test_set_is_replaced_by_a_stand_in_that_shows_no_test_image(tmp_path):
    small, env = few(), {"XDG_CACHE_HOME": str(tmp_path)}
    hidden = data.mounted(small, "hidden", env)
    inside = np.load(hidden.path)
    assert sorted(inside.files) == sorted(arrays.NAMES)
    assert inside["x_test"].shape == small.x_test.shape
    assert np.array_equal(inside["x_train"], small.x_train)
    real = {image.tobytes() for image in (*small.x_test, *small.x_train)}
    assert not any(image.tobytes() in real for image in inside["x_test"])
    assert np.array_equal(inside["x_test"], data.stand_in(small)[0])


def test_stand_in_labels_are_those_of_the_training_images_that_were_redrawn():
    small = few()
    images, labels = data.stand_in(small)
    correlations = np.corrcoef(np.concatenate([images, small.x_train]).reshape(-1, 784).astype(float))
    origin = correlations[: len(images), len(images) :].argmax(axis=1)
    assert (small.y_train[origin] == labels).mean() > 0.95


def test_a_public_test_set_is_mounted_as_it_is(tmp_path):
    small = few()
    public = data.mounted(small, "public", {"XDG_CACHE_HOME": str(tmp_path)})
    assert public.sha256 == small.sha256
    assert np.array_equal(np.load(public.path)["x_test"], small.x_test)


def test_the_mounted_file_is_readable_by_the_user_of_the_sandbox_and_made_once(tmp_path):
    small, env = few(), {"XDG_CACHE_HOME": str(tmp_path)}
    first = data.mounted(small, "hidden", env)
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o644
    written = first.path.stat().st_mtime_ns
    assert data.mounted(small, "hidden", env) == first
    assert first.path.stat().st_mtime_ns == written
    assert data.mounted(small, "public", env).sha256 != first.sha256
    assert {path.suffix for path in first.path.parent.iterdir()} == {".npz", ".sha256"}


def test_a_damaged_mounted_file_is_made_again(tmp_path, monkeypatch):
    small, env = few(), {"XDG_CACHE_HOME": str(tmp_path)}
    first = data.mounted(small, "hidden", env)
    monkeypatch.setattr(mounting, "_mounted", {})  # as a new process would start
    first.path.write_bytes(first.path.read_bytes()[:-1000])
    assert data.mounted(small, "hidden", env) == first
    assert arrays.fingerprint_of(first.path) == first.sha256


def test_a_mounted_file_with_other_images_than_were_written_is_made_again(tmp_path, monkeypatch):
    small, env = few(), {"XDG_CACHE_HOME": str(tmp_path)}
    first = data.mounted(small, "hidden", env)
    monkeypatch.setattr(mounting, "_mounted", {})
    arrays.write(first.path, small.arrays)  # valid, and with the real test images
    assert data.mounted(small, "hidden", env) == first
    assert arrays.fingerprint_of(first.path) == first.sha256 != small.sha256


def test_other_code_of_the_stand_in_is_another_file(tmp_path):
    small, env = few(), {"XDG_CACHE_HOME": str(tmp_path)}
    first = data.mounted(small, "hidden", env)
    assert first.path.stem == data.mounted_name(small, "hidden")
    with changed(tmp_path, "data/redraw.py", lambda text: f"{text}# another rounding\n"):
        assert data.mounted(small, "hidden", env).path.stem == data.mounted_name(small, "hidden") != first.path.stem
    with changed(tmp_path, "data/sets.py", lambda text: f"{text}# found elsewhere\n"):
        assert data.mounted_name(small, "hidden") == first.path.stem
    assert data.mounted_name(small, "hidden") == first.path.stem


def test_a_cache_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DataError, match="XDG_CACHE_HOME"):
        data.mounted(few(), "public", {"XDG_CACHE_HOME": str(tmp_path / "file")})


# ---------------------------------------------------------------- sample rows


def test_sample_rows_are_64_different_valid_rows_of_each_part():
    rows = data.sample_rows(few())
    for part, n in (("train", 300), ("test", 80)):
        assert len(rows[part]) == len(set(rows[part])) == 64
        assert rows[part] == sorted(rows[part])
        assert 0 <= rows[part][0] <= rows[part][-1] < n


def test_sample_rows_ink_more_pixels_than_rows_at_even_distances():
    images = digits_like(2000)
    greedy = images[mounting.spread(images)].any(axis=0).sum()
    assert greedy > images[::31].any(axis=0).sum()
    assert greedy == images.any(axis=0).sum()


@given(st.integers(1, 100), st.integers(1, 70))
def test_as_many_rows_are_chosen_as_there_are(n, wanted):
    rows = mounting.spread(HUNDRED[:n] if n % 2 else np.zeros((n, 28, 28), np.uint8), wanted)
    assert len(set(rows)) == len(rows) == min(n, wanted)
    assert all(0 <= row < n for row in rows)


@pytest.mark.real_data
def test_64_images_of_mnist_ink_every_pixel_that_is_ever_inked(real_data):
    mnist = data.find("mnist", real_data)
    chosen = mnist.x_train[data.sample_rows(mnist)["train"]]
    assert chosen.any(axis=0).sum() == mnist.x_train.any(axis=0).sum() == 717


# ---------------------------------------------------------------- the embedded set


def test_enlarging_keeps_a_constant_area_and_leaves_a_margin_of_4():
    large = digits.enlarge(np.ones((1, 8, 8)))
    assert large.shape == (1, 28, 28)
    assert (large[0, 4:24, 4:24] == 255).all()
    assert large.sum() == 255 * 400


def test_cubic_weights_are_means_and_repeat_a_straight_line_in_the_middle():
    weights = digits.cubic_weights(8, 20)
    assert np.allclose(weights.sum(axis=1), 1)
    line = weights @ np.arange(8.0)
    assert np.allclose(np.diff(line)[4:15], 0.4)


@pytest.fixture(scope="module")
def embedded():
    return data.find("digits")


def test_the_embedded_set_has_the_layout_of_mnist(embedded):
    assert embedded.x_train.shape == (60_000, 28, 28)
    assert embedded.x_test.shape == (10_000, 28, 28)
    assert {array.dtype for array in embedded.arrays.values()} == {np.dtype(np.uint8)}
    assert np.bincount(embedded.y_train).min() > 5400
    assert np.bincount(embedded.y_test).min() > 800
    assert embedded.x_train.max() == 255


def test_the_word_digits_as_a_path_means_the_embedded_set(embedded):
    found = data.find("mnist", Path("digits"))
    assert (found.name, found.sha256) == ("digits", embedded.sha256)


def test_no_original_is_in_both_parts_of_the_embedded_set():
    order = np.random.default_rng(0).permutation(1797)
    made = digits.sources(1797)
    assert len(made["test"]) == 400
    assert sorted([*made["test"], *made["train"]]) == sorted(order)


@pytest.mark.slow
def test_making_the_embedded_set_again_gives_the_same_bytes(embedded, tmp_path):
    again = data.find("digits", None, {"XDG_CACHE_HOME": str(tmp_path)})
    assert again.sha256 == embedded.sha256


GRADING = """
import sys
from grader import data
found = data.find("digits")
data.mounted(found, "hidden")
data.sample_rows(found)
data.stand_in(found)
print(sum(name in sys.modules for name in ("sklearn", "scipy", "tensorflow", "keras")))
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""


def test_the_process_that_grades_imports_no_heavy_library_and_stays_below_120_megabytes(embedded):
    done = subprocess.run([sys.executable, "-c", GRADING], capture_output=True, text=True, check=True)
    heavy, peak_kb = (int(line) for line in done.stdout.split())
    assert heavy == 0
    assert peak_kb < 120 * 1024
