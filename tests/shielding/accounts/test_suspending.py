"""Who suspends whom and lets them sign in again."""

import pytest

from shielding.accounts import policies, suspending
from shielding.accounts.models import Service, User
from shielding.web.refusals import NotAllowed, WrongState
from tests.shielding.accounts.support.directory import NOW, refused
from tests.support.entries import entries
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member

pytestmark = pytest.mark.django_db

SUSPENDING = [
    # who, whom, whether they may
    (an_administrator, a_practitioner, True),
    (an_administrator, an_iw_member, True),
    (an_administrator, an_auditor, True),
    (an_administrator, an_administrator, True),
    (an_iw_member, a_practitioner, True),
    (an_iw_member, an_iw_member, False),
    (an_iw_member, an_auditor, False),
    (an_iw_member, an_administrator, False),
    *[
        (by, whom, False)
        for by in (a_practitioner, an_auditor)
        for whom in (a_practitioner, an_iw_member, an_auditor, an_administrator)
    ],
]


@pytest.mark.parametrize(("by", "whom", "allowed"), SUSPENDING)
def test_who_suspends_and_reactivates_whom(by, whom, allowed):
    by, whom = by(), whom()
    assert policies.may_suspend(by, whom) is allowed
    if not allowed:
        refused(NotAllowed, "may_not_suspend", lambda: suspending.suspend(whom, by=by, now=NOW))
        User.objects.filter(pk=whom.pk).update(is_active=False, suspended_at=NOW, suspended_by=by)
        refused(
            NotAllowed, "may_not_reactivate", lambda: suspending.reactivate(whom, by=by, now=NOW)
        )
        return
    suspending.suspend(whom, by=by, now=NOW)
    whom.refresh_from_db()
    assert (whom.is_active, whom.suspended_at, whom.suspended_by) == (False, NOW, by)
    suspending.reactivate(whom, by=by, now=NOW)
    whom.refresh_from_db()
    assert (whom.is_active, whom.suspended_at, whom.suspended_by) == (True, None, None)
    assert entries() == [
        ("person_suspended", str(by.uid), {"person": str(whom.uid), "told": [str(whom.uid)]}),
        ("person_reactivated", str(by.uid), {"person": str(whom.uid)}),
    ]


@pytest.mark.parametrize("maker", [an_iw_member, an_administrator])
def test_nobody_suspends_themselves(maker):
    by = maker()
    refused(NotAllowed, "may_not_suspend", lambda: suspending.suspend(by, by=by, now=NOW))


def test_suspending_and_reactivating_need_the_right_state():
    by, person = an_administrator(), a_practitioner()
    awaiting = an_auditor(is_active=False)
    gone = a_practitioner(is_active=False, suspended_at=NOW, suspended_by=by)
    Service.objects.filter(pk=gone.service.pk).update(closed_at=NOW, closed_by=by)
    for code, act, whom in (
        ("not_in_use", suspending.suspend, awaiting),
        ("not_in_use", suspending.suspend, gone),
        ("not_suspended", suspending.reactivate, awaiting),
        ("not_suspended", suspending.reactivate, person),
        ("service_closed", suspending.reactivate, gone),
    ):
        refused(WrongState, code, lambda act=act, whom=whom: act(whom, by=by, now=NOW))
