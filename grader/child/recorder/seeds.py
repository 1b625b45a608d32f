"""Seeds before the first cell, and the shift that a repeated run adds to every seed the notebook sets."""

from __future__ import annotations

import functools
import random
import sys
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf


def settle(seed: int, shift: int, *, deterministic: bool, threads: int) -> None:
    """Seed everything, make ops deterministic, limit the threads; with a shift, wrap the setters of seeds."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    if deterministic:
        tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(seed)
    if shift:
        _shift_all(shift)


def replace_everywhere(original: Any, replacement: Any) -> None:
    """Put ``replacement`` wherever a module of Keras, TensorFlow or the like holds ``original`` by name."""
    name = original.__name__
    for module in list(sys.modules.values()):
        members = getattr(module, "__dict__", None)
        if members is not None and members.get(name) is original:
            setattr(module, name, replacement)


def _shift_all(shift: int) -> None:
    inside = [False]

    def shifted(original: Callable[..., Any], first: str) -> Callable[..., Any]:
        @functools.wraps(original)
        def setter(*args: Any, **kwargs: Any) -> Any:
            if inside[0]:
                return original(*args, **kwargs)
            if args and _is_seed(args[0]):
                args = (args[0] + shift, *args[1:])
            elif _is_seed(kwargs.get(first)):
                kwargs[first] += shift
            inside[0] = True  # Keras's setter calls the others: one shift is enough
            try:
                return original(*args, **kwargs)
            finally:
                inside[0] = False

        return setter

    replace_everywhere(keras.utils.set_random_seed, shifted(keras.utils.set_random_seed, "seed"))
    tf.random.set_seed = shifted(tf.random.set_seed, "seed")
    random.seed = shifted(random.seed, "a")
    np.random.seed = shifted(np.random.seed, "seed")
    np.random.default_rng = shifted(np.random.default_rng, "seed")


def _is_seed(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
