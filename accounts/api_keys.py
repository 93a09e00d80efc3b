"""API keys: `pnt_live_` or `pnt_test_` + 30 base-62 characters + 6 of checksum, stored only as SHA-256.

The checksum (CRC-32, as in GitHub's tokens) lets a mistyped key be refused without a query, and lets secret
scanners recognise a leaked one: `pnt_(live|test)_[0-9A-Za-z]{36}`.
"""

import hashlib
import re
import secrets
import string
import zlib

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
PREFIX = "pnt_live_"
TEST_PREFIX = "pnt_test_"
RANDOM_CHARACTERS = 30
CHECKSUM_CHARACTERS = 6
SHAPE = re.compile(rf"({PREFIX}|{TEST_PREFIX})([0-9A-Za-z]{{30}})([0-9A-Za-z]{{6}})")


def mint(*, is_test: bool = False) -> str:
    """Make a new key; about 178 bits of it are random."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return (TEST_PREFIX if is_test else PREFIX) + body + _checksum(body)


def looks_right(key: str) -> bool:
    """Tell whether this could be one of our keys, without asking the database."""
    found = SHAPE.fullmatch(key)
    return found is not None and _checksum(found[2]) == found[3]


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
