"""What can go wrong with people and workspaces, in words a person can act on."""


class AccountsError(Exception):
    """The root of this room's errors: nothing was changed when one is raised, but for MailFailed."""

    def __init__(self, message: str, *, param: str | None = None) -> None:
        self.message = message
        self.param = param
        super().__init__(message)


class InvalidInput(AccountsError):
    """A field is bad; the message names the limit, `param` the field."""


class NotFound(AccountsError):
    """What was meant is missing or another workspace's; the same for both."""


class NotAllowed(AccountsError):
    """The actor's role does not reach so far."""


class LastOwner(AccountsError):
    """A workspace without an owner would be left."""


class Worthless(AccountsError):
    """An invitation cannot be accepted by whoever holds it: used, expired, revoked, or somebody else's."""


class MailFailed(AccountsError):
    """Everything is kept, but the message about it was not sent."""
