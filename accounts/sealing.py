"""Secrets that we have to know again, sealed for the database under SECRET_KEY or one of its fallbacks."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def cipher(purpose: str) -> MultiFernet:
    """Give what seals and opens texts for one purpose; what was sealed for another it cannot open."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(f"{purpose}:{key!s}")) for key in keys])


def _derived(words: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest())
