"""Ctrl-C for programs that a test starts, also where the tests themselves were started in the background."""

from __future__ import annotations

import signal


def heed_ctrl_c() -> None:
    """For ``preexec_fn``: a shell lets programs in the background ignore Ctrl-C, and they pass that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
