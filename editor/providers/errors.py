"""What can go wrong with a provider, sorted by what to do next, not by cause.

`code` is a stable word of ours, `message` the provider's own text, cut to 500 characters and safe to show to staff.
"""

MESSAGE_CHARACTERS = 500


class ProviderError(Exception):
    """The root of provider errors."""

    def __init__(self, message: str, *, code: str = "") -> None:
        self.code = code
        self.message = message[:MESSAGE_CHARACTERS]
        super().__init__(self.message)


class NotSent(ProviderError):
    """Proven: no byte of the request reached the provider. Safe to send again, anywhere."""


class Rejected(ProviderError):
    """The provider definitely refused; nothing was made, nothing is owed. Another provider may be asked."""


class RateLimited(Rejected):
    """Refused for now; `retry_after` is in seconds, None when the provider did not say."""

    def __init__(self, message: str, *, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class OutOfCredit(Rejected):
    """Our key or our account with the provider is no good (401, 402); a matter for staff, not for the customer."""


class ImageUnfetchable(Rejected):
    """The provider could not fetch the picture from us; try again later, nobody is to blame."""


class ContentRefused(Rejected):
    """Refused by moderation: final, never offered to another provider."""


class JobFailed(ProviderError):
    """An accepted job ended without images, by the provider's own word."""


class OutcomeUnknown(ProviderError):
    """The request may have been taken and may be paid: never send it again on your own.

    `retry_after` is in seconds, None when the provider did not say when it can be asked again.
    """

    def __init__(self, message: str, *, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Unreadable(OutcomeUnknown):
    """A reply that says neither yes nor no: HTML, broken JSON, a piece missing. Where money may have moved: unknown."""
