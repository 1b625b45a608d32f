"""A small assembler for classic BPF, the language of seccomp filters: jumps go to labels, never to counted lines.

Format: ``struct sock_filter`` of <linux/filter.h>; what a filter sees: ``struct seccomp_data`` of <linux/seccomp.h>.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

LOAD = 0x20  # A = 32 bits of the data at k
EQUAL = 0x15  # jump by A == k
AT_LEAST = 0x35  # jump by A >= k
ANY_BIT = 0x45  # jump by A & k
RETURN = 0x06
FARTHEST = 255  # a jump is one byte
_INSTRUCTION = struct.Struct("<HBBI")


@dataclass(slots=True)
class Assembly:
    """A program under construction: instructions in order, each jump with the label that it goes to."""

    lines: list[tuple[int, int, str, str]] = field(default_factory=list)  # code, k, label if so, label if not
    labels: dict[str, int] = field(default_factory=dict)

    def load(self, offset: int) -> None:
        """Load the 32 bits at ``offset`` (bytes)."""
        self.lines.append((LOAD, offset, "", ""))

    def jump(self, code: int, k: int, *, then: str = "", otherwise: str = "") -> None:
        """Compare what is loaded with ``k``; go to a label, or on to the next line where none is given."""
        self.lines.append((code, k, then, otherwise))

    def give(self, value: int) -> None:
        """End with this verdict."""
        self.lines.append((RETURN, value, "", ""))

    def label(self, name: str) -> None:
        """Name the next line. Raises ValueError for a name that is taken."""
        if name in self.labels:
            raise ValueError(f"the label {name!r} stands twice")
        self.labels[name] = len(self.lines)

    def assembled(self) -> bytes:
        """The program as the kernel takes it. Raises ValueError for a label that is missing, behind, or too far."""
        return b"".join(
            _INSTRUCTION.pack(code, self._distance(line, then), self._distance(line, otherwise), k & 0xFFFFFFFF)
            for line, (code, k, then, otherwise) in enumerate(self.lines)
        )

    def _distance(self, line: int, label: str) -> int:
        if not label:
            return 0
        distance = self.labels.get(label, -1) - line - 1
        if not 0 <= distance <= FARTHEST:
            raise ValueError(f"line {line}: the label {label!r} is missing, behind, or more than {FARTHEST} lines away")
        return distance
