"""The demo's caseload is what docs/operate.md says it is."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from brokerage import states as access_states
from brokerage.models import AccessRequest
from requests_app import states
from requests_app.models import Request
from shielding import clock
from shielding.accounts.deputies.models import Deputy
from shielding.accounts.models import Service, User
from shielding.models import Record, Review, records_to_review
from shielding.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_demo_is_forty_requests_and_a_sign_in_per_role(settings, tmp_path):
    """One test for all of it: the stories take seconds to act out."""
    settings.VAR = tmp_path
    call_command("seed_demo", verbosity=0)

    found = Counter(Request.objects.values_list("state", flat=True))
    assert sum(found.values()) == 40
    assert set(found) == set(states.LABELS)
    assert Service.objects.count() == 3
    assert Review.objects.overdue(timezone.now()).count() == 2
    assert set(Record.objects.values_list("state", flat=True)) == {
        "to_shield",
        "shielded",
        "not_shielded",
        "unshielding",
    }
    # The clock opens what is near as soon as it looks.
    assert records_to_review(timezone.now()).count() == 3
    assert Record.objects.to_unshield().count() == 3
    assert Deputy.objects.to_come(timezone.localdate()).count() == 1

    # Access requests are there in every state, a call to read, a contact that runs.
    accesses = Counter(AccessRequest.objects.values_list("state", flat=True))
    assert set(accesses) == set(access_states.LABELS)
    assert AccessRequest.objects.urgent_to_read().count() == 1
    assert AccessRequest.objects.granted(clock.today(timezone.now())).count() == 1

    lines = (tmp_path / "demo-sign-ins.txt").read_text().splitlines()[1:]
    sign_ins = [line.rsplit(maxsplit=2)[1:] for line in lines]
    assert len({password for _, password in sign_ins}) == len(sign_ins)
    # Everybody can, or a story that asks them could not be played to its end.
    assert sorted(email for email, _ in sign_ins) == sorted(
        User.objects.values_list("email", flat=True)
    )
    for email, password in sign_ins:
        her = Client()
        answer = her.post("/sign-in/", {"login": email, "password": password}, secure=True)
        assert (answer.status_code, her.get("/", secure=True).status_code) == (302, 200)
    assert {User.objects.get(email=email).role for email, _ in sign_ins} == set(Role.values)

    with pytest.raises(CommandError, match="accounts already"):
        call_command("seed_demo")
