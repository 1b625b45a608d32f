"""Where submissions come from, one module per origin; today: a folder."""

from grader.collect.folder import HandIn, find, load
from grader.collect.roster import Person
from grader.collect.roster import read as read_roster

__all__ = ["HandIn", "Person", "find", "load", "read_roster"]
