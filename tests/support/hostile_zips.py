"""Zips that no honest program writes: what is wrong, how it is made, and the reason for which it is refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from functools import cache, partial

from tests.support import zips as made
from tests.support.zips import Part, written

MB = 1 << 20
NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
P1 = Part(name=b"P1.ipynb", content=NOTEBOOK)
EMPTY_BLOCKS = b"\x00\x00\x00\xff\xff" * 400_000 + b"\x01\x00\x00\xff\xff"


@cache
def _packed_zeros(size: int) -> bytes:
    return made.deflated(bytes(size))


def zeros(name: bytes, megabytes: int, claimed: int | None = None, **more: int) -> Part:
    """A member that takes a thousandth of what it unpacks to."""
    size = megabytes * MB
    return Part(name=name, packed=_packed_zeros(size), size=size if claimed is None else claimed, crc=0, **more)


def one(name: bytes = b"P1.ipynb", **more: object) -> tuple[Part, ...]:
    """A notebook with something wrong."""
    return (Part(**{"name": name, "content": NOTEBOOK, **more}),)  # type: ignore[arg-type]


def beside(name: bytes, **more: object) -> tuple[Part, ...]:
    """A good notebook and something wrong beside it."""
    return (P1, Part(name=name, **more))  # type: ignore[arg-type]


def quoting() -> tuple[Part, ...]:
    """The first member's local header swallows the second member in its extra field."""
    first = Part(
        name=b"a.ipynb", content=NOTEBOOK, method=0, local_extra=bytes(200), packed=b"", packed_size=len(NOTEBOOK)
    )
    return first, Part(name=b"b.txt", content=b"x" * 40, method=0)


def large(size: int, packed: int) -> Mapping[str, object]:
    """Claims in 64 bits."""
    return {"size": 0xFFFFFFFF, "packed_size": 0xFFFFFFFF, "extra": made.large_sizes(size, packed)}


_OUTSIDE, _BACKSLASH = "zip_name_outside", "zip_name_backslash"
NAMES: dict[str, tuple[tuple[Part, ...], str]] = {
    "slip": (beside(b"../evil.ipynb"), _OUTSIDE),
    "slip in the middle": (one(b"a/../../evil.ipynb"), _OUTSIDE),
    "slip of Windows": (beside(b"..\\evil.ipynb"), _OUTSIDE),
    "slip of a folder": (beside(b"../", method=0), _OUTSIDE),
    "slip among what is passed over": (beside(b"__MACOSX/../../x"), _OUTSIDE),
    "slip in the second name": (beside(b"x.py", extra=made.unicode_path("../x.py", b"x.py")), _OUTSIDE),
    "absolute": (beside(b"/etc/passwd"), _OUTSIDE),
    "drive letter": (beside(b"C:/evil.ipynb"), _OUTSIDE),
    "drive letter without a slash": (beside(b"c:evil.ipynb"), _OUTSIDE),
    "network share": (beside(b"\\\\host\\share\\x"), _OUTSIDE),
    "backslash": ((*one(b"work\\P1.ipynb"), *one(b"work/P2.ipynb")), _BACKSLASH),
    "NUL": (one(b"P1.ipynb\0.txt"), "zip_name_nul"),
    "300 characters": (one(b"a" * 300 + b".ipynb"), "zip_name_long"),
    "60 000 characters": (beside(b"a" * 60_000), "zip_name_long"),
}

_BOMB, _DAMAGED = "zip_bomb", "zip_member_damaged"
MEMBERS: dict[str, tuple[Callable[[], tuple[Part, ...]], str]] = {
    "link": (partial(beside, b"data", content=b"/etc/passwd", mode=0o120777), "zip_link"),
    "link as notebook": (partial(one, content=b"/etc/passwd", mode=0o120777), "zip_link"),
    "device": (partial(beside, b"null", mode=0o020666), "zip_link"),
    "pipe": (partial(beside, b"pipe", mode=0o010666), "zip_link"),
    "folder that is none": (partial(beside, b"folder", mode=0o040755), "zip_link"),
    "twice": (partial(beside, b"P1.ipynb", content=b"other"), "zip_twice"),
    "twice by a detour": (partial(beside, b".//P1.ipynb", content=b"other"), "zip_twice"),
    "encrypted": (partial(one, flags=made.ENCRYPTED), "zip_encrypted"),
    "encrypted with its names": (partial(one, flags=0x2041), "zip_encrypted"),
    "LZMA": (partial(one, method=14), "zip_method"),
    "Deflate64": (partial(one, method=9), "zip_method"),
    "method 99": (partial(one, method=99), "zip_method"),
    "bomb": (lambda: (P1, zeros(b"zeros.csv", 70)), _BOMB),
    "bomb of many": (lambda: (P1, *(zeros(b"%d.csv" % number, 10) for number in range(8))), _BOMB),
    "bomb by claim": (partial(beside, b"x.csv", content=b"x", size=0xFFFFFFFE), _BOMB),
    "bomb by a claim in 64 bits": (lambda: beside(b"x.csv", content=b"x", **large(1 << 62, 3)), _BOMB),
    "too large a notebook": (lambda: (zeros(b"P1.ipynb", 30),), "too_large"),
    "more than it claims": (lambda: (zeros(b"P1.ipynb", 30, claimed=100),), _DAMAGED),
    "less than it claims": (partial(one, size=99), _DAMAGED),
    "less than it claims, stored": (partial(one, size=99, method=0), _DAMAGED),
    "checksum": (partial(one, crc=1), _DAMAGED),
    "checksum of a file beside": (partial(beside, b"x.py", content=b"x", crc=1), _DAMAGED),
    "not packed at all": (partial(one, packed=b"\xff\xff"), _DAMAGED),
    "unfinished": (lambda: one(packed=made.deflated(NOTEBOOK)[:-9]), _DAMAGED),
    "bytes behind the packed ones": (lambda: one(packed=made.deflated(NOTEBOOK) + b"tail"), _DAMAGED),
    "400 000 empty blocks": (partial(one, content=b"", packed=EMPTY_BLOCKS), _DAMAGED),
    "another local name": (partial(one, local_name=b"P2.ipynb"), _DAMAGED),
    "quoted": (quoting, _DAMAGED),
}


def many() -> bytes:
    """100 000 members, truly counted, as the large format can."""
    part = Part(name=b"x", method=0)
    directory = b"".join(part.central(31 * number) for number in range(100_000))
    return made.with_end(part.local() * 100_000, directory, 100_000, large=True)


def overlapping() -> bytes:
    """One kernel of zeros that a hundred members share: the trick of bombs that hold no other zip."""
    kernel = zeros(b"0", 15)
    return written(kernel, *(zeros(b"%d" % number, 15, offset=0) for number in range(1, 100)))


def moved(shift: int) -> bytes:
    """A zip whose offsets count ``shift`` bytes that lie before it."""
    part = Part(name=b"P1.ipynb", content=NOTEBOOK, method=0)
    body, directory = part.local(), part.central(shift)
    return body + directory + made.end(1, len(directory), len(body) + shift)


def zipped(method: int) -> bytes:
    """As Python packs it."""
    return made.by_python({"P1.ipynb": NOTEBOOK * 100}, method)


ARCHIVES: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb whose members overlap": (overlapping, "zip_overlap"),
    "100 000 members": (many, "zip_too_many"),
    "nothing": (lambda: b"", "zip_not_a_zip"),
    "text": (lambda: b"no zip at all, only a text that somebody renamed", "zip_not_a_zip"),
    "another archive": (lambda: b"Rar!\x1a\x07\x01\x00" + bytes(100), "zip_not_a_zip"),
    "only a head": (lambda: b"PK\x03\x04", "zip_damaged"),
    "something before it": (lambda: b"#!/bin/sh\n" + written(P1), "zip_not_a_zip"),
    "something like a zip before it": (lambda: Part(name=b"x", method=0).local() + moved(31), "zip_not_a_zip"),
    "something behind it": (lambda: written(P1) + b"tail", "zip_no_end"),
    "cut": (lambda: written(P1)[:-1], "zip_no_end"),
    "cut in half": (lambda: zipped(zipfile.ZIP_STORED)[:3000], "zip_no_end"),
    "two ends": (lambda: written(P1, comment=made.end(0, 0, 0)), "zip_damaged"),
    "count too small": (lambda: written(P1, Part(name=b"x"), count=1), "zip_damaged"),
    "count too large": (lambda: written(P1, count=2), "zip_damaged"),
    "on another disk": (lambda: written(*one(disk=1)), "zip_damaged"),
    "outside the archive": (lambda: written(*beside(b"x", offset=1 << 31)), "zip_overlap"),
    "inside the directory": (lambda: written(*beside(b"x", packed_size=60)), "zip_overlap"),
    "one place, two names": (lambda: written(*beside(b"P2.ipynb", content=NOTEBOOK, offset=0)), "zip_overlap"),
    "64-bit field missing": (lambda: written(*one(size=0xFFFFFFFF)), "zip_damaged"),
    "64-bit field twice": (lambda: written(*one(size=0xFFFFFFFF, extra=made.large_sizes(1, 1) * 2)), "zip_damaged"),
    "64-bit field cut": (lambda: written(*one(size=0xFFFFFFFF, extra=made.large_sizes(1, 1)[:-9])), "zip_damaged"),
    "64-bit record elsewhere": (lambda: written(P1, large=True).replace(b"PK\x06\x06", b"PK\x06\x05"), "zip_damaged"),
    "64-bit record that disagrees": (
        lambda: written(P1, large=True)[:-22] + made.end(2, 0xFFFFFFFF, 0xFFFFFFFF),
        "zip_damaged",
    ),
}
