"""What a project may be called. Pure."""

from accounts.plain_text import is_plain
from editor.errors import InvalidInput

NAME_CHARACTERS = 80


def checked_name(name: str) -> str:
    """Give the name with its spaces tidied; raises InvalidInput when it is empty, too long or not plain text."""
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= NAME_CHARACTERS:
        raise InvalidInput(
            f"A project's name takes 1 to {NAME_CHARACTERS} characters; {len(tidy)} given.", param="name"
        )
    if not is_plain(tidy):
        raise InvalidInput("A project's name takes no control characters.", param="name")
    return tidy
