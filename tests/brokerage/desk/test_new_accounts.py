"""Who asks and who agrees are somebody: their accounts are vouched for before anybody is in touch.

One member could make both accounts, ask by one, agree by the other and conclude as themself.
"""

import pytest

from brokerage.desk import actions as desk_actions
from shielding.accounts import actions as directory
from shielding.accounts.history import Change, remember
from shielding.accounts.models import User
from shielding.web.refusals import WrongState
from tests.brokerage.support import cast as cast_module
from tests.brokerage.support.cast import ASKED, DAY, UNTIL, Cast, a_cast
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import an_iw_member

pytestmark = pytest.mark.django_db


def made(cast: Cast, name: str, manager: User | None) -> User:
    return directory.add_practitioner(
        name=name,
        email=f"{name.lower()}@council.example",
        service=cast.requester.service,
        line_manager=manager,
        by=cast.member,
        now=ASKED - DAY,
    )


@pytest.mark.parametrize("who", ["requester", "manager"])
def test_nobody_is_asked_or_put_in_touch_for_a_new_account_until_it_was_phoned(who):
    cast = a_cast()
    if who == "manager":
        cast.manager = made(cast, "Moa", None)
        directory.set_line_manager(cast.requester, cast.manager, by=cast.member, now=ASKED - DAY)
        cast.requester.refresh_from_db()
    else:
        cast.requester = made(cast, "Rea", cast.manager)
    access = cast_module.agreed(cast)
    with pytest.raises(WrongState, match="nobody_to_tell"):
        desk_actions.ask_sources(access, by=cast.member, now=ASKED)
    page = main(at_desk(cast.member).get(f"/brokerage/{access.reference}/"))
    assert f"The account of {getattr(cast, who).name} is new" in page
    directory.vouch(getattr(cast, who), phoned=True, by=an_iw_member(), now=ASKED)
    assert desk_actions.ask_sources(access, by=cast.member, now=ASKED)


def test_what_was_said_before_puts_nobody_in_touch_with_an_account_that_nobody_phoned():
    cast = a_cast()
    access = cast_module.answered(cast)
    # As it is with what was asked before the rule.
    remember(cast.requester, Change.MADE, by=cast.member, now=ASKED)
    with pytest.raises(WrongState, match="outcome_too_early"):
        desk_actions.conclude(
            access, outcome="source_will_contact", granted_until=UNTIL, by=cast.member, now=ASKED
        )
    declined = desk_actions.conclude(access, outcome="declined", by=cast.member, now=ASKED)
    assert declined.outcome == "declined"
