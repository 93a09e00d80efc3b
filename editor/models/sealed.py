"""A column whose text is sealed in the database, so that a copy of the database alone opens nothing."""

from typing import Any

import structlog
from cryptography.fernet import InvalidToken
from django.db import models

from accounts.sealing import cipher

log = structlog.get_logger(__name__)


class SealedText(models.TextField):  # type: ignore[type-arg]
    """A text that nobody can search by. Empty stays empty; what cannot be opened reads as empty, and is logged."""

    PURPOSE = "webhook secrets"

    def get_prep_value(self, value: Any) -> Any:
        """Seal it."""
        return cipher(self.PURPOSE).encrypt(str(value).encode()).decode() if value else value

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """Open it."""
        if not value:
            return value
        try:
            return cipher(self.PURPOSE).decrypt(value.encode()).decode()
        except InvalidToken:
            log.error("secret_not_opened", hint="SECRET_KEY was changed: keep the old one in SECRET_KEY_FALLBACKS")  # noqa: TRY400
            return ""
