"""Which acts ask for the password again: every address that takes a POST, in a table. S7."""

import inspect
import time
from pathlib import Path

import pytest
from django.urls import reverse

from shielding.web.password_again import minutes_to_decide
from tests.security.support.access_table import declared, there
from tests.security.support.council import every_url
from tests.support.people import PASSWORD

_TABLE = Path(__file__).resolve().parent / "step_up.txt"
_WORDS = {None: "none", minutes_to_decide: "decide"}
_COLUMNS = ("nobody", "owner", "other", "manager", "iw", "lead", "auditor", "administrator")
ASKS = "/confirm-it-is-you/?next="


def _table():
    """Return the minutes of each address, and the reason where there are none."""
    lines = [line.split(maxsplit=2) for line in _TABLE.read_text().splitlines()]
    rows = [words for words in lines if words and words[0] != "#"]
    assert len({name for name, *_ in rows}) == len(rows)
    return {name: (minutes.rstrip(":"), " ".join(reason)) for name, minutes, *reason in rows}


def _takes_post(view):
    """Return whether a view has a place for a POST, by what stands around it."""
    while view is not None:
        if hasattr(view, "view_class"):
            return hasattr(view.view_class, "post")
        methods = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if methods is not None:
            return "POST" in methods
        view = getattr(view, "__wrapped__", None)
    return True


def _marked(view):
    minutes = getattr(view, "fresh_minutes", None)
    return _WORDS.get(minutes, str(minutes))


def test_every_post_of_the_project_says_within_how_many_minutes_or_why_not():
    views = {name: url.callback for name, url in every_url().items()}
    posts = {name for name, view in views.items() if _takes_post(view)}
    table = _table()
    assert posts == {name for name, _, method in declared() if method == "POST"}
    assert posts == set(table)
    assert {name: minutes for name, (minutes, _) in table.items()} == {
        name: _marked(views[name]) for name in posts
    }
    assert all(bool(reason) == (minutes == "none") for minutes, reason in table.values())


@pytest.mark.django_db
def test_each_of_them_refuses_a_password_that_is_so_old(world):
    wrong = []
    asked = {name: row[0] for name, row in _table().items() if row[0] != "none"}
    for name, minutes in asked.items():
        # Whoever the door opens to: the others are refused before anything is asked of them.
        answers = zip(_COLUMNS, declared()[name, "there", "POST"], strict=True)
        opens = [who for who, code in answers if code not in ("403", "404") and who != "nobody"]
        client = world.client(opens[0])
        session = client.session
        limit = {"5": 5, "decide": minutes_to_decide()}[minutes]
        session["fresh_at"] = int(time.time()) - 60 * limit
        session.save()
        keys = set(every_url()[name].pattern.converters)
        answer = client.post(reverse(name, kwargs=there(world, name, keys)))
        if not answer.headers.get("Location", "").startswith(ASKS):
            wrong.append(f"{name} {opens[0]}: {answer.status_code}, {minutes}")
    assert not wrong, "\n".join(wrong)
    assert len(asked) > 40


@pytest.mark.django_db
def test_who_must_change_a_password_is_asked_for_it_and_led_back(world):
    client = world.client("owner")
    world.owner.must_change_password = True
    world.owner.save(update_fields=["must_change_password"])
    session = client.session
    session["fresh_at"] -= 5 * 60
    session.save()
    asks = client.get("/password/").url
    assert asks == f"{ASKS}%2Fpassword%2F"
    assert client.get(asks).status_code == 200
    assert client.post(asks, {"password": PASSWORD}).url == "/password/"
    assert client.get("/password/").status_code == 200
