"""Where submissions come from: a folder of hand-ins, a zip of them, or single files."""

from grader.submissions.folder import HandIn, find, load
from grader.submissions.roster import Person
from grader.submissions.roster import read as read_roster

__all__ = ["HandIn", "Person", "find", "load", "read_roster"]
