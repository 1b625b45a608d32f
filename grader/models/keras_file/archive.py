"""The outside of a .keras file, read and written: a zip with three known members, and JSON within rules.

Format: https://keras.io/guides/serialization_and_saving/ (``config.json``, ``model.weights.h5``,
``metadata.json``), stored in a zip (PKWARE APPNOTE 6.3). Reads are bounded whatever the headers claim.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
from collections.abc import Mapping
from typing import Any, NoReturn

from grader.errors import Refused
from grader.models.keras_file.model import Caps
from grader.records import message
from grader.untrusted import zip as zip_rules
from grader.untrusted.claims import deeper_than

CONFIG, WEIGHTS, METADATA = "config.json", "model.weights.h5", "metadata.json"
MEMBERS_CAP = 8
DIGITS_CAP = 20


def refuse(key: str, **values: Any) -> NoReturn:
    """Raises Refused with the text ``keras_file.<key>``."""
    raise Refused(message(f"keras_file.{key}", **values))


def shown(value: Any, length: int = 60) -> str:
    """A stranger's value as a short printable text of at most ``length`` characters."""
    text = value if isinstance(value, str) else repr(value)
    text = "".join(character if character.isprintable() else "?" for character in text[: length + 1])
    return text if len(text) <= length else text[: length - 1] + "…"


def unpack(data: bytes, caps: Caps) -> tuple[dict[str, Any], bytes]:
    """The parsed ``config.json`` and the bytes of ``model.weights.h5``. Raises Refused."""
    if len(data) > caps.archive:
        refuse("file_too_large", size=len(data) / 1e6, limit=caps.archive / 1e6)
    members = _members(data, {CONFIG: caps.config, WEIGHTS: caps.weights, METADATA: caps.metadata})
    for name in (CONFIG, WEIGHTS):
        if name not in members:
            refuse("member_missing", member=name)
    config = parse(members[CONFIG], caps.depth)
    if not isinstance(config, dict):
        refuse("json_wrong", reason="not an object")
    return config, members[WEIGHTS]


def _members(data: bytes, limits: dict[str, int]) -> dict[str, bytes]:
    def read(offset: int, size: int) -> bytes:
        return data[offset : offset + size]

    try:
        found = zip_rules.members(read, len(data), cap=MEMBERS_CAP, comment_cap=0)
        for member in found:
            _check_member(member, limits)
        if len({member.name for member in found}) < len(found):
            refuse("member_twice")
        return {member.name: zip_rules.content(read, member) for member in found}
    except zip_rules.Unusable as unusable:
        if unusable.reason == "too_many":
            refuse("too_many_members", count=unusable.count, limit=MEMBERS_CAP)
        refuse({"not_a_zip": "not_a_zip", "no_end": "zip_extra_data"}.get(unusable.reason, "zip_damaged"))


def _check_member(member: zip_rules.Member, limits: dict[str, int]) -> None:
    if member.name not in limits:
        refuse("member_unknown", member=shown(member.name))
    if member.encrypted:
        refuse("member_encrypted", member=member.name)
    if not member.ordinary:
        refuse("member_not_a_file", member=member.name)
    if member.size > limits[member.name]:
        _too_large(member.name, member.size, limits[member.name])


def _too_large(member: str, size: int, limit: int) -> NoReturn:
    refuse("member_too_large", member=member, size=size / 1e6, limit=limit / 1e6)


def pack(config: Mapping[str, Any], weights: bytes) -> bytes:
    """A fresh archive of a canonical configuration: fixed dates and order, nothing compressed."""
    stamp = {"keras_version": "3.0.0", "date_saved": "1980-01-01@00:00:00"}
    members = {METADATA: _json(stamp), CONFIG: _json(config), WEIGHTS: weights}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, body in members.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o600 << 16
            archive.writestr(info, body)
    return content.getvalue()


def fingerprint(config: Mapping[str, Any], weights: bytes) -> str:
    """SHA-256 of all that ``pack`` writes down; of the archive itself it would take a second copy of the weights."""
    digest = hashlib.sha256(_json(config) + b"\0")
    digest.update(weights)
    return digest.hexdigest()


def _json(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False, ensure_ascii=True).encode()


# ---------------------------------------------------------------- JSON


def parse(content: bytes, depth: int) -> Any:
    """JSON in UTF-8 without NaN, infinities, repeated keys, endless numbers or deep nesting. Raises Refused."""
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_real,
        )
    except UnicodeDecodeError as error:
        raise Refused(message("keras_file.json_not_utf8")) from error
    except RecursionError as error:
        raise Refused(message("keras_file.json_too_deep", limit=depth)) from error
    except ValueError as error:
        raise Refused(message("keras_file.json_wrong", reason=shown(str(error)))) from error
    if deeper_than(value, depth):
        refuse("json_too_deep", limit=depth)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        refuse("json_key_twice")
    return made


def _constant(name: str) -> NoReturn:
    refuse("json_not_a_number", value=name)


def _integer(digits: str) -> int:
    if len(digits) > DIGITS_CAP:
        refuse("json_not_a_number", value=shown(digits, 24))
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        refuse("json_not_a_number", value=shown(digits, 24))
    return value
