"""Texts of the family ``runs``: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {}
