"""Texts of the family ``scoring``: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {}
