"""Keep letters as files instead of sending them."""

import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class InboxBackend(BaseEmailBackend):
    """Write each letter as a file of its own, named by the moment, and forget all but the newest."""

    KEEP = 200

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep them; tells how many."""
        folder = inbox_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            name = f"{time.time_ns()}.eml"
            new = folder / f"{name}.new"
            new.write_bytes(message.message().as_bytes())
            new.rename(folder / name)
        for old in sorted(folder.glob("*.eml"))[: -self.KEEP]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def inbox_folder() -> Path:
    """Give the folder of the letters."""
    return Path(settings.DATA_DIR) / "inbox"
