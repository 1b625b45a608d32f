"""Texts of the family ``measuring``: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {}
