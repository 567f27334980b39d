"""Security keys and passkeys (WebAuthn), by Yubico's fido2; and four checks that it leaves to us.

The page must be exactly ours (it takes any name below ours); not shown inside another site's page;
a key's count must rise, or the key was copied; a challenge is for one person, one purpose and five
minutes, and is gone before what was signed is looked at.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from django.conf import settings
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from shielding.accounts.models import User

GOOD_FOR = timedelta(minutes=5)
# Where in a session a challenge waits.
_WAITS = "webauthn"
ADD, SIGN_IN = "add", "sign_in"
# Longer ones are no key's: the standard's own limit.
_LONGEST_ID = 1023
# What goes wrong while a browser's answer is read. It is a stranger's.
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, UnsupportedAlgorithm)


class NotSigned(Exception):
    """What the browser sent is not what this key was asked to sign, here and now."""


class Copied(NotSigned):
    """The signature is right, but its count did not rise: there are two of this key."""


@dataclass(frozen=True)
class Key:
    """A key that may open an account: what it is called, what it signs by, how often it did."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Signed:
    """That one of the keys signed: which, and its count now."""

    credential_id: bytes
    sign_count: int


def origin() -> str:
    """Return the one address of pages on which a key may sign for this service."""
    site = urlsplit(settings.SITE_URL)
    return f"{site.scheme}://{site.netloc}"


def is_possible() -> bool:
    """Return whether browsers offer keys here: the service needs a name, not a bare address."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return bool(host)
    return False


def ask_to_add(
    session: MutableMapping[str, Any], person: User, keys: Iterable[Key], now: datetime
) -> dict[str, Any]:
    """Return what a browser asks a new key, which must be none of these; the challenge waits."""
    entity = PublicKeyCredentialUserEntity(
        id=person.uid.bytes, name=person.email, display_name=person.name
    )
    options, state = _server().register_begin(
        entity,
        [_attested(one) for one in keys],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    _wait(session, person, ADD, state, now)
    return dict(options)


def added(session: MutableMapping[str, Any], person: User, answer: Any, now: datetime) -> Key:
    """Return the new key. Raises NotSigned for whatever was not asked of it here and now."""
    state = _taken(session, person, ADD, now)
    try:
        read = RegistrationResponse.from_dict(answer)
        _refuse_frames(read.response.client_data)
        found = _server().register_complete(state, read)
        data = found.credential_data
        if data is None or len(data.credential_id) > _LONGEST_ID:
            raise NotSigned
        return Key(bytes(data.credential_id), cbor.encode(dict(data.public_key)), found.counter)
    except _UNREADABLE as error:
        raise NotSigned from error


def ask_to_sign(
    session: MutableMapping[str, Any], person: User, keys: Iterable[Key], now: datetime
) -> dict[str, Any]:
    """Return what a browser asks one of these keys to sign; the challenge waits."""
    options, state = _server().authenticate_begin(
        [_attested(one) for one in keys], user_verification=UserVerificationRequirement.PREFERRED
    )
    _wait(session, person, SIGN_IN, state, now)
    return dict(options)


def signed(
    session: MutableMapping[str, Any],
    person: User,
    keys: Iterable[Key],
    answer: Any,
    now: datetime,
) -> Signed:
    """Return which of these keys signed. Raises NotSigned, and Copied where its count fell back."""
    state = _taken(session, person, SIGN_IN, now)
    known = {one.credential_id: one for one in keys}
    try:
        read = AuthenticationResponse.from_dict(answer)
        _refuse_frames(read.response.client_data)
        found = _server().authenticate_complete(
            state, [_attested(one) for one in known.values()], read
        )
        data = read.response.authenticator_data
    except _UNREADABLE as error:
        raise NotSigned from error
    before = known[bytes(found.credential_id)].sign_count
    if before and data.counter <= before:  # a key that does not count says 0 for ever
        raise Copied
    return Signed(bytes(found.credential_id), data.counter)


def forget(session: MutableMapping[str, Any]) -> None:
    """Let no challenge wait in a session."""
    session.pop(_WAITS, None)


def _server() -> Fido2Server:
    host = urlsplit(settings.SITE_URL).hostname or ""
    service = PublicKeyCredentialRpEntity(id=host, name=settings.SERVICE_NAME)
    return Fido2Server(service, verify_origin=lambda said: said == origin())


def _attested(key: Key) -> AttestedCredentialData:
    public = CoseKey.parse(cast(Mapping[int, Any], cbor.decode(bytes(key.public_key))))
    return AttestedCredentialData.create(Aaguid.NONE, bytes(key.credential_id), public)


def _wait(
    session: MutableMapping[str, Any], person: User, purpose: str, state: Any, now: datetime
) -> None:
    session[_WAITS] = {
        "state": state,
        "person": str(person.uid),
        "purpose": purpose,
        "at": int(now.timestamp()),
    }


def _taken(session: MutableMapping[str, Any], person: User, purpose: str, now: datetime) -> Any:
    """Return the challenge of a session, which is gone by that, or refuse what is not this one."""
    waits = session.pop(_WAITS, None)
    if not isinstance(waits, dict) or waits["person"] != str(person.uid):
        raise NotSigned
    age = now - datetime.fromtimestamp(waits["at"], UTC)
    if waits["purpose"] != purpose or not timedelta(0) <= age + timedelta(seconds=1) <= GOOD_FOR:
        raise NotSigned
    return waits["state"]


def _refuse_frames(client_data: Any) -> None:
    if client_data.cross_origin:
        raise NotSigned
