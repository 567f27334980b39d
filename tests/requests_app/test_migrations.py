"""What the migrations do to rows that were there before them."""

from importlib import import_module

import pytest
from django.db import connection

from requests_app.models import Request
from shielding.models import Hold
from tests.requests_app.support import cast as stories

pytestmark = pytest.mark.django_db


def test_what_was_phoned_and_is_not_confirmed_loses_its_source_and_nothing_else_does():
    cast = stories.a_cast()
    waiting = [stories.phoned(cast), stories.disowned(cast)]
    kept = [stories.confirmed(cast), stories.submitted(cast)]
    # As they were made before: the practitioner named on the phone was the source at once.
    Hold.objects.filter(reference__in=[one.reference for one in waiting]).update(source=cast.owner)
    with connection.cursor() as cursor:
        cursor.execute(
            import_module("requests_app.migrations.0002_the_clock").NO_SOURCE_UNTIL_CONFIRMED
        )
    sources = dict(Request.objects.values_list("reference", "hold__source"))
    assert sources == {
        **dict.fromkeys((one.reference for one in waiting), None),
        **dict.fromkeys((one.reference for one in kept), cast.owner.pk),
    }
