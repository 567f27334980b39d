"""What makes a password good, in which form it is kept, and how."""

import unicodedata

import pytest
from django.conf import settings
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from shielding import settings as product
from shielding.accounts.models import User
from shielding.accounts.sign_in.passwords import NothingExpected


@pytest.fixture
def ann():
    return User(name="Ann O’Neill-Fox", email="ann.oneill@council.example", role="practitioner")


def why_refused(password, user=None):
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password",
    [
        "Exampleshire Council 2026!",
        "ShieldingRequests1",
        "contactpoint-ContactPoint",
        "practitioner.manager",
        "November2026November",
        "qwertyuiopasdfgh",
        "poiuytrewq lkjhgfdsa",
        "123456789012345678",
        "abcdefghijklmnop",
        "aaaaaaaaaaaaaaaaaaaa",
        "Ann ONeill Fox 1984",
        "Password Welcome 99",
        "Pässword Summer 2025",
    ],
)
def test_what_anybody_would_try_first_is_refused(ann, password):
    assert len(password) >= 15
    assert "password_expected" in why_refused(password, ann)


def test_words_that_do_not_belong_together_are_taken_with_spaces_and_any_letters(ann):
    for password in (
        "kettle orbit velvet plum",
        "Welcome kettle orbit velvet",  # an expected word among others takes nothing from them
        " кошка на крыше спит ",
        "一二三四五六七八九十甲乙丙丁戊",
    ):
        assert why_refused(password, ann) == set(), password
    assert "password_too_short" in why_refused("kettle orbit", ann)
    # Somebody else's name is no word that this person is known by.
    assert why_refused("oneill velvet orbit") == set()


def test_the_rule_is_among_those_that_pages_ask():
    named = [one["NAME"] for one in settings.AUTH_PASSWORD_VALIDATORS]
    assert f"{NothingExpected.__module__}.NothingExpected" in named


@pytest.mark.django_db
def test_a_password_is_one_whichever_way_a_keyboard_composes_it(client, person):
    composed = unicodedata.normalize("NFC", "très été velours à Noël")
    taken_apart = unicodedata.normalize("NFD", composed)
    assert composed != taken_apart
    person.set_password(taken_apart)
    person.save(update_fields=["password"])
    assert check_password(composed, person.password)
    for typed in (composed, taken_apart):
        answer = client.post("/sign-in/", {"login": person.email, "password": typed})
        assert answer.status_code == 302


def test_passwords_are_kept_by_argon2id_and_older_ones_are_renewed(settings):
    settings.PASSWORD_HASHERS = product.PASSWORD_HASHERS
    kept = make_password("kettle orbit velvet plum")
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password("kettle orbit velvet plum", kept)
    assert not check_password("kettle orbit velvet", kept)
    older = make_password("kettle orbit velvet plum", hasher="pbkdf2_sha256")
    renewed = []
    assert check_password("kettle orbit velvet plum", older, renewed.append)
    assert renewed == ["kettle orbit velvet plum"]
    assert identify_hasher(older).algorithm == "pbkdf2_sha256"
