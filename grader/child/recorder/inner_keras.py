"""Networks of ``tensorflow.python.keras``: an old copy of Keras inside TensorFlow that cannot train here.

Nothing of them can be read; that one was built is noted, so that nobody is told there was none.
"""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any

from grader.child.recorder.stand_ins import Notice
from grader.child.recorder.when_imported import when_imported

MODULE = "tensorflow.python.keras.engine.training"


def watch(notice: Notice) -> None:
    """Look on as soon as the old copy is imported; ``notice`` is called once, when the first network is built."""
    when_imported(MODULE, lambda module: _watch_building(module, notice))


def _watch_building(module: ModuleType, notice: Notice) -> None:
    original = module.Model.__new__
    told: list[bool] = []

    @functools.wraps(original)
    def built(*args: Any, **kwargs: Any) -> Any:
        if not told:
            told.append(True)
            notice("runs.inner_keras")
        return original(*args, **kwargs)

    module.Model.__new__ = staticmethod(built)
