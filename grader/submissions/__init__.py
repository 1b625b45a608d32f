"""Where submissions come from: a folder of them, a zip of them, or single files."""

from grader.submissions.folder import Found, HandIn, find
from grader.submissions.layout import Reading
from grader.submissions.loading import load
from grader.submissions.matching import Match
from grader.submissions.roster import Person
from grader.submissions.roster import read as read_roster
from grader.submissions.source import Source

__all__ = ["Found", "HandIn", "Match", "Person", "Reading", "Source", "find", "load", "read_roster"]
