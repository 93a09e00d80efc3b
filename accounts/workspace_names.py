"""What a workspace may be called. Pure."""

from accounts.errors import InvalidInput
from accounts.plain_text import is_plain

NAME_CHARACTERS = 80


def checked_name(name: str) -> str:
    """Give the name with its spaces tidied; raises InvalidInput when it is empty, too long or not plain text."""
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= NAME_CHARACTERS:
        message = f"A workspace's name takes 1 to {NAME_CHARACTERS} characters; {len(tidy)} given. Nothing was changed."
        raise InvalidInput(message, param="name")
    if not is_plain(tidy):
        raise InvalidInput("A workspace's name takes no control characters. Nothing was changed.", param="name")
    return tidy
