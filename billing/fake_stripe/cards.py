"""Stripe's test cards and what their banks say (docs.stripe.com/testing, read 2026-11)."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from billing.fake_stripe.refusals import Refusal, Thing


class Asks(Enum):
    """When a bank wants its customer to confirm."""

    NEVER = auto()
    UNLESS_SET_UP = auto()  # off session it is content with a card that was set up
    ALWAYS = auto()
    ON_SESSION = auto()  # set up elsewhere: only asks when the customer is there


@dataclass(frozen=True, slots=True)
class Decline:
    """A bank's no."""

    code: str
    decline_code: str
    says: str

    def refusal(self, **more: Any) -> Refusal:
        """Give the error that says so."""
        return Refusal(self.says, status=402, kind="card_error", code=self.code, decline_code=self.decline_code, **more)


DECLINES = {
    decline.decline_code: decline
    for decline in (
        Decline("card_declined", "generic_decline", "Your card was declined."),
        Decline("card_declined", "insufficient_funds", "Your card has insufficient funds."),
        Decline("card_declined", "lost_card", "Your card was declined."),
        Decline("card_declined", "fraudulent", "Your card was declined."),
        Decline("expired_card", "expired_card", "Your card has expired."),
        Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."),
        Decline(
            "processing_error",
            "processing_error",
            "An error occurred while processing your card. Try again in a little bit.",
        ),
    )
}
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)


@dataclass(frozen=True, slots=True)
class Card:
    """A test card. `attaches`: saving it succeeds although paying does not; `disputed`: its owner wants it back."""

    number: str
    token: str
    says: str
    declines: str = ""
    asks: Asks = Asks.NEVER
    attaches: bool = True
    disputed: bool = False
    brand: str = "visa"

    @property
    def decline(self) -> Decline | None:
        """Give what the bank says to a payment, None for yes."""
        return DECLINES[self.declines] if self.declines else None

    @property
    def name(self) -> str:
        """Give the card as people know it."""
        return f"{self.brand.capitalize()} …{self.number[-4:]}"

    def shape(self) -> Thing:
        """Give the `card` of a payment method."""
        return {
            "brand": self.brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "US",
            "display_brand": self.brand,
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": f"fp{self.number[-12:]}",
            "funding": "credit",
            "generated_from": None,
            "last4": self.number[-4:],
            "networks": {"available": [self.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        }


FINE, SLOW_BANK = "4242424242424242", "4000002500003155"
CARDS = {
    card.number: card
    for card in (
        Card(FINE, "visa", "the bank pays"),
        Card("5555555555554444", "mastercard", "the bank pays", brand="mastercard"),
        Card(SLOW_BANK, "authenticationRequiredOnSetup", "the bank asks, then pays", asks=Asks.UNLESS_SET_UP),
        Card("4000002760003184", "authenticationRequired", "the bank asks every time", asks=Asks.ALWAYS),
        Card(
            "4000003800000446",
            "authenticationRequiredSetupForOffSession",
            "the bank asks only when you are there",
            asks=Asks.ON_SESSION,
        ),
        Card(
            "4000008260003178",
            "authenticationRequiredChargeDeclinedInsufficientFunds",
            "the bank asks, then refuses: not enough money",
            declines="insufficient_funds",
            asks=Asks.ALWAYS,
        ),
        Card("4000000000000002", "visa_chargeDeclined", "refused", declines="generic_decline", attaches=False),
        Card(
            "4000000000009995",
            "visa_chargeDeclinedInsufficientFunds",
            "refused: not enough money",
            declines="insufficient_funds",
            attaches=False,
        ),
        Card(
            "4000000000009987",
            "visa_chargeDeclinedLostCard",
            "refused: lost",
            declines="lost_card",
            attaches=False,
        ),
        Card("4000000000000069", "chargeDeclinedExpiredCard", "refused: expired", "expired_card", attaches=False),
        Card("4000000000000127", "chargeDeclinedIncorrectCvc", "refused: wrong code", "incorrect_cvc", attaches=False),
        Card(
            "4000000000000119",
            "chargeDeclinedProcessingError",
            "refused: an error at the bank",
            "processing_error",
            attaches=False,
        ),
        Card("4000000000000341", "chargeCustomerFail", "can be saved, then is refused", declines="generic_decline"),
        Card("4000000000000259", "createDispute", "the bank pays, then wants it back", disputed=True),
    )
}
BY_TOKEN = {f"pm_card_{card.token}": card for card in CARDS.values()}
TOKENS = {f"tok_{card.token}": card for card in CARDS.values()}
