"""Deputies on the pages: a manager's own, the IW Team's, and bad answers beside their fields."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from shielding.accounts.deputies.models import Deputy
from shielding.accounts.models import User
from shielding.notices.models import Notice
from tests.shielding.accounts.deputies.support.deputies import DAY, named
from tests.shielding.accounts.support.people_pages import as_
from tests.support.entries import entries
from tests.support.people import a_practitioner

pytestmark = pytest.mark.django_db


def answers(deputy, first, last, by="email"):
    """Return the form as it is posted, the days counted from today: by email, or as IW chooses."""
    posted = {"deputy": getattr(deputy, by, deputy)}
    for name, ahead in (("first_day", first), ("last_day", last)):
        day = timezone.localdate() + ahead * DAY
        posted |= {f"{name}_{part}": getattr(day, part) for part in ("day", "month", "year")}
    return posted


def now_named(line, first=0, days=7, **fields):
    first_day = timezone.localdate() + first * DAY
    return named(line.manager, line.peer, first_day, days, now=timezone.now(), **fields)


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_manager_names_and_ends_their_own(line):
    client, page = as_(line.manager), reverse("deputy")
    assert "Nobody stands in for you." in text(client.get(page))
    assert "You can still do so yourself." in text(client.get(page))
    answer = client.post(reverse("deputy_name"), answers(line.peer, 0, 59))
    assert answer["Location"] == page
    (done,) = Deputy.objects.all()
    assert (done.manager, done.deputy, done.named_by) == (line.manager, line.peer, line.manager)
    shown = text(client.get(page))
    for words in (line.peer.name, done.reference, "Standing in", "You", "Manager and deputy are"):
        assert words in shown
    end = reverse("deputy_end", args=[done.reference])
    assert end in shown
    assert client.post(end)["Location"] == page
    shown = text(client.get(page))
    assert "Ended early" in shown
    assert end not in shown
    assert client.post(end).status_code == 409
    assert [event for event, *_ in entries()][1:] == ["deputy_named", "deputy_ended", "refused"]


def test_the_iw_team_names_and_ends_anybodys(line):
    client, uid = as_(line.iw), line.manager.uid
    person, page = reverse("person", args=[uid]), reverse("person_deputy", args=[uid])
    assert page in text(client.get(person))
    assert "Nobody stands in for them." in text(client.get(page))
    assert "The line manager can still do so too." in text(client.get(page))
    answer = client.post(reverse("person_deputy_name", args=[uid]), answers(line.head, 3, 9, "uid"))
    assert answer["Location"] == page
    (done,) = Deputy.objects.all()
    assert (done.manager, done.deputy, done.named_by) == (line.manager, line.head, line.iw)
    assert "To come" in text(client.get(page))
    assert line.head.name in text(client.get(person))
    end = reverse("deputy_end", args=[done.reference])
    assert client.post(end)["Location"] == page


def test_opening_somebodys_page_is_an_entry(line):
    as_(line.iw).get(reverse("person_deputy", args=[line.manager.uid]))
    opened = {"person": str(line.manager.uid)}
    assert entries("directory_opened") == [("directory_opened", str(line.iw.uid), opened)]


def test_who_named_it_is_a_name_for_the_iw_team_only(line):
    now_named(line, by=line.iw)
    own = text(as_(line.manager).get(reverse("deputy")))
    assert "The IW Team" in own
    assert line.iw.name not in own
    theirs = as_(line.lead).get(reverse("person_deputy", args=[line.manager.uid]))
    assert line.iw.name in text(theirs)


def test_a_deputy_reads_for_whom_they_stand_in_and_ends_nothing(line):
    done = now_named(line)
    client = as_(line.peer)
    shown = text(client.get(reverse("deputy")))
    for words in ("You stand in", line.manager.name, done.reference, "Standing in"):
        assert words in shown
    end = reverse("deputy_end", args=[done.reference])
    assert end not in shown
    assert client.post(end).status_code == 403
    # Also when they manage nobody any more: they read that they cannot.
    User.objects.filter(line_manager=line.peer).update(line_manager=None)
    shown = text(as_(line.peer).get(reverse("deputy")))
    assert done.reference in shown
    assert "Cannot stand in" in shown


@pytest.mark.parametrize("why", ["suspended", "reports to the absent one"])
def test_a_deputy_who_cannot_stand_in_is_shown_as_such(why, line):
    now_named(line)
    change = {"is_active": False} if why == "suspended" else {"line_manager": line.below}
    User.objects.filter(pk=line.peer.pk).update(**change)
    own = text(as_(line.manager).get(reverse("deputy")))
    theirs = text(as_(line.iw).get(reverse("person_deputy", args=[line.peer.uid])))
    for shown in (own, theirs):
        assert "Cannot stand in" in shown
        assert "Standing in" not in shown


def test_what_has_lapsed_is_over(line):
    first_day = timezone.localdate() - 20 * DAY
    done = named(line.manager, line.peer, first_day, 7, now=timezone.now() - 20 * DAY)
    client = as_(line.manager)
    shown = text(client.get(reverse("deputy")))
    assert "Over" in shown
    assert "Nobody stands in for you." in shown
    assert client.post(reverse("deputy_end", args=[done.reference])).status_code == 409


@pytest.mark.parametrize("who", ["staff", "alone"])
def test_who_manages_nobody_names_nobody(who, line):
    client = as_(line.everybody()[who])
    shown = text(client.get(reverse("deputy")))
    assert "Only a line manager has a deputy." in shown
    assert reverse("deputy_name") not in shown
    url = reverse("deputy_name")
    statuses = client.get(url).status_code, client.post(url, answers(line.peer, 0, 1)).status_code
    assert statuses == (403, 403)
    for page in ("your_account", "home"):
        assert reverse("deputy") not in text(client.get(reverse(page)))
    assert reverse("person_deputy", args=[line.everybody()[who].uid]) not in text(
        as_(line.iw).get(reverse("person", args=[line.everybody()[who].uid]))
    )


def test_the_way_there_for_a_manager(line):
    client = as_(line.manager)
    for page in ("your_account", "home"):
        assert reverse("deputy") in text(client.get(reverse(page)))


def test_an_administrator_keeps_no_deputies(line):
    shown = text(as_(line.administrator).get(reverse("person", args=[line.manager.uid])))
    assert reverse("person_deputy", args=[line.manager.uid]) not in shown


def test_a_manager_reads_no_list_of_staff_and_no_service(line):
    """Services can be places; the IW Team reads them, and everybody else nothing of them."""
    now_named(line)
    everybody = set(User.objects.exclude(pk=line.manager.pk))
    for name, seen in (("deputy_name", set()), ("deputy", {line.peer})):
        shown = text(as_(line.manager).get(reverse(name)))
        assert {one for one in everybody if one.name in shown} == seen
        assert not any(one.service.name in shown for one in everybody if one.service)
        assert not any(one.service.code in shown for one in everybody if one.service)
    url = reverse("person_deputy_name", args=[line.manager.uid])
    told_apart = f"{line.head.name}, {line.head.service.name}, {line.head.email}"
    assert told_apart in text(as_(line.iw).get(url))


def test_nobody_to_choose_says_what_to_do(line):
    for manager, nobody in ((line.top, True), (line.manager, False)):
        shown = text(as_(line.iw).get(reverse("person_deputy_name", args=[manager.uid])))
        assert ("There is nobody to choose" in shown) is nobody
        # A manager is told nothing of who there is.
        own = text(as_(manager).get(reverse("deputy_name")))
        assert "There is nobody to choose" not in own


def errors(client, posted, url=""):
    answer = client.post(url or reverse("deputy_name"), posted)
    assert "Error: " in text(answer)
    assert not Deputy.objects.exclude(named_by__role="iw").exists()
    return {name: list(said) for name, said in answer.context["form"].errors.items()}


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (-1, 5, {"first_day": ["The date must be today or in the future"]}),
        (3, 2, {"last_day": ["The last day must be the first day or after it"]}),
        (0, 60, {"last_day": ["A deputy stands in for at most 60 days"]}),
        (400, 401, {"last_day": ["The last day must be within a year from today"]}),
        (8, 20, {"first_day": ["Somebody stands in on one of these days already"]}),
    ],
)
def test_wrong_days_end_beside_the_field(first, last, expected, line):
    now_named(line, first=15, by=line.iw)
    assert errors(as_(line.manager), answers(line.peer, first, last)) == expected
    url = reverse("person_deputy_name", args=[line.manager.uid])
    assert errors(as_(line.iw), answers(line.head, first, last, "uid"), url) == expected


NO_DAYS = ("", "x", "0", "32", "-1", "99999", "2\x00", "\u202e1", "\u0661", "1" * 300)


@pytest.mark.parametrize("name", ["first_day", "last_day"])
def test_what_is_no_day_ends_beside_the_field(name, line):
    client, good = as_(line.manager), answers(line.peer, 0, 5)
    for part in NO_DAYS:
        assert list(errors(client, good | {f"{name}_day": part})) == [name], part


def test_an_empty_form_says_what_is_missing(line):
    assert errors(as_(line.manager), {}) == {
        "deputy": ["Enter the work email of who stands in"],
        "first_day": ["Enter the first day"],
        "last_day": ["Enter the last day"],
    }


def test_what_is_nobodys_id_is_nobodys_deputy(line):
    client, url = as_(line.iw), reverse("person_deputy_name", args=[line.manager.uid])
    nobody = "0b1e6d54-6d0f-4d51-8a73-1f6f3d1d1c11"
    for value in ("1", "a\x00b", "x" * 300, nobody, "[]", "\u202e", line.peer.email):
        found = errors(client, answers(value, 0, 5), url)
        assert found == {"deputy": ["Select one of the people shown"]}, value


def test_whoever_is_not_fit_gets_the_same_answer_as_whoever_is_not_there(line):
    unfit = [one for who, one in line.everybody().items() if who not in ("top", "head", "peer")]
    tried = [one.email for one in unfit] + ["nobody@council.example", line.manager.email]
    for email in tried:
        cache.clear()
        found = errors(as_(line.manager), answers(email, 0, 5))
        assert found == {"deputy": ["Check the email: no manager you can name has it"]}, email
    by = str(line.manager.uid)
    assert entries("nobody_named") == [("nobody_named", by, {})] * len(tried)
    client, url = as_(line.iw), reverse("person_deputy_name", args=[line.manager.uid])
    for one in unfit:
        found = errors(client, answers(one, 0, 5, "uid"), url)
        assert found == {"deputy": ["Select one of the people shown"]}, one


def test_an_email_is_looked_up_only_where_the_days_are_right(line):
    """Else whoever tries emails out would read from the days' answer which of them are right."""
    client = as_(line.manager)
    for email in (line.peer.email, "nobody@council.example"):
        found = errors(client, answers(email, 0, 60))
        assert found == {"last_day": ["A deputy stands in for at most 60 days"]}
    assert entries("nobody_named") == []


def test_after_ten_wrong_emails_of_a_day_not_even_the_right_one_is_looked_up(line):
    client = as_(line.manager)
    for number in range(10):
        errors(client, answers(f"nobody{number}@council.example", 0, 5))
    too_often = {"deputy": ["You have tried too often today. Phone the IW Team if you need help"]}
    assert errors(client, answers(line.peer, 0, 5)) == too_often
    assert len(entries("nobody_named")) == 11
    # Somebody else's tries are their own.
    answer = as_(line.peer).post(reverse("deputy_name"), answers(line.manager, 0, 5))
    assert answer.status_code == 302


def test_stretches_that_add_up_to_too_much_end_beside_the_field(line):
    now_named(line, first=0, days=40, by=line.iw)
    too_much = {
        "last_day": [
            "With these days they would stand in on more than 60 of 120 days: choose fewer days,"
            " or somebody else"
        ]
    }
    for first, last in ((45, 65), (99, 119)):
        assert errors(as_(line.manager), answers(line.peer, first, last)) == too_much
        url = reverse("person_deputy_name", args=[line.manager.uid])
        assert errors(as_(line.iw), answers(line.peer, first, last, "uid"), url) == too_much
    answer = as_(line.manager).post(reverse("deputy_name"), answers(line.peer, 45, 64))
    assert answer.status_code == 302


def test_who_came_to_manage_nobody_while_the_page_was_open_is_nobody_to_choose(line):
    client, url = as_(line.iw), reverse("person_deputy_name", args=[line.manager.uid])
    assert line.peer.name in text(client.get(url))
    User.objects.filter(line_manager=line.peer).update(line_manager=line.top)
    found = errors(client, answers(line.peer, 0, 5, "uid"), url)
    assert found == {"deputy": ["Select one of the people shown"]}


def test_years_nobody_lives_to_see_end_beside_the_field(line):
    posted = answers(line.peer, 0, 5)
    for name, day in (("first_day", 1), ("last_day", 31)):
        posted |= {f"{name}_day": day, f"{name}_month": 12, f"{name}_year": 9999}
    found = errors(as_(line.manager), posted)
    assert found == {"last_day": ["The last day must be within a year from today"]}


def test_anothers_deputy_and_none_at_all_are_the_same_404(line):
    done = now_named(line)
    for reference in (done.reference, "IW-ZZZZ-ZZZZ"):
        for who in ("stranger", "staff", "head"):
            client = as_(line.everybody()[who])
            assert client.post(reverse("deputy_end", args=[reference])).status_code == 404
    iw = as_(line.iw)
    for uid in (uuid4(), line.auditor.uid, line.iw_manager.uid):
        assert iw.get(reverse("person_deputy", args=[uid])).status_code == 404
        assert iw.get(reverse("person_deputy_name", args=[uid])).status_code == 404


def test_the_mail_names_no_one(line):
    done = now_named(line)
    owed = Notice.objects.filter(kind="deputy_named")
    assert {(one.subject, one.mentions, one.kind) for one in owed} == {
        (done.reference, done.reference, "deputy_named")
    }
    listed = text(as_(line.iw).get(reverse("notices")))
    assert "A deputy named" in listed


def test_the_logbook_tells_it_in_words(line):
    done = now_named(line, by=line.iw)
    as_(line.iw).post(reverse("deputy_end", args=[done.reference]))
    shown = text(as_(line.auditor).get(reverse("logbook")))
    assert f"named {line.peer.name} to stand in for {line.manager.name} from" in shown
    assert f"ended early that {line.peer.name} stands in for {line.manager.name}" in shown


@pytest.mark.parametrize("name", ["deputy", "deputy_name", "person_deputy", "person_deputy_name"])
def test_the_pages_cost_the_same_whatever_there_is(name, django_assert_max_num_queries, line):
    own = name.startswith("deputy")
    client = as_(line.manager if own else line.iw)
    url = reverse(name) if own else reverse(name, args=[line.manager.uid])
    costs, many = [], 0
    for rows in (1, 2, 17):
        for _ in range(rows):
            many += 1
            ahead = timezone.localdate() + (many - 10) * DAY
            then = timezone.now() + min(0, many - 10) * DAY
            named(line.manager, line.head, ahead, 1, now=then, by=line.iw)
            named(line.peer, line.manager, ahead, 1, now=then, by=line.iw)
            a_practitioner(
                service=line.manager.service, manager=a_practitioner(service=line.manager.service)
            )
        with django_assert_max_num_queries(20) as counted:
            text(client.get(url))
        costs.append(
            len([one for one in counted.captured_queries if "SAVEPOINT" not in one["sql"]])
        )
    assert len(set(costs)) == 1
