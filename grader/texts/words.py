"""Texts of the family ``words``: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {}
