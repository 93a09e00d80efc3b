"""A reply that holds its pictures, as the upstream model's own does: `{"data": [{"url" | "b64_json" | "error"}], …}`.

Read with the same tolerance for every provider that answers when the work is done.
"""

from editor.providers import fields, reading
from editor.providers.base import Delivered
from editor.providers.errors import ContentRefused, ImageUnfetchable, OutcomeUnknown, ProviderError, Unreadable

SUBMIT_SECONDS = 300.0  # both vendors' advice for one picture; 40 s more for each further one, where one could ask
REPLY_BYTES = 40 * 1024 * 1024  # base64 of the largest result that we take
LISTS = ("data", "images", "results", "output", "url")


def reason(body: dict[str, object]) -> tuple[str, str]:
    """Give what a reply says went wrong and its code, of the whole or of the first picture that says something."""
    items = body.get("data")
    errors = [body.get("error"), *(item.get("error") for item in _list(items) if isinstance(item, dict))]
    code = next((fields.word(error.get("code")) for error in errors if isinstance(error, dict)), "")
    return fields.first_text(*errors, body.get("message")), code


def delivered(body: dict[str, object], *, reported_cost: str = "") -> Delivered | None:
    """Give the pictures of a reply, None when it holds none. A picture that came with its bytes is not fetched."""
    for name in LISTS:
        items = _list(body.get(name))
        pictures = {id(item): fields.inline(item.get("b64_json")) for item in items if isinstance(item, dict)}
        inline = tuple(filter(None, pictures.values()))
        urls = fields.urls([item for item in items if not pictures.get(id(item))])
        if urls or inline:
            return Delivered(urls=urls, reported_cost=reported_cost, inline=inline)
    return None


def nothing_delivered(body: dict[str, object]) -> ProviderError:
    """Give the error of a 2xx without a picture, which no vendor documents.

    Its error proves that nothing was made only where it is moderation, or our picture that was not fetched.
    """
    message, code = reason(body)
    if not (message or code):
        return Unreadable("the reply holds no picture")
    refusal = reading.failure(f"{code} {message}")
    sort = type(refusal) if isinstance(refusal, ContentRefused | ImageUnfetchable) else OutcomeUnknown
    return sort(message or code, code=code)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
