"""What staff typed to change a price or a markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from re import fullmatch

from billing.errors import BadChange
from billing.price_book.amounts import Asked, in_dollars, in_units
from billing.price_book.known import RESOLUTIONS
from billing.price_book.wishes import MARKUP, MarkupWish, PriceWish, Wish


@dataclass(frozen=True, slots=True)
class PriceForm:
    """A wish, why, and from when; None is from now on."""

    wish: Wish
    reason: str
    valid_from: datetime | None


def read_form(form: Mapping[str, str]) -> PriceForm:
    """Read the form; raises BadChange for a field that cannot be read."""
    wish = _markup(form) if form.get("kind") == MARKUP else _price(form)
    return PriceForm(wish, _text(form, "reason"), _moment(_text(form, "valid_from")))


def _price(form: Mapping[str, str]) -> PriceWish:
    resolution = _text(form, "resolution")
    return PriceWish(
        provider=_text(form, "provider"),
        model=_text(form, "model"),
        resolutions=RESOLUTIONS if resolution == "both" else (resolution,),
        asked=_asked(form),
    )


def _asked(form: Mapping[str, str]) -> Asked:
    currency, amount, rate = (_text(form, name) for name in ("currency", "amount", "rate"))
    try:
        return in_dollars(amount) if currency in ("", "USD") else in_units(currency=currency, units=amount, rate=rate)
    except ValueError as error:
        said = str(error)
        raise BadChange(f"{said[0].upper()}{said[1:]}.", param=_param(said)) from error


def _param(said: str) -> str:
    return next((name for name in ("currency", "rate") if said.startswith(f"the {name} ")), "amount")


def _markup(form: Mapping[str, str]) -> MarkupWish:
    whose, text = _text(form, "whose"), _text(form, "markup").replace(",", ".")
    if text and not fullmatch(r"[-−]?[0-9]{1,4}(\.[0-9]{1,4})?", text):
        raise BadChange("The markup is a percentage such as 25 or 12.5.", param="markup")
    ppm = int(Decimal(text.replace("−", "-")) * 10_000) if text else None
    return MarkupWish(**{"workspace" if whose.startswith("wsp_") else "plan": whose}, markup_ppm=ppm)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadChange(
            "The moment is a date and a time such as 2026-12-01T00:00, in UTC.", param="valid_from"
        ) from error


def _text(form: Mapping[str, str], name: str) -> str:
    text = form.get(name, "").strip()
    if "\x00" in text:
        raise BadChange("A field must not contain a NUL character.", param=name)
    return text
