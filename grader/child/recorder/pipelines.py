"""Input pipelines of TensorFlow (``tf.data``, so ``fit`` too) without the thread that tunes them.

That thread sleeps for 20 ms, 40, 80 and so on, and TensorFlow 2.x tells it that an epoch is over just before it notes
that it is over: who wakes in between sleeps again, and the epoch lasts until that sleep ends, up to twice its time.
Where all threads share a core this happens to most epochs. A run with one thread has nothing to tune.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

HOOK = "_apply_debug_options"  # what every iterator of a data set calls first; not public, so it may go


def untune() -> None:
    """From now on no data set that is gone through has such a thread; its elements stay as they are."""
    original = getattr(tf.data.Dataset, HOOK, None)
    if original is None:  # slower, and nothing else
        return

    def untuned(dataset: Any) -> Any:
        options = tf.data.Options()
        options.autotune.enabled = False
        return original(dataset).with_options(options)

    setattr(tf.data.Dataset, HOOK, untuned)
