"""Read the letters that were kept."""

import email
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from config.inbox.backend import inbox_folder

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter as it would have been sent."""

    number: int
    to: str
    subject: str
    at: datetime
    text: str
    html: str


def newest() -> list[Kept]:
    """Give the newest letters, the last first."""
    files = sorted(inbox_folder().glob("*.eml"), key=lambda file: int(file.stem), reverse=True)
    return [_read(file) for file in files[:SHOWN]]


def letter(number: int) -> Kept | None:
    """Give one letter; None when it is not, or no longer, kept."""
    file = inbox_folder() / f"{number}.eml"
    return _read(file) if file.is_file() else None


def _read(file: Path) -> Kept:
    message = email.message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default)
    at = datetime.fromtimestamp(int(file.stem) / 1e9, UTC)
    return Kept(int(file.stem), str(message["To"] or message["Bcc"] or ""), str(message["Subject"]), at,
                _part(message, "plain"), _part(message, "html"))  # fmt: skip


def _part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    return str(found.get_content()) if found is not None else ""
