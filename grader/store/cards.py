"""Cards as JSON files."""

from __future__ import annotations

from typing import Any

from grader.errors import GraderError
from grader.records import Scorecard
from grader.store.plain import adapter, as_json, plain


def dump_card(card: Scorecard) -> bytes:
    """``card`` as UTF-8 JSON. Numbers that JSON cannot hold (NaN, infinity) become null."""
    return as_json(plain(card))


def load_card(content: bytes) -> Scorecard:
    """The card that ``dump_card`` wrote. Raises GraderError when it is not one."""
    try:
        card: Scorecard = adapter(Scorecard).validate_json(content)
    except ValueError as error:
        raise GraderError(f"this is not a card that this version can read; grade again ({error})") from error
    return card


def scorecard_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a card."""
    found = adapter(Scorecard).json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
