"""How the demo is told: stories, each a life of its own, acted out together in the order of time.

A story yields the moment of each act before it does it. So what the logbook holds was written in
the order in which it says it happened, whichever stories are told side by side.
"""

import heapq
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shielding.accounts.models import Service, User

Story = Generator[datetime, None, Any]


@dataclass
class Cast:
    """Who acts in the stories."""

    practitioners: list[User]
    manager: User
    members: list[User]
    surgery: Service
    # Who left, an auditor and an administrator: without them nothing is told of them.
    gone: User | None = None
    auditor: User | None = None
    administrator: User | None = None


def act_out(stories: Iterable[Story]) -> int:
    """Act out every story to its end, in the caller's transaction; returns how many there were.

    Raises ValueError where a story would go back in time.
    """
    begun = [(next(story), number, story) for number, story in enumerate(stories)]
    waiting, told = list(begun), len(begun)
    heapq.heapify(waiting)
    while waiting:
        moment, number, story = heapq.heappop(waiting)
        after = next(story, None)
        if after is not None:
            if after < moment:
                raise ValueError(f"Story {number} goes back from {moment} to {after}.")
            heapq.heappush(waiting, (after, number, story))
    return told
