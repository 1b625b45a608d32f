"""What a cell gave, as it goes into the executed notebook: a frame for each cell, all of them within one cap."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from grader.untrusted import frames

ROOM = 4 << 20  # bytes of all cells together: no larger notebook is written


class Outputs:
    """Takes the outputs of cell after cell; one for which no room is left is only counted."""

    def __init__(self) -> None:
        self.room = ROOM

    def frame(self, cell: int, outputs: Sequence[Any], left_out: int = 0) -> bytes:
        """The frame of the cell at this position; ``left_out`` further outputs were dropped before."""
        kept: list[bytes] = []
        for output in outputs:
            written = json.dumps(output, ensure_ascii=False).encode("utf-8", "replace")
            if len(written) <= self.room:
                kept.append(written)
                self.room -= len(written)
        head = json.dumps({"cell": cell, "left_out": left_out + len(outputs) - len(kept)}).encode()
        return head[:-1] + b', "outputs": [' + b",".join(kept) + b"]}"


def fits(number: int, frame: bytes) -> bool:
    """Whether the frame of this number can be sent."""
    return number < frames.NUMBERS_CAP and len(frame) <= frames.CAPS["outputs"]
