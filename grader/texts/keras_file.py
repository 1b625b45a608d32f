"""Texts of the family ``keras_file``: key -> (English, Spanish)."""

TEXTS: dict[str, tuple[str, str]] = {}
