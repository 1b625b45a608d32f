"""Zip files read strictly: which members there are and where they lie, and the bytes of one, within bounds.

Format: PKWARE APPNOTE 6.3.10. Nothing is searched for and nothing is mended: an archive begins with its first
member and ends with its end record, and no two members share a byte, so that every program sees the same files.
Several threads may read at once: there is no file position and no state.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Read = Callable[[int, int], bytes]  # (offset, size) -> at most so many bytes from there
Reason = Literal["not_a_zip", "no_end", "too_many", "overlap", "damaged"]

STORED, DEFLATED = 0, 8
BYTES_PER_MEMBER = 512  # of the central directory: ten times what a usual name needs
PIECE = 1 << 18
COMMENT_CAP = 0xFFFF
EMPTY_CAP = 16  # bytes into which nothing is packed

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s2B4HL2L2H")
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # by password, strongly, with its directory
_SIZES_64, _UTF_8_NAME = 0x0001, 0x7075  # extra fields


class Unusable(Exception):
    """An archive, or one of its members, that is not read. ``count`` belongs to ``too_many``."""

    def __init__(self, reason: Reason, count: int = 0) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.count = count


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One entry of the central directory. Sizes are what it claims, in bytes."""

    name: str  # as it stands: separators, "..", NUL and all
    raw: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    mode: int  # of Unix; 0 when its maker does not tell
    offset: int
    end: int  # where the next member or the directory begins

    @property
    def folder(self) -> bool:
        return self.name.endswith("/")

    @property
    def encrypted(self) -> bool:
        return bool(self.flags & _ENCRYPTED)

    @property
    def ordinary(self) -> bool:
        """False for links, devices and whatever else is neither a file nor a folder."""
        kind = stat.S_IFMT(self.mode)
        return kind in (0, stat.S_IFREG) or (kind == stat.S_IFDIR and self.folder)


# ---------------------------------------------------------------- the directory


def members(read: Read, size: int, *, cap: int, comment_cap: int = COMMENT_CAP) -> list[Member]:
    """The members of an archive of ``size`` bytes, in the order of its directory.

    More than ``cap`` members are refused by the end record alone. Raises Unusable.
    """
    if size < _END.size:
        raise Unusable("damaged" if read(0, 2) == b"PK" else "not_a_zip")
    begins = read(0, 4)
    if begins not in (b"PK\x03\x04", b"PK\x05\x06"):
        raise Unusable("not_a_zip")
    count, length, offset = _end_record(read, size, comment_cap)
    if count > cap:
        raise Unusable("too_many", count)
    directory = read(offset, length) if length <= BYTES_PER_MEMBER * (cap + 128) else b""
    if len(directory) != length:
        raise Unusable("damaged")
    try:
        found = list(_entries(directory, count))
    except struct.error as error:
        raise Unusable("damaged") from error
    return _placed(found, offset)


def _end_record(read: Read, size: int, comment_cap: int) -> tuple[int, int, int]:
    """How many members there are, and the length and offset of their directory, which ends right before this."""
    tail = read(max(0, size - _END.size - comment_cap), _END.size + comment_cap)
    fitting = []
    at = tail.rfind(b"PK\x05\x06", 0, len(tail) - _END.size + 4)
    while at >= 0:
        if at + _END.size + _END.unpack_from(tail, at)[7] == len(tail):
            fitting.append(at)
        at = tail.rfind(b"PK\x05\x06", 0, at)
    if len(fitting) != 1:  # two: programs would disagree on which one counts
        raise Unusable("damaged" if fitting else "no_end")
    _, disk, first_disk, here, count, length, offset, _ = _END.unpack_from(tail, fitting[0])
    end = size - len(tail) + fitting[0]
    told = (disk, first_disk, here, count, length, offset)
    large = _end_record_64(read, end)
    if large is not None:
        for value, full, value_64 in zip(told, (0xFFFF,) * 4 + (0xFFFFFFFF,) * 2, large[1:], strict=True):
            if value not in (full, value_64):
                raise Unusable("damaged")
        end, *told_64 = large
        disk, first_disk, here, count, length, offset = told_64
    if disk or first_disk or here != count or offset + length != end:
        raise Unusable("damaged")
    return count, length, offset


def _end_record_64(read: Read, end: int) -> tuple[int, int, int, int, int, int, int] | None:
    """Where the end record of a large archive lies, and its fields; None for all others."""
    locator = read(end - _LOCATOR.size, _LOCATOR.size) if end >= _LOCATOR.size else b""
    if locator[:4] != b"PK\x06\x07":
        return None
    _, disk, at, disks = _LOCATOR.unpack(locator)
    record = read(at, _END_64.size) if at + _END_64.size + _LOCATOR.size == end else b""
    if record[:4] != b"PK\x06\x06" or disk or disks > 1:
        raise Unusable("damaged")
    _, length, _, _, disk, first_disk, here, count, directory_length, offset = _END_64.unpack(record)
    if length != _END_64.size - 12:
        raise Unusable("damaged")
    return at, disk, first_disk, here, count, directory_length, offset


_Fields = tuple[str, bytes, int, int, int, int, int, int, int]  # Member's fields in order, without its end


def _entries(directory: bytes, count: int) -> Iterator[_Fields]:
    at = 0
    for _ in range(count):
        (
            magic, _, _, _, _, flags, method, _, _, crc, packed, size, name_length, extra_length, comment_length,
            disk, _, attributes, offset,
        ) = _CENTRAL.unpack_from(directory, at)  # fmt: skip
        at += _CENTRAL.size
        raw = directory[at : at + name_length]
        extra = directory[at + name_length : at + name_length + extra_length]
        at += name_length + extra_length + comment_length
        if magic != b"PK\x01\x02" or at > len(directory):
            raise Unusable("damaged")
        extras = _extras(extra) if extra else {}
        size, packed, offset, disk = _sizes(size, packed, offset, disk, extras.get(_SIZES_64, b""))
        if disk:
            raise Unusable("damaged")
        name = _name(raw, extras.get(_UTF_8_NAME, b""))
        yield name, raw, flags, method, crc, packed, size, attributes >> 16, offset
    if at != len(directory):
        raise Unusable("damaged")


def _extras(extra: bytes) -> dict[int, bytes]:
    """The extra fields by number. What follows the last whole one is padding: some programs align members."""
    fields: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<2H", extra, at)
        at += 4 + length
        if number == _SIZES_64 and (number in fields or at > len(extra)):
            raise Unusable("damaged")
        fields[number] = extra[at - length : at]
    return fields


def _sizes(size: int, packed: int, offset: int, disk: int, field: bytes) -> tuple[int, int, int, int]:
    """Size, packed size, offset and disk; those that do not fit into the entry stand in its 64-bit field."""
    found, at = [], 0
    for value, width in ((size, 8), (packed, 8), (offset, 8), (disk, 4)):
        if value != (1 << 4 * width) - 1:
            found.append(value)
            continue
        if at + width > len(field):
            raise Unusable("damaged")
        found.append(int.from_bytes(field[at : at + width], "little"))
        at += width
    return found[0], found[1], found[2], found[3]


def _name(raw: bytes, field: bytes) -> str:
    """A name in UTF-8 when that is what it says or is, else in the code page of old Windows programs.

    macOS writes UTF-8 without saying so. Code page 850 agrees with the standard's 437 on the small Western
    letters, and has the capitals of Spanish that 437 lacks.
    """
    if field[:1] == b"\x01" and field[1:5] == struct.pack("<L", zlib.crc32(raw)):
        raw = field[5:]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp850")


def _placed(found: list[_Fields], limit: int) -> list[Member]:
    """The members, each with the end of its room; ``limit`` is where the directory begins."""
    offsets = sorted(fields[8] for fields in found)
    if (offsets[0] if offsets else limit) != 0:  # something lies before the first member
        raise Unusable("not_a_zip")
    ends = dict(pairwise([*offsets, limit]))
    placed = []
    for name, raw, flags, method, crc, packed, size, mode, offset in found:
        end = ends[offset]
        if offset + _LOCAL.size + len(raw) + packed > end or len(ends) < len(offsets):
            raise Unusable("overlap")
        placed.append(Member(
            name=name, raw=raw, flags=flags, method=method, crc=crc, packed=packed, size=size, mode=mode,
            offset=offset, end=end,
        ))  # fmt: skip
    return placed


# ---------------------------------------------------------------- one member


def content(read: Read, member: Member) -> bytes:
    """The bytes of a member that is neither encrypted nor packed by another method than Deflate.

    Holds at most ``member.size`` bytes and reads about as many, whatever is really there: look at that claim
    first. Raises Unusable when claims and content disagree.
    """
    start = _start(read, member)
    if member.method == STORED:
        found = read(start, member.size) if member.packed == member.size else None
    else:
        found = _inflated(read, start, member) if member.method == DEFLATED else None
    if found is None or len(found) != member.size or zlib.crc32(found) != member.crc:
        raise Unusable("damaged")
    return found


def head(read: Read, member: Member, size: int) -> bytes:
    """The first ``size`` bytes of a member, not checked, and no more work than they need. Raises Unusable."""
    start, size = _start(read, member), min(size, member.size)
    if not size and member.packed > EMPTY_CAP:
        raise Unusable("damaged")
    if member.method == STORED:
        return read(start, min(size, member.packed))
    if member.method != DEFLATED:
        raise Unusable("damaged")
    packed = read(start, min(PIECE, member.packed)) if size else b""
    try:
        found = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size) if size else b""
    except zlib.error as error:
        raise Unusable("damaged") from error
    if size and not found:
        raise Unusable("damaged")
    return found


def _start(read: Read, member: Member) -> int:
    """Where the packed bytes of a member begin. Raises Unusable when its header says otherwise than the directory."""
    header = read(member.offset, _LOCAL.size)
    if len(header) != _LOCAL.size or member.encrypted:
        raise Unusable("damaged")
    magic, _, _, flags, method, _, _, _, _, _, name_length, extra_length = _LOCAL.unpack(header)
    at = member.offset + _LOCAL.size
    start = int(at + name_length + extra_length)
    same = magic == b"PK\x03\x04" and method == member.method and not flags & _ENCRYPTED
    if not same or read(at, name_length) != member.raw or start + member.packed > member.end:
        raise Unusable("damaged")
    return start


def _inflated(read: Read, at: int, member: Member) -> bytes | None:
    """The unpacked bytes, one more than claimed at most; None when the packed ones are not what they should be."""
    if member.packed > 2 * member.size + PIECE:  # empty blocks: time without content
        return None
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    found = bytearray()
    end = at + member.packed
    try:
        while at < end and not unpacker.eof and len(found) <= member.size:
            piece = read(at, min(PIECE, end - at))
            if not piece:
                return None
            at += len(piece)
            found += unpacker.decompress(piece, member.size + 1 - len(found))
    except zlib.error:
        return None
    return bytes(found) if unpacker.eof and at == end and not unpacker.unused_data else None
