"""What the model keeps of records, requests, reviews and what was found: plain rows."""

from dataclasses import dataclass, field
from datetime import date, datetime

OPEN = ("not_shielded", "closed")
# What a look may find besides *shielded*; with the first of them the record itself is shielded.
DUPLICATE, FOUND_OPEN, NOT_FOUND = "duplicate", "open", "not_found"
SHIELDED = "shielded"
FINDINGS = (DUPLICATE, FOUND_OPEN, NOT_FOUND)
IS_SHIELDED = (SHIELDED, DUPLICATE)


@dataclass
class Look:
    """One look at a record on the system, that is kept as a row."""

    found: str
    by: int
    at: datetime


@dataclass
class Record:
    state: str = "not_shielded"
    episode: int = 0
    episode_at: datetime | None = None
    # The first attestation of the episode.
    applied_at: datetime | None = None
    due: date | None = None
    begun_by: int | None = None
    begun_at: datetime | None = None
    cancels: int = 0
    end: str = ""
    proposed_by: int | None = None
    proposed_at: datetime | None = None
    looks: list[Look] = field(default_factory=list)

    @property
    def applied(self) -> bool:
        return self.applied_at is not None


@dataclass
class Review:
    kind: str
    record: int
    due: date
    asked: dict[int, str] = field(default_factory=dict)
    # On which day each said so.
    said_on: dict[int, date] = field(default_factory=dict)
    of: int | None = None
    # Of an added one: from which day it asks. The day of the first mail once that is known.
    asks_from: date | None = None
    mailed_on: date | None = None
    outcome: str = ""
    late: int | None = None


@dataclass
class Request:
    """A request and its hold, which go by one name."""

    record: int
    # Nobody, of a call that its practitioner has not confirmed, or of somebody without an account.
    source: int | None
    practitioner: int | None
    placed_by: int
    placed_on: datetime
    episode: int
    review: Review
    due: date
    # *Another reason*: no code says why, so the IW Team phones.
    other: bool = False
    phoned_back_by: int | None = None
    # Of a call: who logged it, and what its practitioner said of it.
    logged_by: int | None = None
    confirmed: bool = False
    disowned: bool = False
    state: str = "submitted"
    # Whether a query waits for its practitioner's answer, also while it is proposed not to agree.
    asked: bool = False
    proposed_by: int | None = None
    proposed_at: datetime | None = None
    applied: bool = False
    found_open: bool = False
    how: str = ""
    let_go_on: date | None = None
    let_go_by: tuple[int, ...] = ()
    family: str = ""
    # The moments, whether the source had no account when their word was recorded, and who phoned.
    let_go_at: int = 0
    released_at: datetime | None = None
    word_recorded: bool = False
    attested_by: int | None = None
    attested_at: datetime | None = None

    @property
    def stands(self) -> bool:
        return not self.how

    @property
    def awaits_confirmation(self) -> bool:
        """Whether it was phoned and its practitioner has yet to confirm it."""
        phoned = self.logged_by is not None and self.practitioner is not None
        return phoned and not self.confirmed


@dataclass
class Load:
    """A load of data into the system, which a member entered."""

    on: date
    by: int
    at: datetime
    taken_back_by: int | None = None
