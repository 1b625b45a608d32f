"""Records on disk: cards as JSON, runs and predictions as JSON beside one file of raw bytes. Never pickle."""

from __future__ import annotations

from grader.store.answers import load_outputs, load_prediction, save_outputs, save_prediction
from grader.store.cards import dump_card, load_card, scorecard_schema
from grader.store.files import write
from grader.store.folders import alone
from grader.store.plain import plain
from grader.store.runs import Damaged, forget_run, keep, kept, load_run, save_run

__all__ = [
    "Damaged",
    "alone",
    "dump_card",
    "forget_run",
    "keep",
    "kept",
    "load_card",
    "load_outputs",
    "load_prediction",
    "load_run",
    "plain",
    "save_outputs",
    "save_prediction",
    "save_run",
    "scorecard_schema",
    "write",
]
