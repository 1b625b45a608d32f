"""Texts of the family ``checks``: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {}
