"""Who takes which part in an access request: nobody takes two.

"Requester, line manager, IW member and lead are different people": asked before an act, written
with it, and kept by PostgreSQL.
"""

from datetime import datetime

from brokerage.access_request_codes import Part
from brokerage.models import AccessRequest, Participation
from shielding.accounts.models import User
from shielding.web.refusals import NotAllowed


def may_take(part: Part, user: User, access: AccessRequest) -> bool:
    """Return whether the person has no other part in this request."""
    taken = {one.part for one in access.participations.all() if one.person_id == user.pk}
    return taken <= {part}


def take(part: Part, user: User, access: AccessRequest, *, now: datetime) -> None:
    """Write that the person has this part. Raises NotAllowed where they have another.

    The caller holds the row of the access request, so nobody takes a part meanwhile.
    """
    if not may_take(part, user, access):
        raise NotAllowed("second_person", "You did another step in this request.")
    Participation.objects.get_or_create(
        access=access, person=user, defaults={"part": part, "since": now}
    )


def people_of(access: AccessRequest) -> set[int]:
    """Return the ids of everybody with a part in it, the line manager's too who did not decide."""
    ids = {one.person_id for one in access.participations.all()}
    line = access.requester.line_manager_id if access.requester else None
    others = (access.requester_id, access.manager_id, line)
    return ids | {one for one in others if one is not None}


def take_on(access: AccessRequest, by: User, now: datetime) -> None:
    take(Part.IW, by, access, now=now)
    if access.brokered_by_id is None:
        access.brokered_at, access.brokered_by = now, by
