"""grader: fair, explained grades for Keras notebooks, from a process that never runs student code."""

__version__ = "0.1.0"
