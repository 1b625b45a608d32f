"""Strangers' bytes and texts, read under limits and made safe."""
