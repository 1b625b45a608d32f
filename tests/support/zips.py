"""Zips written byte by byte: as the programs that students use write them, and as no program does."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from itertools import accumulate

DOS, UNIX, NTFS = 0, 3, 10
UTF_8, DESCRIPTOR, ENCRYPTED = 0x800, 0x8, 0x1


def deflated(content: bytes) -> bytes:
    """``content`` as zips pack it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


@dataclass(frozen=True, kw_only=True)
class Part:
    """One member. What is None is told as it is; everything else is claimed whatever is true."""

    name: bytes
    content: bytes = b""
    method: int = 8
    flags: int = 0
    mode: int = 0
    system: int = UNIX
    packed: bytes | None = None  # the stored bytes
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    extra: bytes = b""  # of the central directory
    local_name: bytes | None = None
    local_extra: bytes = b""
    offset: int | None = None
    disk: int = 0
    after: bytes = b""  # between this member and the next

    @property
    def body(self) -> bytes:
        if self.packed is not None:
            return self.packed
        return deflated(self.content) if self.method == 8 else self.content

    @property
    def numbers(self) -> tuple[int, int, int]:
        """Checksum, packed size and size as claimed."""
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        packed = len(self.body) if self.packed_size is None else self.packed_size
        return crc, packed, len(self.content) if self.size is None else self.size

    def local(self) -> bytes:
        """The header before the content, the content, and the sizes behind it when they stand there."""
        name = self.name if self.local_name is None else self.local_name
        later = bool(self.flags & DESCRIPTOR)
        numbers = (0, 0, 0) if later else tuple(min(number, 0xFFFFFFFF) for number in self.numbers)
        head = struct.pack(
            "<4s5H3L2H", b"PK\x03\x04", 20, self.flags, self.method, 0, 0x21, *numbers, len(name), len(self.local_extra)
        )
        behind = struct.pack("<4s3L", b"PK\x07\x08", *self.numbers) if later else b""
        return head + name + self.local_extra + self.body + behind + self.after

    def central(self, offset: int) -> bytes:
        """The entry in the directory."""
        head = struct.pack(
            "<4s2B5H3L5H2L", b"PK\x01\x02", 30, self.system, 20, self.flags, self.method, 0, 0x21, *self.numbers,
            len(self.name), len(self.extra), 0, self.disk, 0, self.mode << 16,
            offset if self.offset is None else self.offset,
        )  # fmt: skip
        return head + self.name + self.extra


def written(*parts: Part, comment: bytes = b"", count: int | None = None, large: bool = False) -> bytes:
    """A zip; ``large`` puts what describes the directory into the 64-bit end record."""
    bodies = [part.local() for part in parts]
    offsets = [0, *accumulate(map(len, bodies))]
    directory = b"".join(part.central(offset) for part, offset in zip(parts, offsets, strict=False))
    return with_end(b"".join(bodies), directory, len(parts) if count is None else count, comment, large=large)


def with_end(body: bytes, directory: bytes, count: int, comment: bytes = b"", *, large: bool = False) -> bytes:
    """A zip of its members and their directory."""
    if not large:
        return body + directory + end(count, len(directory), len(body), comment)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), len(body))
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(body) + len(directory), 1)
    return body + directory + record + locator + end(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, comment)


def end(count: int, length: int, offset: int, comment: bytes = b"") -> bytes:
    """The end record."""
    return struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, length, offset, len(comment)) + comment


def unicode_path(name: str, raw: bytes) -> bytes:
    """The extra field in which Info-ZIP keeps a name in UTF-8 beside one in an old code page."""
    value = b"\x01" + struct.pack("<L", zlib.crc32(raw)) + name.encode()
    return struct.pack("<2H", 0x7075, len(value)) + value


def large_sizes(size: int, packed: int) -> bytes:
    """The extra field of sizes in 64 bits."""
    return struct.pack("<2H2Q", 1, 16, size, packed)


# ---------------------------------------------------------------- as programs write them


def by_finder(files: dict[str, bytes]) -> bytes:
    """macOS: UTF-8 without saying so, sizes behind the content, resource forks under ``__MACOSX``."""
    parts = []
    for folder in sorted({name.rpartition("/")[0] for name in files if "/" in name}):
        parts.append(Part(name=f"{folder}/".encode(), method=0, mode=0o040755))
    for name, content in files.items():
        below, _, last = name.rpartition("/")
        fork = f"__MACOSX/{below}/._{last}" if below else f"__MACOSX/._{last}"
        parts.append(Part(name=name.encode(), content=content, flags=DESCRIPTOR, mode=0o100644))
        parts.append(Part(name=fork.encode(), content=b"fork", flags=DESCRIPTOR, mode=0o100644))
    parts.append(Part(name=b".DS_Store", content=b"store", flags=DESCRIPTOR, mode=0o100644))
    return written(*parts)


def by_explorer(files: dict[str, bytes], page: str = "cp437") -> bytes:
    """Windows: names in the page of the console, no folders of their own."""
    return written(*(Part(name=name.encode(page), content=body, system=DOS) for name, body in files.items()))


def by_7_zip(files: dict[str, bytes]) -> bytes:
    """7-Zip: folders last, times of NTFS in the directory, UTF-8 only where it must be."""
    times = struct.pack("<2H4x2H3Q", 10, 32, 1, 24, 1, 2, 3)
    parts = [
        Part(
            name=name.encode(),
            content=body,
            system=DOS,
            extra=times,
            flags=0 if name.isascii() else UTF_8,
            method=8 if body else 0,
        )
        for name, body in files.items()
    ]
    folders = sorted({name.rpartition("/")[0] for name in files if "/" in name})
    parts += [Part(name=f"{name}/".encode(), method=0, system=DOS, extra=times) for name in folders if name.isascii()]
    return written(*parts)


def by_info_zip(files: dict[str, bytes], page: str = "cp437") -> bytes:
    """Old Info-ZIP: a name in an old code page, the true one beside it; a comment at the end."""
    parts = []
    for name, body in files.items():
        raw = name.encode(page, "replace")
        parts.append(Part(name=raw, content=body, mode=0o100600, extra=unicode_path(name, raw)))
    return written(*parts, comment="entrega de práctica".encode())


def by_python(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The zipfile module."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return content.getvalue()


def by_python_to_a_pipe(files: dict[str, bytes]) -> bytes:
    """The sizes stand behind the contents: whoever cannot go back writes like this."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(body)
    return pipe.getvalue()
