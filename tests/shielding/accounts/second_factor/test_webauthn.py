"""What a key signed: for this page, this person, this purpose, once; and a copied key is seen."""

import uuid
from datetime import timedelta

import pytest
from fido2.webauthn import AuthenticatorData

from shielding.accounts.models import User
from shielding.accounts.second_factor import factors, webauthn
from shielding.accounts.second_factor.models import Factor
from tests.shielding.accounts.second_factor.support.authenticator import PRESENT, SoftKey
from tests.shielding.accounts.second_factor.support.factors import NOW
from tests.support.people import a_practitioner

HERE = "https://shield.council.example"
HOST = "shield.council.example"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = f"{HERE}/"


def a_person(uid="7d1e8f2e-3b50-4b52-9b8e-1f0f7c1b9a01"):
    return User(uid=uuid.UUID(uid), email="ann@council.example", name="Ann Example")


def a_key(**said):
    """Return a key made by software, and what the server keeps of it."""
    soft, session, person = SoftKey(HERE, HOST), {}, a_person()
    options = webauthn.ask_to_add(session, person, [], NOW)
    return soft, webauthn.added(session, person, soft.make(options, **said), NOW)


def sign(soft, key, *, person=None, asked=None, answer=None, at=NOW, **said):
    """Let a key sign what was asked of a person; another may be who sends it."""
    session = {}
    options = webauthn.ask_to_sign(session, asked or a_person(), [key], NOW)
    answer = answer or soft.sign(options, **said)
    return webauthn.signed(session, person or a_person(), [key], answer, at)


def test_a_key_is_made_and_signs():
    soft, key = a_key()
    signed = sign(soft, key)
    assert (signed.credential_id, signed.sign_count) == (soft.credential_id, 1)
    assert sign(soft, key, flags=PRESENT).sign_count == 2  # it need not know its person


def test_what_the_browser_is_asked():
    session, soft_and_key = {}, a_key()
    options = webauthn.ask_to_add(session, a_person(), [soft_and_key[1]], NOW)["publicKey"]
    assert options["rp"] == {"id": HOST, "name": "Shielding requests"}
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert [one["id"] for one in options["excludeCredentials"]] != []
    assert session["webauthn"]["purpose"] == "add"


OTHERS = {
    "a name below ours": {"origin": f"https://evil.{HOST}"},
    "another port": {"origin": f"{HERE}:8443"},
    "plain http": {"origin": f"http://{HOST}"},
    "another site": {"origin": "https://evil.example"},
    "inside another site's page": {"framed": True},
    "another service's key": {"host": "evil.example"},
    "nobody touched it": {"flags": AuthenticatorData.FLAG(0)},
    "another challenge": {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
    "another kind of answer": {"type": "payment.get"},
}


@pytest.mark.parametrize("said", OTHERS.values(), ids=OTHERS)
def test_what_was_not_asked_here_is_refused(said):
    with pytest.raises(webauthn.NotSigned):
        a_key(**said)
    soft, key = a_key()
    with pytest.raises(webauthn.NotSigned):
        sign(soft, key, **said)


def test_another_keys_signature_is_refused():
    soft, key = a_key()
    other = SoftKey(HERE, HOST)
    with pytest.raises(webauthn.NotSigned):
        sign(other, key)
    stranger = SoftKey(HERE, HOST, credential_id=b"s" * 16)
    with pytest.raises(webauthn.NotSigned):
        sign(stranger, key)


def test_a_challenge_is_of_one_person_one_purpose_five_minutes_and_one_answer():
    soft, key = a_key()
    other = a_person("7d1e8f2e-3b50-4b52-9b8e-1f0f7c1b9a02")
    with pytest.raises(webauthn.NotSigned):
        sign(soft, key, asked=other)
    sign(soft, key, at=NOW + timedelta(minutes=4))
    for at in (NOW + timedelta(minutes=6), NOW - timedelta(minutes=1)):
        with pytest.raises(webauthn.NotSigned):
            sign(soft, key, at=at)
    session = {}
    options = webauthn.ask_to_sign(session, a_person(), [key], NOW)
    answer = soft.sign(options)
    with pytest.raises(webauthn.NotSigned):  # what was asked to sign in adds nothing
        webauthn.added(dict(session), a_person(), soft.make(options), NOW)
    webauthn.signed(session, a_person(), [key], answer, NOW)
    with pytest.raises(webauthn.NotSigned):  # the same once more
        webauthn.signed(session, a_person(), [key], answer, NOW)
    # Gone before it was looked at: a wrong answer leaves nothing to try the next on.
    options = webauthn.ask_to_sign(session, a_person(), [key], NOW)
    with pytest.raises(webauthn.NotSigned):
        webauthn.signed(session, a_person(), [key], {}, NOW)
    with pytest.raises(webauthn.NotSigned):
        webauthn.signed(session, a_person(), [key], soft.sign(options), NOW)


@pytest.mark.parametrize(
    "answer",
    [None, [], "text", 7, {}, {"id": 1}, {"response": {}}, {"rawId": "AA", "response": None}]
    + [{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30"}}],
)
def test_nonsense_is_refused(answer):
    session = {}
    webauthn.ask_to_add(session, a_person(), [], NOW)
    with pytest.raises(webauthn.NotSigned):
        webauthn.added(session, a_person(), answer, NOW)
    webauthn.ask_to_sign(session, a_person(), [a_key()[1]], NOW)
    with pytest.raises(webauthn.NotSigned):
        webauthn.signed(session, a_person(), [], answer, NOW)


def test_keys_are_offered_where_the_service_has_a_name(settings):
    for address, offered in (
        ("http://127.0.0.1:8000/", False),
        ("https://[::1]/", False),
        ("http://localhost:8000/", True),
        (f"{HERE}/", True),
    ):
        settings.SITE_URL = address
        assert webauthn.is_possible() is offered, address


@pytest.mark.django_db
def test_a_keys_count_rises_or_it_was_copied():
    soft, key = a_key()
    person = a_practitioner()
    Factor.objects.create(
        person=person,
        kind="key",
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        made_at=NOW,
        confirmed_at=NOW,
    )
    session = {}

    def once(**said):
        options = webauthn.ask_to_sign(session, person, factors.keys_of(person), NOW)
        return factors.take_signature(session, person, soft.sign(options, **said), NOW, NOW)

    assert once(counts=0).sign_count == 0  # a passkey counts nothing, and may
    assert once().sign_count == 1
    for counts in (0, -1):
        with pytest.raises(webauthn.Copied):
            once(counts=counts)
    soft.count = 1
    assert once(counts=9).sign_count == 10
    assert Factor.objects.get().sign_count == 10
    factors.end_all(person, "own", by=person, now=NOW)
    with pytest.raises(webauthn.NotSigned):
        once()
