"""What the sandbox says that the notebook did with models besides training."""

from __future__ import annotations

from typing import cast, get_args

from grader.records import EventFacts, EventKind, Run
from grader.untrusted import claims

EVENTS_CAP = 800
PATH_CAP = 300
KINDS = get_args(EventKind)


def events(run: Run) -> tuple[EventFacts, ...]:
    """The noted events, in order; an entry of no known kind is dropped."""
    found = []
    for item in claims.items(claims.parse(run.frames.get(("events", 0))), EVENTS_CAP):
        claim = claims.mapping(item)
        if claim.get("kind") not in KINDS:
            continue
        found.append(
            EventFacts(
                kind=cast(EventKind, claim["kind"]),
                model=claims.whole(claim.get("model")),
                fits=claims.whole(claim.get("fits")) or 0,
                path=claims.word(claim.get("path"), PATH_CAP),
                cell=claims.whole(claim.get("cell")) or 0,
                trained_here=claims.truth(claim.get("trained_here")),
            )
        )
    return tuple(found)
