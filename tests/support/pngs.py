"""PNG files for tests, written chunk by chunk, right or wrong."""

from __future__ import annotations

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind: bytes, body: bytes = b"", checksum: int | None = None) -> bytes:
    found = zlib.crc32(kind + body) if checksum is None else checksum
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", found)


def header(width: int, height: int, depth: int = 8, colour: int = 2, *more: int) -> bytes:
    """IHDR; ``more``: compression, filter and interlace method."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, *(*more, 0, 0, 0)[:3]))


def row_bytes(width: int, depth: int = 8, colour: int = 2) -> int:
    return 1 + (width * CHANNELS[colour] * depth + 7) // 8


def pixels(raw: bytes) -> bytes:
    """IDAT of ``raw``: filters and pixels of all rows."""
    return chunk(b"IDAT", zlib.compress(raw))


def picture(width: int = 4, height: int = 3) -> bytes:
    """A red picture, as plain as can be."""
    return file(header(width, height), pixels((b"\0" + b"\xc0\x20\x20" * width) * height))


def file(*chunks: bytes) -> bytes:
    """A whole file: signature, ``chunks``, IEND."""
    return SIGNATURE + b"".join(chunks) + chunk(b"IEND")
