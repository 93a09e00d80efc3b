"""What an endpoint may be told and called."""

from collections.abc import Sequence

from editor.errors import InvalidInput
from editor.webhook_rules import SUBSCRIBABLE

DESCRIPTION_CHARACTERS = 200


def checked_events(events: Sequence[str]) -> list[str]:
    """Give the events in our order, each once; raises InvalidInput for none, and for one there is not."""
    known = [kind.value for kind in SUBSCRIBABLE]
    if not events or not set(events) <= set(known):
        raise InvalidInput(f"events takes at least one of {', '.join(known)}. Nothing was kept.", param="events")
    return [kind for kind in known if kind in events]


def checked_description(text: str) -> str:
    """Give the description without blanks around it; raises InvalidInput."""
    text = text.strip()
    if len(text) > DESCRIPTION_CHARACTERS or "\x00" in text:
        raise InvalidInput(
            f"description takes at most {DESCRIPTION_CHARACTERS} characters. Nothing was kept.", param="description"
        )
    return text
