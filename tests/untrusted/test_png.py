"""Pictures of strangers: only plain ones pass, and nothing but their pixels."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.untrusted import png
from tests.support.pngs import chunk, file, header, picture, pixels, row_bytes
from tests.support.work import counted, peak_memory

ROWS = (b"\0" + b"\xc0\x20\x20" * 4) * 3  # of a picture of 4 x 3 pixels in RGB
PALETTE = chunk(b"PLTE", bytes(range(12)))
HALVES = zlib.compress(ROWS)[:9], zlib.compress(ROWS)[9:]
HUGE = png.SIDE_CAP + 1


def chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """Types and bodies of a file that is known to be whole."""
    found, at = [], 8
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        found.append((kind, content[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


@st.composite
def pictures(draw: st.DrawFn) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The chunks that must be kept, pixels inflated, and a file of them with ornaments in between."""
    colour = draw(st.sampled_from(sorted(png.DEPTHS)))
    depth = draw(st.sampled_from(png.DEPTHS[colour]))
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 12))
    size = row_bytes(width, depth, colour) - 1
    rows = [bytes([draw(st.integers(0, 4))]) + draw(st.binary(min_size=size, max_size=size)) for _ in range(height)]
    entries = draw(st.integers(1, 1 << min(8, depth)))
    kept = [(b"IHDR", header(width, height, depth, colour)[8:-4])]
    if colour == 3 or (colour in (2, 6) and draw(st.booleans())):
        kept.append((b"PLTE", draw(st.binary(min_size=3 * entries, max_size=3 * entries))))
    if colour in (0, 2, 3) and draw(st.booleans()):
        length = {0: 2, 2: 6, 3: draw(st.integers(1, entries))}[colour]
        kept.append((b"tRNS", draw(st.binary(min_size=length, max_size=length))))
    packed = zlib.compress(b"".join(rows), draw(st.integers(0, 9)))
    cut = draw(st.integers(0, len(packed)))
    ornament = st.sampled_from([b"tEXt", b"iCCP", b"eXIf", b"pHYs", b"acTL", b"fdAT"])
    written = []
    for kind, body in [*kept, (b"IDAT", packed[:cut]), (b"IDAT", packed[cut:])]:
        written.append(chunk(kind, body))
        if kind != b"IDAT" and draw(st.booleans()):
            written.append(chunk(draw(ornament), draw(st.binary(max_size=30))))
    return [*kept, (b"IDAT", b"".join(rows)), (b"IEND", b"")], file(*written)


@given(pictures())
def test_what_comes_out_is_the_same_picture_and_nothing_else(made: tuple[list[tuple[bytes, bytes]], bytes]) -> None:
    wanted, content = made
    found = png.checked(content)
    assert found is not None
    assert [(kind, zlib.decompress(body) if kind == b"IDAT" else body) for kind, body in chunks(found)] == wanted
    assert png.checked(found) == found
    assert png.size(found) == struct.unpack(">II", wanted[0][1][:8])
    assert png.pixel_bytes(found) == len(wanted[-2][1])


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda body: picture()[:33] + body))
def test_no_bytes_make_the_check_fail_and_none_that_it_was_not_told_pass(content: bytes) -> None:
    assert png.checked(content) is None


@given(st.integers(0, len(picture()) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed(at: int, change: int) -> None:
    content = bytearray(picture())
    content[at] ^= change
    assert png.checked(bytes(content)) is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from([b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"tEXt", b"NEWS"]), st.binary(max_size=20)
        ),
        max_size=6,
    )
)
def test_no_heap_of_chunks_makes_the_check_fail(heap: list[tuple[bytes, bytes]]) -> None:
    made = [chunk(kind, body) for kind, body in heap]
    png.checked(file(*made))
    png.checked(file(header(4, 3), *made, pixels(ROWS)))


@pytest.mark.parametrize(
    ("said", "content"),
    [
        ("no signature", picture()[1:]),
        ("cut short", picture()[:-1]),
        ("no end", picture()[:-12]),
        ("something behind the end", picture() + b"\0"),
        ("a picture behind the picture", picture() + picture()),
        ("an end that is not empty", picture()[:-12] + chunk(b"IEND", b"<script>")),
        ("a wrong checksum", file(header(4, 3), chunk(b"tEXt", b"a", checksum=7), pixels(ROWS))),
        ("a type that is no word", file(header(4, 3), chunk(b"te\xffx"), pixels(ROWS))),
        ("a length beyond the end", picture()[:33] + b"\xff\xff\xff\xff" + picture()[37:]),
        ("no header", file(pixels(ROWS))),
        ("no pixels", file(header(4, 3))),
        ("two headers", file(header(4, 3), header(4, 3), pixels(ROWS))),
        ("a late header", file(pixels(ROWS), header(4, 3))),
        ("pixels in two places", file(header(4, 3), chunk(b"IDAT", HALVES[0]), PALETTE, chunk(b"IDAT", HALVES[1]))),
        ("a palette behind the pixels", file(header(4, 3), pixels(ROWS), PALETTE)),
        ("two palettes", file(header(4, 3), PALETTE, PALETTE, pixels(ROWS))),
        ("a critical chunk that nobody knows", file(header(4, 3), chunk(b"NEWS"), pixels(ROWS))),
        ("a header of 12 bytes", file(chunk(b"IHDR", header(4, 3)[8:20]), pixels(ROWS))),
        ("no width", file(header(0, 3), pixels(ROWS))),
        ("no height", file(header(4, 0), pixels(b""))),
        ("too wide", file(header(HUGE, 1), pixels(bytes(1 + 3 * HUGE)))),
        ("too high", file(header(1, HUGE, 8, 0), pixels(bytes(2 * HUGE)))),
        ("too many pixels", file(header(4000, 4000, 1, 0), pixels(bytes(501 * 4000)))),
        ("interlaced", file(header(4, 3, 8, 2, 0, 0, 1), pixels(ROWS))),
        ("an unknown compression", file(header(4, 3, 8, 2, 1), pixels(ROWS))),
        ("an unknown filter method", file(header(4, 3, 8, 2, 0, 1), pixels(ROWS))),
        ("an unknown colour type", file(header(4, 3, 8, 1), pixels(ROWS))),
        ("a depth that RGB does not have", file(header(4, 3, 4, 2), pixels(ROWS))),
        ("a palette that is missing", file(header(4, 3, 8, 3), pixels(bytes(15)))),
        ("a palette for grey", file(header(4, 3, 8, 0), PALETTE, pixels(bytes(15)))),
        ("an empty palette", file(header(4, 3, 8, 3), chunk(b"PLTE"), pixels(bytes(15)))),
        ("a palette of 4 bytes", file(header(4, 3, 8, 3), chunk(b"PLTE", bytes(4)), pixels(bytes(15)))),
        ("a palette of 3 colours for one bit", file(header(4, 3, 1, 3), chunk(b"PLTE", bytes(9)), pixels(bytes(6)))),
        ("a palette of 257 colours", file(header(4, 3), chunk(b"PLTE", bytes(771)), pixels(ROWS))),
        (
            "more transparency than palette",
            file(header(4, 3, 8, 3), PALETTE, chunk(b"tRNS", bytes(5)), pixels(bytes(15))),
        ),
        ("no transparency in the chunk", file(header(4, 3, 8, 3), PALETTE, chunk(b"tRNS"), pixels(bytes(15)))),
        ("transparency beside alpha", file(header(4, 3, 8, 6), chunk(b"tRNS", bytes(2)), pixels(bytes(51)))),
        ("transparency of the wrong length", file(header(4, 3), chunk(b"tRNS", bytes(2)), pixels(ROWS))),
        ("a byte too few", file(header(4, 3), pixels(ROWS[:-1]))),
        ("a byte too many", file(header(4, 3), pixels(ROWS + b"\0"))),
        ("a filter that does not exist", file(header(4, 3), pixels(ROWS[:13] + b"\5" + ROWS[14:]))),
        ("pixels that were not deflated", file(header(4, 3), chunk(b"IDAT", ROWS))),
        ("something behind the deflated pixels", file(header(4, 3), chunk(b"IDAT", zlib.compress(ROWS) + b"<b>"))),
        ("deflated pixels that are cut short", file(header(4, 3), chunk(b"IDAT", zlib.compress(ROWS)[:-1]))),
        ("a damaged sum of the pixels", file(header(4, 3), chunk(b"IDAT", zlib.compress(ROWS)[:-1] + b"\0"))),
    ],
)
def test_a_file_that_is_not_a_plain_png_is_refused(said: str, content: bytes) -> None:
    assert png.checked(picture()) is not None  # so it is the fault that is refused
    assert png.checked(content) is None, said


def test_nothing_beside_the_pixels_comes_through() -> None:
    hidden = [chunk(kind, b"a message for somebody") for kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP")]
    moving = [chunk(b"acTL", bytes(8)), chunk(b"fcTL", bytes(26)), chunk(b"fdAT", b"a message in a frame")]
    found = png.checked(file(header(4, 3), *hidden, pixels(ROWS), *moving))
    assert found == png.checked(picture())
    assert found is not None
    assert b"message" not in found


def test_a_bomb_is_refused_within_a_megabyte_and_few_pieces() -> None:
    bomb = file(header(100, 100), chunk(b"IDAT", zlib.compress(bytes(200 << 20))))
    assert len(bomb) < 300_000
    (found, calls), peak = peak_memory(lambda: counted(lambda: png.checked(bomb)))
    assert found is None
    assert peak < 4 * len(bomb) + (1 << 20)
    assert calls < 100  # inflated in pieces, it would take many hundreds


def test_the_largest_picture_takes_no_more_memory_than_promised() -> None:
    width, height = 4000, 2000
    content = file(header(width, height, 16, 6), chunk(b"IDAT", zlib.compress(bytes((1 + 8 * width) * height))))
    tracemalloc.start()
    try:
        found = png.checked(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found is not None
    assert png.pixel_bytes(found) == (1 + 8 * width) * height
    assert peak < 3 * (len(content) + len(found)) + (1 << 20)


@pytest.mark.parametrize("how", [{}, {"transparent": True}, {"pil_kwargs": {"compress_level": 1}}])
def test_a_plot_passes_and_looks_the_same(how: dict[str, Any]) -> None:
    from matplotlib import image
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 3))
    left, right = figure.subplots(1, 2)
    left.plot([0.1, 0.7, 0.9])
    right.imshow([[0, 1, 2], [3, 4, 5]], cmap="gray")
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", metadata={"Comment": "a message"}, **how)
    assert b"a message" in drawn.getvalue()
    found = png.checked(drawn.getvalue())
    assert found is not None
    assert b"a message" not in found
    before, after = image.imread(io.BytesIO(drawn.getvalue())), image.imread(io.BytesIO(found))
    assert before.shape == after.shape
    assert (before == after).all()
