"""Pictures of strangers, as many as one file may hold: each is checked and written anew, or a note says why not."""

from __future__ import annotations

import binascii
from base64 import b64decode

from grader.reports.wording import Words
from grader.untrusted import png

PICTURES_CAP = 40
PICTURE_BYTES_CAP = 6 << 20  # of all pictures as they stand in the file
PIXEL_BYTES_CAP = 96 << 20  # of all pictures inflated: what bounds the time that they take
REFUSED_BYTES = 16 << 20  # what a refused one counts for: finding out takes time too


class Pictures:
    """The pictures of one file; ``most`` bytes of them."""

    def __init__(self, words: Words, most: int = PICTURE_BYTES_CAP) -> None:
        self.words = words
        self.most = most
        self.count = 0
        self.bytes = 0
        self.pixel_bytes = 0

    def take(self, base64: str) -> tuple[bytes | None, str]:
        """The picture as a PNG file of our own, or None and the note that stands for it."""
        if (
            self.count >= PICTURES_CAP
            or self.bytes + 3 * len(base64) // 4 > self.most
            or self.pixel_bytes > PIXEL_BYTES_CAP
        ):
            return None, self.words.label("report.pictures_full", most=PICTURES_CAP, megabytes=self.most >> 20)
        try:
            picture = png.checked(b64decode("".join(base64.split()), validate=True))
        except (binascii.Error, ValueError):
            picture = None
        if picture is None:
            self.pixel_bytes += REFUSED_BYTES
            pixels = png.PIXELS_CAP // 1_000_000
            return None, self.words.label("report.picture_refused", side=png.SIDE_CAP, megapixels=pixels)
        self.count += 1
        self.bytes += len(picture)
        self.pixel_bytes += png.pixel_bytes(picture)
        return picture, ""
