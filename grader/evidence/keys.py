"""What an execution or a prediction depends on, as a hash: equal keys, equal evidence.

Points, thresholds, texts and criteria are not in it: changing them re-runs nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.records import FedData
from grader.sandbox import ENVIRONMENT, versions
from grader.store import code_hash

PACKAGE = Path(__file__).resolve().parent.parent
CHILD = PACKAGE / "child"
SHARED = ("untrusted/frames.py", "models/preprocess/apply.py")  # mounted beside the programs of child/


@cache
def programs_sha256() -> str:
    """Hash of the programs that run inside the sandboxes."""
    return code_hash.sha256_of([*sorted(CHILD.rglob("*.py")), *(PACKAGE / name for name in SHARED)])


@cache
def reading_sha256() -> str:
    """Hash of what decides which cells of a hand-in run."""
    return code_hash.sha256_of([PACKAGE / "evidence" / name for name in ("mending.py", "notebook.py", "repairs.py")])


@cache
def measuring_sha256() -> str:
    """Hash of what decides how a model is measured: which preprocessing it was trained with, and sandbox 2."""
    preprocess = sorted((PACKAGE / "models" / "preprocess").glob("*.py"))
    return code_hash.sha256_of([*preprocess, PACKAGE / "evidence" / "predict.py"])


@cache
def models_sha256() -> str:
    """Hash of what decides what the file of a model shows."""
    keras_file = sorted((PACKAGE / "models" / "keras_file").glob("*.py"))
    return code_hash.sha256_of([*keras_file, PACKAGE / "untrusted" / "zip.py"])


def run_key(*, submission: str, rubric_part: Mapping[str, Any], data: str, seed: int, late: bytes | None = None) -> str:
    """Key of one execution in sandbox 1.

    ``data`` names the arrays that are mounted by their content, ``late`` the calls and their hidden arguments.
    """
    return _hash(
        {
            "late": None if late is None else hashlib.sha256(late).hexdigest(),
            "submission": submission,
            "rubric": rubric_part,
            "data": data,
            "seed": seed,
            "reading": reading_sha256(),
            **_inside(),
        }
    )


def prediction_key(*, model: str, inputs: Any, fed: FedData | None, data_sha256: str) -> str:
    """Key of one measurement in sandbox 2: canonical model, what it was fed, images, environment."""
    return _hash(
        {
            "model": model,
            "inputs": inputs,
            "fed": _fed_hash(fed),
            "measuring": measuring_sha256(),
            "data": data_sha256,
            **_inside(),
        }
    )


def outputs_key(*, model: str, images: NDArray[np.float32]) -> str:
    """Key of what a canonical model gives for these very images."""
    given = hashlib.sha256(np.ascontiguousarray(images).tobytes()).hexdigest()
    return _hash(
        {
            "model": model,
            "images": given,
            "shape": images.shape,
            **_inside(),
        }
    )


def _inside() -> Mapping[str, Any]:
    """What every program inside a sandbox meets."""
    return {"versions": versions(), "environment": ENVIRONMENT, "programs": programs_sha256()}


def _fed_hash(fed: FedData | None) -> str:
    if fed is None:
        return ""
    digest = hashlib.sha256(repr((fed.shape, fed.length, fed.dtype, fed.rows, fed.part)).encode())
    digest.update(repr((fed.minimum, fed.maximum, fed.mean, fed.std)).encode())
    if fed.samples is not None:
        digest.update(np.ascontiguousarray(fed.samples).tobytes())
    return digest.hexdigest()


def _hash(parts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:32]
