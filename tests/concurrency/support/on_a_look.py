"""What somebody of a crowd may do who looks on the system: find something, alone or beside an act,
enter a data load and look again, ask for a review in between, end a record.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from requests_app.models import Request
from shielding import clock
from shielding.checks.data_loads import lists
from shielding.checks.data_loads.models import DataLoad
from shielding.models import Hold, Record, Review
from shielding.records import states
from shielding.records.policies import is_to_check_now
from shielding.web.refusals import Refused

Act = Callable[[], Any]
# Makes an act of its name, of what it is about, and of the moment; by a member, or by whom it says.
Named = Callable[..., Act]
A_DAY, A_WEEK, HALF_A_YEAR = timedelta(days=1), timedelta(days=7), timedelta(days=190)


def on_a_look(request: Request, named: Named, chance: Random, now: datetime) -> Act:
    """Return something of it, about the record of a request; mostly what can be done now."""
    way = chance.choices(list(_WAYS), list(_WAYS.values()))[0]
    act = way(request, named, chance, now)
    return act or _look(request, named, chance, now)


def _look(request: Request, named: Named, _chance: Random, now: datetime) -> Act:
    """Look at the record; after a data load as the load's list asks."""
    load = lists.ruling()
    return named("look", request.record, now if load is None else _after(load, now))


def _after(load: DataLoad, now: datetime) -> datetime:
    """Return a moment after a load which nobody else has: each lasts a day of the crowd's."""
    return load.over_at + (now - clock.end_of(clock.today(now) - A_DAY))


def _load(_request: Request, named: Named, chance: Random, now: datetime) -> Act | None:
    """Enter the load of the next day, seldom one of the day before it, or take one back."""
    if chance.random() < 0.3:
        load = DataLoad.objects.in_force()[chance.randrange(2) :].first()
        return load and named("take_back_load", load, now)
    then = now + A_DAY * (DataLoad.objects.count() + 1)
    day = clock.today(then) - A_DAY * (chance.random() < 0.2)
    return named("enter_load", day, then)


def _added_review(request: Request, named: Named, chance: Random, now: datetime) -> Act | None:
    """Ask for a review of the request, let its source answer, or conclude one of its record's."""
    open_now = Review.objects.open().added().filter(record=request.record)
    review = open_now.select_related("hold").first()
    if review is None or chance.random() < 0.3:
        by = request.hold and chance.choice([request.hold.source, None])
        return named("ask_review", request, now, by=by) if request.hold else None
    of = Request.objects.select_related("hold", "practitioner").get(hold=review.hold)
    if review.hold.is_standing and chance.random() < 0.4:
        return named("still_needed", of, now, by=review.hold.source)
    return named("conclude_added", of, now + HALF_A_YEAR)


def _first_review(request: Request, named: Named, chance: Random, now: datetime) -> Act | None:
    """Agree, attesting it or not; conclude the first review of one agreed, or let go."""
    waiting = Request.objects.filter(record=request.record, review__concluded_at=None)
    about = waiting.filter(hold__isnull=False).select_related("hold", "review", "record")
    let_go = about.exclude(hold__released_at=None)
    agreed = about.filter(hold__released_at=None).exclude(hold__agreed_at=None)
    for some, act, then in (
        (let_go, "conclude_let_go", now),
        (agreed, "conclude_first", now + HALF_A_YEAR),
    ):
        if chance.random() < 0.5 and (one := some.order_by("-id").first()):
            return named(act, one, then)
    return named("agree_applied", request, now)


def _six_monthly(request: Request, named: Named, _chance: Random, now: datetime) -> Act:
    """Open the record's six-monthly reviews, or conclude the first of those that are open."""
    reviews = Review.objects.open().of_records().filter(record=request.record)
    act = "conclude" if reviews.exists() else "open_review"
    return named(act, request.record, now + HALF_A_YEAR)


def _end(request: Request, named: Named, chance: Random, now: datetime) -> Act:
    """Propose that the record has ended, take that back, or confirm it as the second."""
    record = Record.objects.get(pk=request.record_id)
    if not record.end_code or record.state == states.CLOSED:
        return named("propose_end", record, now)
    return named("confirm_end" if chance.random() < 0.9 else "withdraw_end", record, now)


def _unshield(request: Request, named: Named, chance: Random, now: datetime) -> Act:
    """Let everybody go who asks, and a week later do the next step towards opening the record."""
    record, then = Record.objects.get(pk=request.record_id), now + A_WEEK
    if record.state == states.UNSHIELDING:
        return named(chance.choice(["stop", "stop", "confirm_unshield"]), record, then)
    if record.end_code:
        return named("withdraw_end", record, now)
    steps = [
        named(act, one, now, by=one.hold.source if act == "withdraw" else None)
        for one in Request.objects.filter(record=record).select_related("hold__source")
        for act in (["withdraw"] if one.hold.is_standing else []) + ["say_family"]
        if not one.hold.family
    ]
    last = "never_applied" if record.applied_at is None else "begin"
    last = "still_shielded" if is_to_check_now(record) else last
    return partial(_one_after_the_other, [*steps, named(last, record, then)])


def _one_after_the_other(steps: list[Act]) -> None:
    """Do what is possible of it; the last is refused aloud."""
    for step in steps[:-1]:
        with suppress(Refused):
            step()
    steps[-1]()


def _in_error(request: Request, named: Named, _chance: Random, now: datetime) -> Act | None:
    """Take back what was asked in error: the wrong number, the wrong child."""
    hold = Hold.objects.standing().filter(pk=request.hold_id).first()
    return hold and named("take_back", request, now, by=hold.source)


_WAYS: dict[Callable[..., Act | None], float] = {
    _look: 10,
    _load: 1,
    _added_review: 6,
    _first_review: 6,
    _six_monthly: 4,
    _end: 3,
    _unshield: 5,
    _in_error: 1,
}
