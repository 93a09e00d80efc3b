"""What can go wrong with money; each says what is wrong in facts, and nothing has been booked."""

from datetime import date

from billing.money import format_usd


class BillingError(Exception):
    """The root of billing's errors."""


class InsufficientCredit(BillingError):
    """The wallet does not cover an amount."""

    def __init__(self, *, needed: int, available: int) -> None:
        self.needed = needed
        self.available = available
        super().__init__(f"This needs ${format_usd(needed)}; ${format_usd(available)} of credit is available.")


class Owes(BillingError):
    """The workspace owes us what was refunded or disputed after it had been spent; nothing new is held until then."""

    def __init__(self, *, owed: int) -> None:
        self.owed = owed
        super().__init__(
            f"This workspace owes ${format_usd(owed)}, for a payment that was taken back after it was spent."
        )


class UnknownHold(BillingError):
    """No hold has this reference."""


class HoldClosed(BillingError):
    """The hold was already closed, in another way than asked now."""


class HoldExpired(HoldClosed):
    """The hold's time was over before anything was taken of it."""


class CaptureAboveHold(BillingError):
    """More was to be taken than had been set aside."""


class MovementConflict(BillingError):
    """A movement's key was used before, for something else."""


class StripeOff(BillingError):
    """There is no key for Stripe: nobody can pay here, and credit is granted by staff."""

    def __init__(self) -> None:
        super().__init__("Payments are not set up here: credit is granted by the staff. Nothing was charged.")


class StripeUnreachable(BillingError):
    """Stripe did not answer, or not in time: what was asked may have happened. Ask again under the same key."""


class NotAtStripe(BillingError):
    """Stripe does not know what was asked for."""


class StripeRefused(BillingError):
    """Stripe will not do what was asked; nothing happened."""


class CardRefused(BillingError):
    """A card was refused, or its bank wants to see its owner; `intent` is the payment that was tried."""

    def __init__(self, message: str, *, code: str, intent: str) -> None:
        self.code = code
        self.intent = intent
        super().__init__(message)


class AlreadyImported(BillingError):
    """The statement, or every charge on it, was imported before."""

    def __init__(self, *, provider: str, month: date) -> None:
        super().__init__(f"This statement of {provider} for {month:%Y-%m} was imported before. Nothing was changed.")


class MonthSigned(BillingError):
    """The month was signed off, and nothing of it changes any more."""

    def __init__(self, month: date) -> None:
        super().__init__(f"{month:%Y-%m} was signed off. What changed since belongs in the month in which it came up.")


class NotYourTurn(BillingError):
    """Somebody else, perhaps a large statement, is being worked on at the same costs, for longer than one waits."""

    def __init__(self) -> None:
        super().__init__(
            "A statement is being read just now, or somebody else works on these costs. Try again in a minute."
        )


class NotReadyToSign(BillingError):
    """A month cannot be signed off yet; `missing` says why, in sentences."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(" ".join(missing))


class ItemResolved(BillingError):
    """The item was resolved already, or there is none."""

    def __init__(self) -> None:
        super().__init__("This item was resolved already. Nothing was changed.")


class RefundAboveCharge(BillingError):
    """More was to be given back than is left of a charge."""


class NotCorrectable(BillingError):
    """A movement that is put right in another way, or that was corrected already."""


class BadChange(BillingError):
    """A change of prices that cannot be meant; `param` is the field at fault."""

    def __init__(self, message: str, *, param: str) -> None:
        self.param = param
        super().__init__(f"{message} Nothing was changed.")


class NoSuchChange(BillingError):
    """No change of prices has this id."""


class ChangeDecided(BillingError):
    """A change of prices was approved or refused by somebody meanwhile."""


class NotBySamePerson(BillingError):
    """Whoever asked for a large change cannot approve it too."""


class BadSignature(BillingError):
    """What claims to come from Stripe does not: nothing of it is kept."""


class OverBudget(BillingError):
    """A budget does not cover an amount; `approver` is the id of who may let it through, where there is somebody.

    `whole_on` is the day, in UTC, on which the budget is whole again.
    """

    def __init__(
        self, *, budget: str, said: str, needed: int, left: int, approver: str = "", whole_on: date | None = None
    ) -> None:
        self.budget = budget
        self.needed = needed
        self.left = left
        self.approver = approver
        self.whole_on = whole_on
        until = f" until {whole_on:%-d %B %Y}, 00:00 UTC" if whole_on else ""
        super().__init__(f"This needs ${format_usd(needed)}; {said} has ${format_usd(max(left, 0))} left{until}.")


class BadBudget(BillingError):
    """A budget that makes no sense; `field` names what of it."""

    def __init__(self, *, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)
