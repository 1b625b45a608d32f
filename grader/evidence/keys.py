"""What an execution or a prediction depends on, as a hash: equal keys, equal evidence.

Points, thresholds, texts and criteria are not in it: changing them re-runs nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.records import FedData
from grader.sandbox import ENVIRONMENT, versions
from grader.store import code_hash

# Where each step begins, here and inside a sandbox: what follows from these by import is what the step rests on.
# Programs are started by name, and the recorder by a text, so no import leads to them. The warm worker is the parent
# of both programs; a copy of it runs one of them.
RUN = (
    "grader.evidence.execute",
    "grader.evidence.series",
    "grader.child.runner.run",
    "grader.child.recorder.install",
    "grader.child.worker.warm",
    "grader.child.worker.series",
)
READ = ("grader.evidence.models",)
MEASURE = ("grader.evidence.predict", "grader.evidence.outputs", "grader.child.predict", "grader.child.worker.warm")
# What these give is part of a key by its value: environment, versions and isolation, and the arrays themselves.
BY_VALUE = ("grader.sandbox", "grader.data")
NOT_IN_A_RUN = (*BY_VALUE, "grader.child.predict")
NOT_IN_A_MEASUREMENT = (*BY_VALUE, "grader.child.runner", "grader.child.recorder")


def running_modules() -> tuple[str, ...]:
    """The modules that decide what a run of a submission gives."""
    return code_hash.closure(*RUN, beyond=NOT_IN_A_RUN)


def reading_modules() -> tuple[str, ...]:
    """The modules that decide what the file of a model shows."""
    return code_hash.closure(*READ, beyond=BY_VALUE)


def measuring_modules() -> tuple[str, ...]:
    """The modules that decide what a model gives for images: its preprocessing, its canonical copy, sandbox 2."""
    return code_hash.closure(*MEASURE, beyond=NOT_IN_A_MEASUREMENT)


@cache
def running_sha256() -> str:
    """Hash of ``running_modules``."""
    return code_hash.sha256_of(running_modules())


@cache
def reading_sha256() -> str:
    """Hash of ``reading_modules``."""
    return code_hash.sha256_of(reading_modules())


@cache
def measuring_sha256() -> str:
    """Hash of ``measuring_modules``."""
    return code_hash.sha256_of(measuring_modules())


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
            "code": running_sha256(),
            **_surroundings(),
        }
    )


def prediction_key(*, model: str, inputs: Any, fed: FedData | None, data_sha256: str, head: int | None = None) -> str:
    """Key of one measurement in sandbox 2: canonical model, what it was fed, images, environment."""
    return _hash(
        {
            "model": model,
            "inputs": inputs,
            "head": head,
            "fed": _fed_hash(fed),
            "code": measuring_sha256(),
            "data": data_sha256,
            **_surroundings(),
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
            "code": measuring_sha256(),
            **_surroundings(),
        }
    )


def _surroundings() -> Mapping[str, Any]:
    """What every program inside a sandbox meets beside our own code."""
    return {"versions": versions(), "environment": ENVIRONMENT}


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
