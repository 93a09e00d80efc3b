"""What stands in the composer: read from its form, or set up from a version."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from accounts.ids import may_be_id
from editor.domain import AUTO, MATCH_INPUT, OUTPUTS_PER_EDIT, EditRequest, Resolution
from editor.errors import InvalidInput
from editor.models import Image
from editor.quotes import CHARACTERS
from editor.selectors.shown import Shown

PRICE_DIGITS = 15
COUNTS = {str(number) for number in range(1, OUTPUTS_PER_EDIT + 1)}


@dataclass(frozen=True, slots=True)
class Draft:
    """An edit that nobody has asked for yet."""

    prompt: str = ""
    images: list[Image] = field(default_factory=list)
    aspect_ratio: str = MATCH_INPUT
    resolution: str = Resolution.TWO_K.value
    n: int = 1
    provider: str = AUTO

    def request(self, project_id: str) -> EditRequest:
        """Give it as an edit would be asked for."""
        return EditRequest(
            prompt=self.prompt,
            images=tuple(image.id for image in self.images),
            aspect_ratio=self.aspect_ratio,
            resolution=Resolution(self.resolution),
            n=self.n,
            provider=self.provider,
            project=project_id,
        )


def draft_from(shown: Shown | None) -> Draft:
    """Set up a draft that goes on from the version on show."""
    return Draft(images=[shown.base] if shown and shown.base else [])


def draft_again(shown: Shown) -> Draft:
    """Set up a draft that asks for the same edit once more."""
    edit = shown.edit
    if edit is None:
        return draft_from(shown)
    return Draft(edit.prompt, shown.inputs, edit.aspect_ratio, edit.resolution, edit.n, edit.provider_asked)


def read_form(form: QueryDict, *, project_id: str) -> EditRequest:
    """Read the composer's form; what the limits say is checked by whoever takes the request. Raises InvalidInput.

    The price that stood on the button is the most it may cost; the quote is what it was promised by.
    """
    return EditRequest(
        prompt=_text(form, "prompt").replace("\r\n", "\n").strip(),
        images=_images(form),
        aspect_ratio=_text(form, "aspect_ratio", MATCH_INPUT),
        resolution=_resolution(form),
        n=_count(form),
        provider=_text(form, "provider", AUTO),
        max_price=_price(form),
        quote=_text(form, "quote")[:CHARACTERS],
        project=project_id,
    )


def read_key(form: QueryDict) -> str:
    """Read the key under which a form is run once; empty when it has none. Raises InvalidInput."""
    key = form.get("key", "")
    if key and not may_be_id(key):
        raise InvalidInput("The page's key is not one of ours. Nothing was run or charged; reload it.", param="key")
    return key


def draft_back(form: QueryDict, images: list[Image]) -> Draft:
    """Give a refused form back as it was, but for a count or resolution that makes no sense."""
    n, resolution = form.get("n", "1"), form.get("resolution", "")
    return Draft(
        prompt=form.get("prompt", ""),
        images=images,
        aspect_ratio=form.get("aspect_ratio", MATCH_INPUT),
        resolution=resolution if resolution in set(Resolution) else Resolution.TWO_K,
        n=int(n) if n in COUNTS else 1,
        provider=form.get("provider", AUTO),
    )


def _text(form: QueryDict, param: str, default: str = "") -> str:
    text = form.get(param, default)
    if "\x00" in text:
        raise InvalidInput(f"{param} must not contain a NUL character. Nothing was run or charged.", param=param)
    return text


def _images(form: QueryDict) -> tuple[str, ...]:
    for position, name in enumerate(form.getlist("images")):
        if not may_be_id(name):
            param = f"images[{position}]"
            raise InvalidInput(f"{param} names no picture. Nothing was run or charged.", param=param)
    return tuple(form.getlist("images"))


def _resolution(form: Mapping[str, object]) -> Resolution:
    try:
        return Resolution(str(form.get("resolution") or Resolution.TWO_K))
    except ValueError as error:
        raise InvalidInput("The resolution is 2K or 4K.", param="resolution") from error


def _count(form: Mapping[str, object]) -> int:
    text = str(form.get("n") or "1")
    if text not in COUNTS:
        raise InvalidInput(f"The number of pictures is 1 to {OUTPUTS_PER_EDIT}.", param="n")
    return int(text)


def _price(form: Mapping[str, object]) -> int | None:
    text = str(form.get("price") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= PRICE_DIGITS else None
