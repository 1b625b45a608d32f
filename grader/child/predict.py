"""Inside sandbox 2: a canonical model and raw images in, one float32 payload out. Never sees a label.

/in/model.keras  our own repack of the student's model
/in/images       uint8, (n, 28, 28), row by row, in an order that only the host knows
/in/task.json    {"transforms": [spec, ...], "head": 1}, see ``models.preprocess.apply``; the outputs follow in the
                 same order; of a model with several outputs ``head`` is the place of the one that is wanted

or, for a model that is given images of its own shape as they are:

/in/images       float32, little-endian
/in/task.json    {"floats": [n, height, ...]}, the shape of /in/images

The payload has (transforms x) n x outputs numbers, little-endian. Exit code 3: the model could not be
loaded; 4: it could not be run on the images; the last line of stderr says why.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.child.paths import inside
from grader.models.preprocess import apply
from grader.untrusted import frames

NOT_LOADED, NOT_RUN = 3, 4
BATCH, WIDE_BATCH = 256, 2048
BATCH_NUMBERS = 4 << 20  # of one batch's input, so that large pictures need no large memory
NARROW = 4096  # numbers: models whose layers all give less take wide batches, which are faster


def main() -> int:
    """The exit code."""
    out = frames.Writer(int(os.environ["RESULT_FD"]))
    task = json.loads(Path(inside("/in/task.json")).read_bytes())
    content = Path(inside("/in/images")).read_bytes()
    try:
        model = load(inside("/in/model.keras"))
    except Exception as error:  # noqa: BLE001 - whatever a model does is told, never raised
        return told(error, NOT_LOADED)
    try:
        if "floats" in task:
            found = [answers(model, np.frombuffer(content, "<f4").reshape(task["floats"]))]
        else:
            images = np.frombuffer(content, np.uint8).reshape(-1, 28, 28)
            found = [predictions(model, spec, images, task.get("head")) for spec in task["transforms"]]
    except Exception as error:  # noqa: BLE001
        return told(error, NOT_RUN)
    out.send("predictions", 0, b"".join(found))
    out.close()
    return 0


def load(path: str) -> Any:
    """The Keras model in ``path``, without its compile settings."""
    from keras import saving  # noqa: PLC0415 - seconds of import, after the first byte to the host

    return saving.load_model(path, compile=False, safe_mode=True)


def predictions(model: Any, spec: Mapping[str, Any], images: NDArray[np.uint8], head: int | None = None) -> bytes:
    """Outputs for all ``images`` as float32 bytes, as ``model.predict`` gives them (training=False)."""
    shape = tuple(model.input_shape[1:])
    most = max(1, min(WIDE_BATCH if narrow(model) else BATCH, BATCH_NUMBERS // int(np.prod(shape))))
    # Equal batches, the last one filled up: for every other size TensorFlow would make the program of the model anew.
    batch = math.ceil(len(images) / max(1, math.ceil(len(images) / most))) or 1
    parts = []
    for first in range(0, len(images), batch):
        some = images[first : first + batch]
        filled = np.pad(some, ((0, batch - len(some)), (0, 0), (0, 0)), mode="edge")
        given = model.predict_on_batch(apply.transform(spec, filled).reshape(batch, *shape))
        given = given if head is None else given[head]
        parts.append(np.asarray(given, dtype="<f4")[: len(some)].tobytes())
    return b"".join(parts)


def narrow(model: Any) -> bool:
    """Whether no layer gives more than ``NARROW`` numbers for an image: then caches hold a wide batch."""
    given = [getattr(layer, "output", None) for layer in model.layers]
    tensors = [one for each in given for one in (each if isinstance(each, (list, tuple)) else [each])]
    shapes = [(None,) if one is None else one.shape[1:] for one in tensors]
    return all(None not in shape and math.prod(shape) <= NARROW for shape in shapes)


def answers(model: Any, images: NDArray[np.float32]) -> bytes:
    """Outputs for images of the model's own shape as float32 bytes, one at a time: they are few, some large."""
    return b"".join(np.asarray(model.predict_on_batch(one[None]), dtype="<f4").tobytes() for one in images)


def told(error: Exception, code: int) -> int:
    """``code``, after the reason went to stderr as its last line."""
    print(f"{type(error).__name__}: {error}".replace("\n", " ")[:500], file=sys.stderr)
    return code


if __name__ == "__main__":
    ended = main()
    sys.stderr.flush()
    os._exit(ended)  # TensorFlow takes its time to say goodbye
