"""Program: downloads one data set through Keras into ``$KERAS_HOME/datasets``.

The last line of stderr says what failed. Runs outside a sandbox: no student's code or file is near it.
"""

from __future__ import annotations

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"


def main(name: str) -> int:
    """0 when the file is there, else 1."""
    from keras import datasets  # noqa: PLC0415 - after the environment is set

    try:
        getattr(datasets, name).load_data()
    except Exception as error:  # noqa: BLE001 - whatever it is, the person who asked wants to read it
        print(f"{type(error).__name__}: {error}".replace("\n", " "), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
