"""Where the files of a submission are read from: a folder, or a zip."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from grader.evidence.preparing import notebook
from grader.submissions.intake import FILE_CAP, Entry, NotReadable, read_below, read_head
from grader.submissions.zipped import Archive
from grader.untrusted.file_kind import HEAD, Kind, kind_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Files below ``root``, or in ``archive`` when there is one."""

    root: Path
    archive: Archive | None = None
    _kinds: dict[tuple[str, ...], Kind] = field(default_factory=dict)

    def read(self, entry: Entry, cap: int = FILE_CAP) -> bytes:
        """The bytes of a file, at most ``cap``. Raises NotReadable; Damaged when its archive cannot be relied on."""
        if entry.why is not None:
            raise NotReadable(entry.why)
        if self.archive is not None:
            return self.archive.read(entry, cap)
        return read_below(self.root, entry.parts, cap)

    def kind(self, entry: Entry) -> Kind:
        """What a file is, by its name and its first bytes; by its name alone when it cannot be read."""
        if entry.parts not in self._kinds:
            self._kinds[entry.parts] = self._kind(entry)
        return self._kinds[entry.parts]

    def text(self, entry: Entry) -> str:
        """The start of a module as text; empty when it cannot be read."""
        try:
            return notebook.module_text(self._head(entry)) or ""
        except NotReadable:
            return ""

    def _kind(self, entry: Entry) -> Kind:
        try:
            return kind_of_start(entry.name, self._head(entry))
        except NotReadable:
            return kind_of(entry.name, b"", whole=False)

    def _head(self, entry: Entry) -> bytes:
        if self.archive is not None:
            return self.archive.head(entry, HEAD)
        if entry.why is not None:
            raise NotReadable(entry.why)
        return read_head(self.root, entry.parts, HEAD)


def kind_of_start(name: str, start: bytes) -> Kind:
    """What a file is whose first bytes, ``HEAD`` at most, these are."""
    return kind_of(name, start, whole=len(start) < HEAD)
