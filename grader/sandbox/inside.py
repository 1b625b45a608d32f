"""What the programs inside a sandbox find installed there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

# What runs inside the sandboxes and can change a number.
PACKAGES = ("tensorflow", "keras", "numpy", "ipykernel", "jupyter-client", "nbclient", "matplotlib", "scikit-learn")


@cache
def versions() -> Mapping[str, str]:
    """Installed versions of these packages, read from metadata: nothing is imported."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return found
