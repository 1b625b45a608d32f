"""Texts of the family ``report``: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {}
