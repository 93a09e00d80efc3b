"""A passkey's keeper in software: answers what a page asks, from whatever origin it is told that it is on."""

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from accounts.models import User

HERE = "http://localhost"
ID = b"desk"
PRESENT = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class Passkey:
    """One key, of one site; it counts how often it signed."""

    def __init__(self, site: str = "localhost") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.site = hashlib.sha256(site.encode()).digest()
        self.count = 0

    def register(self, challenge: str, *, origin: str = HERE) -> str:
        """Give the new passkey's public half, as JSON."""
        public = AttestedCredentialData.create(b"\0" * 16, ID, ES256.from_cryptography_key(self.key.public_key()))
        said = AuthenticatorData.create(self.site, PRESENT | AuthenticatorData.FLAG.AT, 0, bytes(public))
        made = AttestationObject.create("none", said, {})
        return _json(clientDataJSON=_client("webauthn.create", challenge, origin), attestationObject=bytes(made))

    def sign(self, challenge: str, user: User, *, origin: str = HERE) -> str:
        """Sign a challenge for somebody, as JSON."""
        self.count += 1
        said, client = (
            AuthenticatorData.create(self.site, PRESENT, self.count),
            _client("webauthn.get", challenge, origin),
        )
        signature = self.key.sign(bytes(said) + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        handle = user.pk.encode()
        return _json(clientDataJSON=client, authenticatorData=bytes(said), signature=signature, userHandle=handle)


def challenge_of(client: Client) -> str:
    """Ask for a challenge to sign in with."""
    options = client.get("/accounts/2fa/passkeys/login/", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    return str(options["request_options"]["publicKey"]["challenge"])


def _client(kind: str, challenge: str, origin: str) -> bytes:
    return bytes(CollectedClientData.create(type=kind, challenge=challenge, origin=origin))


def _json(**response: Any) -> str:
    told = {name: websafe_encode(value) for name, value in response.items()}
    known: dict[str, Any] = {"id": websafe_encode(ID), "rawId": websafe_encode(ID), "type": "public-key"}
    return json.dumps({**known, "response": told, "clientExtensionResults": {"credProps": {"rk": True}}})
