"""A stranger's PNG picture, checked and written anew: what comes out holds pixels and nothing else.

PNG specification, third edition (W3C, 2025). Only IHDR, PLTE, tRNS, IDAT and IEND are kept. Pixels are inflated
piece by piece under the exact size that the header asks for, and deflated again, so no more than a piece of a bomb
is ever in memory and nothing can be hidden beside the pixels.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

SIDE_CAP = 4096  # pixels
PIXELS_CAP = 8_000_000
SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type: grey, RGB, palette, grey and alpha, RGB and alpha
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
LEVEL = 6
PIECE = 256 << 10  # bytes inflated at a time

Chunk = tuple[bytes, memoryview]


def checked(data: bytes) -> bytes | None:
    """The same picture as a file of our own; None for everything that is not a plain, whole PNG of bearable size.

    Interlaced pictures are refused too: nothing that draws plots writes them. Takes no more memory than three times
    ``data``, three times the new file, and 1 MB, however much it would inflate to.
    """
    chunks = _chunks(data)
    if not chunks or not _in_order([kind for kind, _ in chunks]):
        return None
    header = chunks[0][1]
    colours = {kind: bytes(body) for kind, body in chunks if kind in (b"PLTE", b"tRNS")}
    if not _sane(header) or not _colours_fit(header, colours):
        return None
    pixels = _again(b"".join(body for kind, body in chunks if kind == b"IDAT"), *_rows(header))
    if pixels is None:
        return None
    parts = [(b"IHDR", bytes(header)), *colours.items(), (b"IDAT", pixels), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in parts)


def size(picture: bytes) -> tuple[int, int]:
    """Width and height, in pixels, of a picture that ``checked`` gave."""
    width, height = struct.unpack_from(">II", picture, len(SIGNATURE) + 8)
    return width, height


def pixel_bytes(picture: bytes) -> int:
    """How many bytes the pixels of a picture that ``checked`` gave take when they are inflated."""
    rows, row = _rows(memoryview(picture)[len(SIGNATURE) + 8 :][:13])
    return rows * row


def _chunks(data: bytes) -> list[Chunk]:
    """The chunks that are kept, up to the IEND at the very end; none at all when anything is out of place."""
    try:
        found = list(_every_chunk(data))
    except ValueError:
        return []
    whole = bool(found) and found[-1][0] == b"IEND" and not found[-1][1]
    # A capital first letter marks a chunk without which the picture cannot be shown: one that we do not know.
    strange = any(kind not in KEPT and kind[:1].isupper() for kind, _ in found)
    return [chunk for chunk in found if chunk[0] in KEPT] if whole and not strange else []


def _every_chunk(data: bytes) -> Iterator[Chunk]:
    """Each chunk's type and body; raises ValueError where a length, a type or a checksum is wrong."""
    if not data.startswith(SIGNATURE):
        raise ValueError("no signature")
    view, at = memoryview(data), len(SIGNATURE)
    while at < len(data):
        if len(data) - at < 12:
            raise ValueError("cut short")
        (length,) = struct.unpack_from(">I", data, at)
        if length > len(data) - at - 12:
            raise ValueError("cut short")
        kind, body = data[at + 4 : at + 8], view[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
        if not (kind.isalpha() and kind.isascii()) or zlib.crc32(body, zlib.crc32(kind)) != checksum:
            raise ValueError("damaged")
        yield kind, body
        at += 12 + length


def _in_order(kinds: Sequence[bytes]) -> bool:
    """One IHDR, at most one PLTE and then one tRNS, one or more IDAT, one IEND."""
    if b"IDAT" not in kinds or kinds[0] != b"IHDR":
        return False
    once = [kind for at, kind in enumerate(kinds) if kind != b"IDAT" or kinds[at - 1] != b"IDAT"]
    return once == [kind for kind in KEPT if kind in kinds]


def _sane(header: memoryview) -> bool:
    if len(header) != 13:
        return False
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", header)
    return (
        0 < width <= SIDE_CAP
        and 0 < height <= SIDE_CAP
        and width * height <= PIXELS_CAP
        and depth in DEPTHS.get(colour, ())
        and (compression, filtering, interlace) == (0, 0, 0)
    )


def _rows(header: memoryview) -> tuple[int, int]:
    """Number of rows, and the bytes of one: its filter and its pixels."""
    width, height, depth, colour = struct.unpack_from(">IIBB", header)
    return height, 1 + (width * CHANNELS[colour] * depth + 7) // 8


def _colours_fit(header: memoryview, colours: dict[bytes, bytes]) -> bool:
    """Whether palette and transparency are there when they must be, and as long as the colour type asks."""
    depth, colour = header[8], header[9]
    palette, transparency = colours.get(b"PLTE"), colours.get(b"tRNS")
    if palette is None:
        if colour == 3:
            return False
    elif colour in (0, 4) or len(palette) % 3 or not 0 < len(palette) // 3 <= (1 << depth if colour == 3 else 256):
        return False
    if transparency is None:
        return True
    if colour == 3:
        return palette is not None and 0 < len(transparency) <= len(palette) // 3
    return len(transparency) == {0: 2, 2: 6}.get(colour)


def _again(deflated: bytes, rows: int, row: int) -> bytes | None:
    """The pixels inflated and deflated anew; None unless they are exactly ``rows`` x ``row`` bytes with filters 0-4."""
    inflate, deflate = zlib.decompressobj(), zlib.compressobj(LEVEL)
    done, kept = 0, []
    try:
        while not inflate.eof:
            piece = inflate.decompress(deflated, PIECE)
            deflated = inflate.unconsumed_tail
            cut_short = not piece and not inflate.eof
            if cut_short or done + len(piece) > rows * row or max(piece[-done % row :: row], default=0) > 4:
                return None
            kept.append(deflate.compress(piece))
            done += len(piece)
    except zlib.error:
        return None
    return b"".join([*kept, deflate.flush()]) if done == rows * row and not inflate.unused_data else None


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
