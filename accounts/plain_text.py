"""What may stand in a name. Pure."""

import re

# Emoji are joined by a character that is not printed by itself; elsewhere it would only hide something.
JOINER = re.compile(r"(?<=[^\w\s])\u200d(?=[^\w\s])")


def is_plain(text: str) -> bool:
    """Tell whether a text has no control characters; the joiner within an emoji is none."""
    return JOINER.sub("", text).isprintable()
