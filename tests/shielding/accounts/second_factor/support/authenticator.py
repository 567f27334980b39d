"""A security key of software: what a browser would send that has one."""

import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
)

PRESENT, VERIFIED = AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.UV


class SoftKey:
    """Signs whatever it is asked, for whichever page it is told."""

    def __init__(self, origin: str, host: str = "localhost", credential_id: bytes = b"k" * 16):
        self.origin, self.host, self.credential_id = origin, host, credential_id
        self.private, self.count = ec.generate_private_key(ec.SECP256R1()), 0

    def make(self, options: dict[str, Any], **said: Any) -> dict[str, Any]:
        """Return what a browser answers to "make a key"."""
        public = ES256.from_cryptography_key(self.private.public_key())
        attested = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public)
        data = self._data(AuthenticatorData.FLAG.AT, said, attested)
        client = self._client("webauthn.create", options, said)
        made = AttestationObject.create("none", data, {})
        return self._answer(
            {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(made)}
        )

    def sign(self, options: dict[str, Any], **said: Any) -> dict[str, Any]:
        """Return what a browser answers to "sign this"."""
        self.count += said.get("counts", 1)
        data = self._data(AuthenticatorData.FLAG(0), said)
        client = self._client("webauthn.get", options, said)
        signature = self.private.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
            }
        )

    def _data(self, more: Any, said: dict[str, Any], attested: Any = b"") -> AuthenticatorData:
        host = sha256(said.get("host", self.host).encode()).digest()
        flags = said.get("flags", PRESENT | VERIFIED) | more
        return AuthenticatorData.create(host, flags, self.count, attested)

    def _client(self, kind: str, options: dict[str, Any], said: dict[str, Any]) -> bytes:
        asked = options["publicKey"]["challenge"]
        challenge = asked if isinstance(asked, str) else websafe_encode(asked)
        client = {
            "type": said.get("type", kind),
            "challenge": said.get("challenge", challenge),
            "origin": said.get("origin", self.origin),
            "crossOrigin": said.get("framed", False),
        }
        return json.dumps(client).encode()

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}
