"""How it shows that something was to be downloaded: there is no internet while grading.

Errors that a notebook gets from a server of its own on the same machine are none of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from grader.scoring.diagnoses.sign import Sign, Values

IMPORT = r"ImportError|ModuleNotFoundError"
NOT_FOUND = "FileNotFoundError"
# What the libraries say when no name can be resolved and no address reached.
NO_NETWORK = (
    r"URL fetch failure|name resolution|Failed to resolve|Could not resolve host|Name or service not known"
    r"|getaddrinfo failed|No address associated|Network is unreachable"
)
UBYTE = r"(?:train|t10k)-(?:images|labels)[.-]idx[13]-ubyte(?:\.gz)?"
# Not Fashion-MNIST, KMNIST or EMNIST, which have files of the same names.
MNIST_FILE = (
    rf"(?<!tf-keras-datasets/)(?P<name>{UBYTE}|mnist(?:[._-]\w{{1,20}}){{0,3}}\.(?:pkl|pickle|csv|gz|zip|mat)\b)"
)
ANOTHER_MNIST = r"(?i:fashion|[ek]mnist|kuzushiji)"
# How a set is written in addresses and calls -> its name.
SETS: Mapping[str, str] = {
    "fashion": "Fashion-MNIST",
    "tf-keras-datasets/train": "Fashion-MNIST",  # where Keras has its four files
    "tf-keras-datasets/t10k": "Fashion-MNIST",
    "kmnist": "KMNIST",
    "emnist": "EMNIST",
    "cifar-100": "CIFAR-100",
    "cifar100": "CIFAR-100",
    "cifar-10": "CIFAR-10",
    "cifar10": "CIFAR-10",
    "imdb.npz": "IMDB",
    "reuters.npz": "Reuters",
    "boston_housing": "Boston Housing",
    "california_housing": "California Housing",
    "olivetti_faces": "Olivetti Faces",
    "lfw_people": "Labeled Faces in the Wild",
    "lfw_pairs": "Labeled Faces in the Wild",
    "20newsgroups": "20 Newsgroups",
    "covtype": "Covertype",
    "cats_and_dogs": "Cats vs. Dogs",
    "flower_photos": "Flowers",
}
SET = "|".join(map(re.escape, SETS))
IMAGES = r"(?i:fashion|[ek]mnist|cifar-?100?)"
# What a notebook imports to have a network, MNIST or a file from elsewhere -> what is said where it is not installed.
LIBRARIES: Mapping[str, str] = {
    **dict.fromkeys(
        ("tensorflow_hub", "keras_hub", "keras_nlp", "keras_cv", "transformers", "huggingface_hub", "timm"),
        "weights_library",
    ),
    **dict.fromkeys(
        ("mnist", "python_mnist", "mnist_loader", "mnist_web", "load_mnist", "dataset.mnist"), "mnist_library"
    ),
    **dict.fromkeys(
        ("wget", "gdown", "kagglehub", "kaggle", "opendatasets", "aiohttp", "httpx", "pooch"), "downloader"
    ),
}
UNKNOWN: Mapping[str, object] = {"key": "network.asks_unknown", "values": {}}


def _not_installed(id: str) -> Sign:
    names = "|".join(re.escape(name) for name, its_id in LIBRARIES.items() if its_id == id)
    return Sign(id=id, error=IMPORT, text=rf"No module named '(?P<name>{names})(?:\.[\w.]+)?'")


def _set(found: dict[str, str | None]) -> Values:
    """The name of a set as people know it; as it was written where it is not in the table."""
    written = found["set"] or ""
    known = next((name for key, name in SETS.items() if key in written.lower()), written)
    return {"name": known, "asks": UNKNOWN}


# fmt: off
SIGNS: Sequence[Sign] = (
    # pretrained networks
    Sign(id="no_weights", text=r"URL fetch failure on \S{0,300}?/(?:keras-applications/|imagenet_class_index)", values=lambda found: {}),
    _not_installed("weights_library"),
    # another data set
    Sign(id="other_data", text=rf"URL fetch failure on \S{{0,300}}?(?P<set>{SET})", values=_set),
    Sign(id="other_data", text=r"tfds cannot download the data set '(?P<set>[^']{1,60})'", values=_set),
    Sign(id="other_data", text=NO_NETWORK, line=r"\bfetch_openml\(\s*(?:name\s*=\s*)?['\"](?P<set>[^'\"]{1,60})['\"]", values=_set),
    Sign(id="other_data", text=NO_NETWORK, line=rf"\bfetch_(?P<set>{SET})", values=_set),
    Sign(id="other_data", text=NO_NETWORK, line=rf"(?P<set>{IMAGES})", values=_set),
    # MNIST from elsewhere
    _not_installed("mnist_library"),
    Sign(id="mnist_files", text=rf"URL fetch failure on (?!\S{{0,300}}?{ANOTHER_MNIST})\S{{0,300}}?{MNIST_FILE}"),
    Sign(id="mnist_files", text=NO_NETWORK, line=MNIST_FILE),
    Sign(id="mnist_files", text=rf"/(?!\S{{0,300}}?{ANOTHER_MNIST})\S{{0,300}}?{MNIST_FILE}.*(?:{NO_NETWORK})"),
    Sign(id="mnist_files", error=NOT_FOUND, text=rf"directory: '(?![^'\n]{{0,200}}?{ANOTHER_MNIST})[^'\n]{{0,200}}?{MNIST_FILE}'"),
    Sign(id="mnist_files", error=NOT_FOUND, text=rf"^(?!\S{{0,200}}?{ANOTHER_MNIST})\S{{0,200}}?{MNIST_FILE} not found"),
    # anything else
    _not_installed("downloader"),
    Sign(id="no_download", text=NO_NETWORK, values=lambda found: {}),
    Sign(id="no_download", error=NOT_FOUND, text=r"^(?:https?|ftp):/\S{1,1000} not found", values=lambda found: {}),
    Sign(id="no_download", error=NOT_FOUND, text=r"directory: '(?:https?|ftp):/", values=lambda found: {}),
    Sign(id="no_download", error="CalledProcessError", text=r"\b(?:wget|curl|gdown|kaggle|git\b.{0,20}\bclone)\b", values=lambda found: {}),
    Sign(id="no_file", error=NOT_FOUND, text=r"^(?P<name>[^\n:]{1,200}) not found\.$"),
    Sign(id="no_download", error="ValueError", text=r"Please open the URL for reading", values=lambda found: {}),
)
