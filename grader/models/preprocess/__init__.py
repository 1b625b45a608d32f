"""Which preprocessing a model was fed with, found by comparing what the recorder saw with the known images."""

from __future__ import annotations

from grader.models.preprocess.deciding import Decision, identify
from grader.models.preprocess.matching import Pool
from grader.models.preprocess.members import spec
from grader.models.preprocess.wording import describe

__all__ = ["Decision", "Pool", "describe", "identify", "spec"]
