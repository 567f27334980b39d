"""One member forges a source's consent, another helps in good faith, and the old source stops it.

Each at a browser of their own; the old source follows the link in the mail and never signs in.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from shielding.accounts.models import User
from shielding.models import HandOver, Hold, Record
from shielding.notices import delivery
from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.shielded_records import DAY, shielded_for

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]
FORGED, PASSWORD = "noor@council.example", "seven green boats on a hill"
GONE = "We removed the shielding from our own systems, or never had any there"


@pytest.fixture
def looks() -> "Looks":
    return Looks()


class Looks:
    """What was wrong with any page on the way, for anybody who sees, hears or reaches it."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def at(self, visitor: Visitor, *sentences: str) -> None:
        """The page that is open says this, and is without fault."""
        visitor.reads(*sentences)
        self.found += [f"{visitor.page.url}: {fault}" for fault in visitor.faults()]


def mailed(address: str, link: str) -> str:
    """Deliver what is owed; return the path of the last link of this kind that went there."""
    delivery.deliver(timezone.now())
    bodies = [one.body for one in outbox.outbox if one.to == [address]]
    found = [path for body in bodies for path in re.findall(rf"https?://[^/\s]+({link}\S+)", body)]
    assert found, f"{address} got no {link}"
    return found[-1]


def the_forger_makes_an_account(her: Visitor, looks: Looks, service: str) -> None:
    her.open(reverse("person_add"))
    her.write("Full name", "Noor Newcomer")
    her.write("Work email address", FORGED)
    her.pick("Service", service)
    looks.at(her)
    her.press("Add the practitioner")
    looks.at(her, "Noor Newcomer has an account and is sent an invitation.")
    her.open(reverse("person", args=[User.objects.get(email=FORGED).uid]))
    looks.at(her, "This account is new. Until a member who neither made nor renamed it has phoned")
    her.does_not_read("I phoned them")


def and_hands_a_claim_over_to_it(her: Visitor, looks: Looks, source: User) -> None:
    her.open(reverse("person", args=[source.uid]))
    her.follow("Hand over to a colleague")
    her.pick("Colleague", f"Noor Newcomer, {source.service.name}, {FORGED}")
    her.press("Continue")
    looks.at(her, "If you made or renamed the colleague’s account, propose it yourself")
    her.press("Propose the hand-over")
    looks.at(her, "Nothing changes hands until another member confirms.")
    her.does_not_read("Confirm: hand over")


def a_colleague_confirms_in_good_faith(him: Visitor, looks: Looks) -> None:
    him.open(reverse("hand_over", args=[HandOver.objects.get().reference]))
    looks.at(him, "Make sure by a number from the directory that Pat Practitioner leaves or moves")
    him.press("Confirm: hand over")
    looks.at(him, "Handed over to Noor Newcomer")
    him.open(reverse("person", args=[User.objects.get(email=FORGED).uid]))
    him.follow("I phoned them")
    looks.at(him)
    him.tick_everything()
    him.press("Attest it")
    looks.at(him, "Noor Newcomer may withdraw requests now.")


def and_the_forger_lets_go_as_it(they: Visitor, looks: Looks, hold: Hold) -> None:
    they.open(mailed(FORGED, "/new-password/"))
    they.write("New password", PASSWORD)
    they.write("New password again", PASSWORD)
    they.press("Save the password")
    they.write("Work email address", FORGED)
    they.write("Password", PASSWORD)
    they.press("Sign in")
    they.open(reverse("request_withdraw", args=[hold.reference]))
    they.tick(GONE, "They were told, in a way that is safe")
    they.press("Withdraw this request")
    looks.at(they, "No longer asks for a shield")


def the_old_source_says_this_is_wrong(owner: Visitor, looks: Looks, source: User) -> None:
    owner.open(mailed(source.email, "/changed-hands/"))
    looks.at(owner, "If you know nothing of it, or it is not right, press the button.")
    owner.press("This is wrong")
    looks.at(owner, "You said that this is wrong")


def test_a_forged_hand_over_is_stopped_by_its_old_source(
    signed_in: SignIn, at_a_browser: Any, looks: Looks
) -> None:
    # Given an active practitioner whose claim keeps a record shielded
    source = a_practitioner(name="Pat Practitioner", service=a_service("Health visiting"))
    (hold,) = shielded_for(source, now=timezone.now() - 20 * DAY)
    User.objects.iw_team().update(is_active=False)
    forger, helper = an_iw_member(name="Fay Forger"), an_iw_member(name="Hal Helper")
    lead, other = an_iw_member(name="Lea Lead", lead=True), an_iw_member(name="Olu Other")
    # When a member makes an account, has the claim handed over to it and lets go as it
    her, him = signed_in(forger), signed_in(helper)
    the_forger_makes_an_account(her, looks, "Health visiting")
    and_hands_a_claim_over_to_it(her, looks, source)
    a_colleague_confirms_in_good_faith(him, looks)
    and_the_forger_lets_go_as_it(at_a_browser(name="Noor Newcomer"), looks, hold)
    # Then who made it and proposed takes no step of the unshield, and reads why.
    record = reverse("record_detail", args=[Record.objects.get().reference])
    her.open(record)
    looks.at(
        her,
        "You, or somebody who counts as one with you, made the account",
        "others unshield this record",
    )
    her.does_not_read("Begin the final unshield")
    # When the old source follows the link in their mail, without signing in, and says it is wrong
    the_old_source_says_this_is_wrong(at_a_browser(name="Pat Practitioner"), looks, source)
    # Then nobody begins the unshield, and its page names what is to be settled.
    them = signed_in(other)
    them.open(record)
    wrong = f"Said to be wrong, and to be settled first: hand-over {HandOver.objects.get()}"
    looks.at(them, "It cannot begin yet, because:", wrong)
    them.does_not_read("Begin the final unshield")
    them.open(reverse("hand_over", args=[HandOver.objects.get().reference]))
    looks.at(them, "It is not yours to settle. These members may: Lea Lead.")
    # When the lead, who took no part in it, phones the old source and settles it
    she = signed_in(lead)
    she.follow("Hand-overs said to be wrong")
    looks.at(she, "Pat Practitioner", "Said to be wrong")
    she.follow(HandOver.objects.get().reference)
    she.follow("Settle it")
    looks.at(she, "Phone the old practitioner")
    she.tick("It was wrong: the requests go back to who had them before")
    she.press("Settle it")
    looks.at(she, "is settled.", "by Lea Lead")
    # Then the claim is the old source's again and keeps the record shielded,
    hold.refresh_from_db()
    assert (hold.source, hold.is_standing) == (source, True)
    them.open(record)
    looks.at(them, "Shielded", "1 of 1 request in force", "1 request still stands for this record.")
    # who reads that it is to be attested anew, as they would of any record's state.
    owner = signed_in(source)
    owner.open(reverse("request_detail", args=[hold.reference]))
    looks.at(owner, "Agreed, and not yet applied for your request.")
    assert looks.found == []
