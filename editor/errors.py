"""What can go wrong with an edit or a picture, in words a person can act on. Nothing was charged when one is raised."""

from collections.abc import Mapping


class EditorError(Exception):
    """The root of the editor's errors: `code` is a stable word, `param` the field at fault, if one is."""

    code = "error"

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None) -> None:
        self.message = message
        self.param = param
        self.code = code or self.code
        super().__init__(message)


class InvalidInput(EditorError):
    """A field is bad; the message names the limit."""

    code = "invalid"


class QuoteVoid(InvalidInput):
    """The quote is not ours, not for this workspace or request, or its time is over; `code` says which."""

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(f"{message} Nothing was kept or charged; ask for a new quote.", param="quote", code=code)


class TooLarge(EditorError):
    """A body or file is over its limit in bytes."""

    code = "too_large"


class NotFound(EditorError):
    """An id in the path is missing or foreign; the message is the same for both and does not repeat the id."""

    code = "not_found"


class NoRoute(EditorError):
    """No provider can do the edit; `reasons` gives the reason for each one by name."""

    code = "no_route"

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.reasons = dict(reasons)
        listed = "; ".join(f"{name}: {reason}" for name, reason in self.reasons.items())
        super().__init__(f"No provider can do this edit ({listed}). Nothing was charged; change it and send it again.")


class PriceTooHigh(EditorError):
    """The quote is above what the caller would pay; both in micro-dollars."""

    code = "price_above_max"

    def __init__(self, *, quoted: int, max_price: int, message: str) -> None:
        self.quoted = quoted
        self.max_price = max_price
        super().__init__(message, param="max_price_usd")


class Busy(EditorError):
    """Too much of the same is going on in this process; a moment later it may not be."""

    code = "unavailable"


class Overtaken(EditorError):
    """What was to be changed has changed meanwhile; whoever wanted it has to look again."""

    code = "overtaken"


class KeyRunning(EditorError):
    """A request with the same Idempotency-Key is being worked on."""

    code = "idempotency_key_running"


class KeyReused(EditorError):
    """The Idempotency-Key was used with another body."""

    code = "idempotency_key_reused"
