"""Check where a webhook is to be sent, by the same rules that are asked again at every delivery."""

import asyncio

from editor.egress import Refused, check
from editor.errors import Busy, InvalidInput
from editor.models.webhook import URL_CHARACTERS
from editor.services.fetch_images import places


def check_webhook_url(url: str, *, param: str) -> None:
    """Raise InvalidInput for an address that could not be sent to now; Busy when too many are looked up already.

    Waits up to five seconds for its name: call it in no transaction.
    """
    if not 0 < len(url) <= URL_CHARACTERS:
        raise InvalidInput(f"{param} takes 1 to {URL_CHARACTERS} characters. Nothing was kept or charged.", param=param)
    if not places.acquire(blocking=False):
        raise Busy("Too many addresses are being looked up just now. Nothing was kept or charged; try again shortly.")
    try:
        asyncio.run(check(url))
    except Refused as refused:
        raise InvalidInput(
            f"{param} cannot be used. {refused.message} Nothing was kept or charged.", param=param
        ) from None
    finally:
        places.release()
