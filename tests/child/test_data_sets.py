"""The mounted set, however a notebook asks for it; and libraries that are changed when they are imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.child.recorder.when_imported import when_imported

PROGRAM = """
import json, os, sys, time, importlib.util
import keras, numpy as np
sys.path.insert(0, {root!r})
from grader.child.recorder import data_sets, network
network.fail_at_once()
data_sets.provide({name!r}, {path!r})
for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
    del sys.modules[name]
sys.path.pop(0)
with np.load({path!r}) as arrays:
    arrays = dict(arrays)
found = {{}}

def is_all(file):
    with np.load(file) as loaded:
        return sorted(loaded.files) == sorted(arrays) and all((loaded[n] == arrays[n]).all() for n in arrays)

{body}
print(json.dumps(found, default=str))
"""


@pytest.fixture(scope="module")
def mounted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("mounted") / "set.npz"
    images = {
        part: rng.integers(0, 256, (rows, 28, 28), dtype=np.uint8) for part, rows in (("train", 60), ("test", 20))
    }
    labels = {part: (np.arange(len(rows)) % 10).astype(np.uint8) for part, rows in images.items()}
    np.savez(path, x_train=images["train"], y_train=labels["train"], x_test=images["test"], y_test=labels["test"])
    return path


def found(mounted: Path, folder: Path, body: str, name: str = "digits") -> dict[str, object]:
    """What the lines ``body`` note in ``found``, in a process with the data set in place and ``folder`` as its own."""
    root = str(Path(__file__).resolve().parents[2])
    program = PROGRAM.format(root=root, name=name, path=str(mounted), body=body)
    environment = {"KERAS_HOME": str(folder / ".keras"), "HOME": str(folder), "PATH": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=folder, env=environment
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    told: dict[str, object] = json.loads(ended.stdout.splitlines()[-1])
    return told


@pytest.mark.keras
def test_the_file_is_there_under_its_name_downloaded_or_opened(mounted: Path, tmp_path: Path) -> None:
    told = found(
        mounted,
        tmp_path,
        """
import tensorflow as tf
from pathlib import Path
from urllib import request
url = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
(x, y), (x2, y2) = tf.keras.datasets.mnist.load_data("/home/ana/mnist.npz")
found["load_data"] = bool((x == arrays["x_train"]).all() and (y2 == arrays["y_test"]).all())
found["get_file"] = is_all(keras.utils.get_file("mnist.npz", origin=url, file_hash="0"))
found["other_name"] = is_all(tf.keras.utils.get_file("mnist", url))
found["own_cache"] = is_all(keras.utils.get_file(origin=url, cache_dir=".", cache_subdir="datos"))
found["datos"] = os.listdir("datos")
found["home"] = os.path.exists(os.path.expanduser("~/.keras/datasets/mnist.npz"))
names = ("mnist.npz", "/content/mnist.npz", Path("C:/a/mnist.npz"), r"D:\\b\\MNIST.npz")
found["names"] = [is_all(name) for name in names]
found["retrieved"] = is_all(request.urlretrieve(url, "bajado.npz")[0]) and is_all("bajado.npz")
found["temporary"] = is_all(request.urlretrieve(url)[0])
import io, requests
found["opened"] = [is_all(io.BytesIO(request.urlopen(what).read())) for what in (url, request.Request(url))]
answer = requests.get(url, timeout=60)
answer.raise_for_status()
found["got"] = is_all(io.BytesIO(answer.content))
with requests.Session().get(url, stream=True) as answer:
    found["streamed"] = sum(map(len, answer.iter_content(100))) == int(answer.headers["Content-Length"])
np.savez("mnist.npz", own=np.arange(3))
found["own"] = np.load("mnist.npz").files
try:
    np.load("otro.npz")
except FileNotFoundError as error:
    found["missing"] = str(error)
""",
    )
    assert told == {
        "load_data": True,
        "get_file": True,
        "other_name": True,
        "own_cache": True,
        "datos": ["mnist.npz"],
        "home": True,
        "names": [True, True, True, True],
        "retrieved": True,
        "temporary": True,
        "opened": [True, True],
        "got": True,
        "streamed": True,
        "own": ["own"],
        "missing": "[Errno 2] No such file or directory: 'otro.npz'",
    }


@pytest.mark.keras
def test_openml_gives_all_rows_as_scikit_learn_does(mounted: Path, tmp_path: Path) -> None:
    told = found(
        mounted,
        tmp_path,
        """
from sklearn.datasets import fetch_openml
rows = np.concatenate([arrays["x_train"], arrays["x_test"]]).reshape(80, 784)
labels = np.concatenate([arrays["y_train"], arrays["y_test"]]).astype(str)
X, y = fetch_openml("mnist_784", version=1, return_X_y=True, as_frame=False, parser="auto", cache=True)
found["arrays"] = [X.dtype.name, y.dtype.name, bool((X == rows).all()), bool((y == labels).all())]
bunch = fetch_openml(data_id=554, as_frame=False)
found["bunch"] = [bunch.data.shape, bunch["target"].shape, bunch.frame, bunch.feature_names[-1], bunch.target_names]
framed = fetch_openml(name="MNIST_784")
data, target = framed.data, framed.target
found["frame"] = [data.shape, target.dtype.name, target.name, framed.frame.shape, list(data)[0]]
found["frames"] = bool((data.to_numpy() == rows).all() and (target.astype(int) == labels.astype(int)).all())
begun = time.monotonic()
try:
    fetch_openml("iris", version=1)
except Exception as error:
    found["other"] = type(error).__name__ != "InvalidParameterError"
found["at_once"] = time.monotonic() - begun < 30
""",
    )
    assert told["arrays"] == ["int64", "object", True, True]
    assert told["bunch"] == [[80, 784], [80], None, "pixel784", ["class"]]
    assert told["frame"] == [[80, 784], "category", "class", [80, 785], "pixel1"]
    assert told["frames"] is True


@pytest.mark.keras
def test_tfds_gives_parts_slices_and_arrays(mounted: Path, tmp_path: Path) -> None:
    told = found(
        mounted,
        tmp_path,
        """
import tensorflow_datasets as tfds
both = ["train", "test"]
(train, test), info = tfds.load("mnist", split=both, as_supervised=True, with_info=True, shuffle_files=True)
found["sizes"] = [len(train), len(test), info.splits["train"].num_examples, info.features["label"].num_classes]
found["shape"] = [info.features["image"].shape, list(info.features.shape)]
image, label = next(iter(tfds.as_numpy(train)))
found["first"] = bool((image[..., 0] == arrays["x_train"][0]).all() and label == arrays["y_train"][0])
found["keys"] = sorted(tfds.load("mnist:3.*.*")), sorted(tfds.load("mnist", split="test").element_spec)
splits = "train[:80%]", "train[80%:]", "train[:1_0]", "test[-5:]", "train+test[:50%]", "all", tfds.Split.TEST
found["slices"] = [len(tfds.load("mnist", split=split)) for split in splits]
images, labels = tfds.as_numpy(tfds.load("mnist", split="train", batch_size=-1, as_supervised=True))
found["whole"] = [images.shape, labels.dtype.name, bool((images[..., 0] == arrays["x_train"]).all())]
builder = tfds.builder("mnist")
builder.download_and_prepare()
found["batches"] = len(builder.as_dataset(split="train", batch_size=16))
found["table"] = tfds.as_dataframe(test.take(3), info).shape
found["spec"] = importlib.util.find_spec("tensorflow_datasets").name
for asked in (("cifar10", "train"), ("mnist", "validation"), ("mnist", "train[:a]")):
    try:
        tfds.load(asked[0], split=asked[1])
    except Exception as error:
        found[" ".join(asked)] = f"{type(error).__name__}: {error}"
""",
    )
    assert told == {
        "sizes": [60, 20, 60, 10],
        "shape": [[28, 28, 1], ["image", "label"]],
        "first": True,
        "keys": [["test", "train"], ["image", "label"]],
        "slices": [48, 12, 10, 5, 70, 80, 20],
        "whole": [[60, 28, 28, 1], "int64", True],
        "batches": 4,
        "table": [3, 2],
        "spec": "tensorflow_datasets",
        "cifar10 train": "ConnectionError: tfds cannot download the data set 'cifar10': there is no network",
        "mnist validation": "ValueError: Unknown split 'validation'. Should be one of ['train', 'test'].",
        "mnist train[:a]": "ValueError: Unknown split 'train[:a]'. Should be one of ['train', 'test'].",
    }


@pytest.mark.keras
def test_another_set_is_given_under_its_own_names_and_mnist_is_not(mounted: Path, tmp_path: Path) -> None:
    told = found(
        mounted,
        tmp_path,
        """
from urllib3.util.retry import Retry
(x, y), _ = keras.datasets.fashion_mnist.load_data()
found["keras"] = bool((x == arrays["x_train"]).all())
from sklearn.datasets import fetch_openml
import tensorflow_datasets as tfds
found["openml"] = fetch_openml("Fashion-MNIST", version=1, as_frame=False).data.shape
found["tfds"] = len(tfds.load("fashion_mnist", split="train"))
try:
    tfds.load("mnist")
except ConnectionError as error:
    found["mnist"] = str(error)
try:
    np.load("mnist.npz")
except FileNotFoundError:
    found["file"] = "missing"
begun = time.monotonic()
Retry(total=9, backoff_factor=9).sleep()
found["waits"] = time.monotonic() - begun > 1
""",
        name="fashion_mnist",
    )
    assert told == {
        "keras": True,
        "openml": [80, 784],
        "tfds": 60,
        "mnist": "tfds cannot download the data set 'mnist': there is no network",
        "file": "missing",
        "waits": False,
    }


# ---------------------------------------------------------------- libraries that are changed when they are imported


def test_a_module_is_changed_when_it_is_imported_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "later_package").mkdir()
    (tmp_path / "later_package" / "__init__.py").write_text("from later_package.inner import value")
    (tmp_path / "later_package" / "inner.py").write_text("value = 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    finders = list(sys.meta_path)
    when_imported("later_package.inner", lambda module: setattr(module, "value", 2))
    assert "later_package" not in sys.modules
    import later_package  # type: ignore[import-not-found]

    assert later_package.value == 2
    assert sys.meta_path == finders
    when_imported("later_package.inner", lambda module: setattr(module, "value", 3))
    assert later_package.inner.value == 3


def test_a_module_that_is_not_there_is_missing_as_before() -> None:
    finders = list(sys.meta_path)
    when_imported("no_such_module_anywhere", lambda module: None)
    with pytest.raises(ModuleNotFoundError, match="No module named 'no_such_module_anywhere'"):
        import no_such_module_anywhere  # type: ignore[import-not-found]  # noqa: F401
    assert sys.meta_path == finders
