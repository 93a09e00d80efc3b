"""How pictures and edits are spoken of on pages: addresses, and what to tell a person about an edit."""

from django import template

from editor.images.links import Variant, signed_url
from editor.models import Edit, Image

register = template.Library()

WHAT_NOW = {
    "content_refused": "Change the prompt or the picture: the provider does not make this.",
    "deadline_exceeded": "Try again; if it keeps happening, ask for fewer pictures or another provider.",
    "canceled": "Try again whenever you like.",
}
CLASSES = {
    "succeeded": "good",
    "delivered": "good",
    "partial": "warn",
    "unknown": "warn",
    "failed": "bad",
    "lost": "bad",
    "rejected": "bad",
    "not_sent": "bad",
    "queued": "live",
    "running": "live",
}


@register.filter
def picture(image: Image, variant: Variant) -> str:
    """Give the signed address of a picture's original, rendition or thumbnail."""
    return signed_url(image, variant)


@register.filter
def state_class(state: str) -> str:
    """Give the colour that goes with a state's word."""
    return CLASSES.get(state, "")


@register.filter
def what_happened(edit: Edit) -> str:
    """Tell in a sentence why an edit ended without a picture."""
    if edit.status == "canceled":
        return "It was taken back before anything was sent."
    return edit.error_message.removesuffix(" You were not charged.") or "The provider gave no picture."


@register.filter
def what_now(edit: Edit) -> str:
    """Tell what can be done after an edit that brought less than was asked for."""
    return WHAT_NOW.get("canceled" if edit.status == "canceled" else edit.error_code, "Try again, as it is or changed.")


@register.filter
def unit_price(edit: Edit, provider: str) -> int | None:
    """Give what a provider's picture would have cost, in µ$."""
    unit = edit.units.get(provider)
    return unit["price"] if unit else None


@register.filter
def why(edit: Edit) -> str:
    """Tell why this provider was asked."""
    chosen = edit.provider or (edit.route[0] if edit.route else "")
    if edit.provider_asked != "auto":
        return f"{chosen}: you asked for it by name."
    if not edit.route or chosen != edit.route[0]:
        return f"{chosen}: those before it in order could not deliver."
    if len(edit.route) == 1:
        return f"{chosen}: the only one that could do it."
    first = "most reliable" if edit.strategy == "reliable" else edit.strategy
    return f"{chosen}: the {first} of {len(edit.route)} that could do it."


@register.filter
def duration(seconds: int) -> str:
    """Write seconds for people: 75 → `1 min 15 s`; static/js/history.js writes them alike."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
