"""What can go wrong, as a tree.

GraderError        a teacher can mend it; the text says what, where, what was received, what to do
  RubricError      a rubric that cannot be used: file, line, reason
  DataError        a data set that is missing or is not what its name says
  CourseError      an exercise, course or roster that cannot be found or read
  CollectError     a submissions path that cannot be used at all
  OutputError      the output folder cannot be written
  SandboxError     no working sandbox on this machine
Refused            a student's model file that we do not read; carries a Message for the student

What a student did is never an exception: it is a value in ``records``.
"""

from __future__ import annotations

from grader.records import Message


class GraderError(Exception):
    """Something that a teacher can mend; printed without a traceback, exit code 2."""


class RubricError(GraderError):
    """A rubric that cannot be used."""


class DataError(GraderError):
    """A data set that is missing or damaged."""


class CourseError(GraderError):
    """An exercise, course or roster that cannot be found or read."""


class CollectError(GraderError):
    """A submissions path that cannot be used."""


class OutputError(GraderError):
    """The output folder cannot be written."""


class SandboxError(GraderError):
    """No working sandbox on this machine."""


class Refused(Exception):
    """A model file that is not read, with the sentence that the student sees."""

    def __init__(self, why: Message) -> None:
        super().__init__(f"{why.key} {dict(why.values)}")
        self.why = why
