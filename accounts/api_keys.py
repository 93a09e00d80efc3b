"""API keys: `pnt_live_` + 30 base-62 characters + 6 of checksum, stored only as SHA-256.

The checksum (CRC-32, as in GitHub's tokens) lets a mistyped key be refused without a query, and lets secret
scanners recognise a leaked one: `pnt_live_[0-9A-Za-z]{36}`.
"""

import hashlib
import secrets
import string
import zlib

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
PREFIX = "pnt_live_"
RANDOM_CHARACTERS = 30
CHECKSUM_CHARACTERS = 6


def mint() -> str:
    """Make a new key; about 178 bits of it are random."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return PREFIX + body + _checksum(body)


def looks_right(key: str) -> bool:
    """Tell whether this could be one of our keys, without asking the database."""
    body = key.removeprefix(PREFIX)
    if body == key or len(body) != RANDOM_CHARACTERS + CHECKSUM_CHARACTERS or not body.isascii():
        return False
    return _checksum(body[:RANDOM_CHARACTERS]) == body[RANDOM_CHARACTERS:]


def digest(key: str) -> str:
    """Give what is stored of a key: SHA-256 in hex. A key has too many random bits to need a slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    characters = ""
    for _ in range(CHECKSUM_CHARACTERS):
        number, digit = divmod(number, len(ALPHABET))
        characters = ALPHABET[digit] + characters
    return characters
