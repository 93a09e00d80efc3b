"""What a driver can do with the fake Stripe: order faults, act as bank or dashboard, move the clock, start afresh."""

from collections.abc import Mapping
from typing import Any

from billing.fake_stripe import subscribing
from billing.fake_stripe.cards import DECLINES
from billing.fake_stripe.dates import DAY
from billing.fake_stripe.disputing import close_dispute, open_dispute
from billing.fake_stripe.messenger import Endpoint, Messenger
from billing.fake_stripe.orders import FAULTS, Order
from billing.fake_stripe.refusals import Refusal, Thing
from billing.fake_stripe.resources import checkouts
from billing.fake_stripe.resources.refunds import refund
from billing.fake_stripe.shop import Shop, shown

Body = Mapping[str, Any]
FURTHEST_DAYS = 3_660
NUMBERS = ("copies", "cents", "seconds")


class BadOrder(Exception):
    """What was asked of the control makes no sense; nothing was changed."""

    def __init__(self, field: str, wanted: str) -> None:
        self.field = field
        super().__init__(f"{field} must be {wanted}")


class Control:
    """The same for the API and the page."""

    def __init__(self, shop: Shop, messenger: Messenger) -> None:
        self.shop, self.messenger = shop, messenger

    def order_fault(self, body: Body) -> Thing:
        """Order `{"fault", "times"?: n | null, "type"?: of events, "options"?: {…}}`; raises BadOrder."""
        name, times, options = body.get("fault"), body.get("times", 1), body.get("options", {})
        if not isinstance(name, str) or name not in FAULTS:
            raise BadOrder("fault", f"one of {', '.join(FAULTS)}")
        if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
            raise BadOrder("times", "a whole number from 1, or null for until reset")
        known = FAULTS[name].options
        if not isinstance(options, dict) or set(options) - set(known):
            raise BadOrder("options", f"an object of {', '.join(known) or 'nothing'}")
        given = {str(key): str(value) for key, value in options.items()}
        for key in set(NUMBERS) & set(given):
            if not given[key].replace(".", "", key == "seconds").isdecimal():
                raise BadOrder(f"options.{key}", "a number")
        if "code" in given and given["code"] not in DECLINES:
            raise BadOrder("options.code", f"one of {', '.join(DECLINES)}")
        self.shop.orders.waiting.append(Order(name, times, given, str(body.get("type") or "")))
        return {"ordered": name}

    def act(self, body: Body) -> Thing:
        """Do `{"act": …, "id": …}` as a bank or in the dashboard; raises BadOrder or Refusal.

        `renew` takes a subscription, `dispute` and `refund` a PaymentIntent or charge (`amount`?: cents), `win` and
        `lose` a dispute, `expire` a session, `replay` an event (`fault`?: how).
        """
        acts = {
            "renew": self._renew, "dispute": self._dispute, "refund": self._refund, "win": self._decide,
            "lose": self._decide, "expire": self._expire, "replay": self._replay,
        }  # fmt: skip
        name = body.get("act")
        if not isinstance(name, str) or name not in acts:
            raise BadOrder("act", f"one of {', '.join(acts)}")
        amount = body.get("amount")
        if amount is not None and (not isinstance(amount, int) or isinstance(amount, bool) or amount < 1):
            raise BadOrder("amount", "a whole number of cents from 1")
        done: Thing = shown(acts[name](str(body.get("id", "")), body))
        self.shop.save()
        return done

    def advance(self, body: Body) -> Thing:
        """Put the clock forward by `{"days"}`: plans renew, sessions expire, keys are forgotten; raises BadOrder."""
        days = body.get("days")
        if not isinstance(days, int | float) or isinstance(days, bool) or not 0 <= days <= FURTHEST_DAYS:
            raise BadOrder("days", f"a number from 0 to {FURTHEST_DAYS}")
        self.shop.ahead += int(days * DAY)
        for session in self.shop.all("checkout.session"):
            if session["status"] == "open" and session["expires_at"] <= self.shop.now():
                checkouts.end(self.shop, session)
        renewed = 0
        while due := subscribing.due(self.shop):
            for subscription in due:
                subscribing.renew(self.shop, subscription)
                renewed += 1
        self.shop.save()
        return {"now": self.shop.now(), "renewed": renewed}

    def point(self, body: Body) -> Thing:
        """Send events to `{"url" | null, "secret"?, "events"?: […], "pause"?: s}` until reset; raises BadOrder."""
        url, was = body.get("url"), self.messenger.endpoint
        if url is None:
            self.messenger.endpoint = None
            return {"url": None}
        if not isinstance(url, str) or not url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]")):
            raise BadOrder("url", "an http:// address on loopback")
        secret = str(body.get("secret") or (was.secret if was else "") or "whsec_simulated")
        self.messenger.endpoint = Endpoint(url, secret, tuple(body.get("events") or ()))
        self.messenger.first_pause = float(body.get("pause") or self.messenger.first_pause)
        return {"url": url}

    def hold(self, body: Body) -> Thing:  # noqa: ARG002
        """Keep events back from now on."""
        if self.messenger.held is None:
            self.messenger.held = []
        return {"held": len(self.messenger.held)}

    def release(self, body: Body) -> Thing:
        """Deliver what was kept back, in the `{"order": "reversed" | [ids or types]}` asked for; raises BadOrder."""
        held, order = self.messenger.held or [], body.get("order", [])
        if order == "reversed":
            held = held[::-1]
        elif isinstance(order, list):
            held = sorted(held, key=lambda event: _place(order, event))
        else:
            raise BadOrder("order", "reversed, or a list of events' ids or types")
        self.messenger.held = None
        self.messenger.deliver_in_turn(held)
        return {"released": [event["type"] for event in held]}

    def say(self, body: Body) -> Thing:
        """Send `{"type", "object": {…}, "fault"?}`: an event of the driver's own words, truly signed unless a fault."""
        kind, thing = body.get("type"), body.get("object")
        if not isinstance(kind, str) or not isinstance(thing, dict):
            raise BadOrder("object", "an object, and type a text")
        event: Thing = {
            "id": str(body.get("id") or self.shop.new_id("evt")), "object": "event", "api_version": None,
            "created": self.shop.now(), "livemode": False, "pending_webhooks": 1, "type": kind,
            "data": {"object": thing}, "request": {"id": None, "idempotency_key": None},
        }  # fmt: skip
        self.messenger.deliver(event, _fault(body))
        return {"said": event["id"]}

    async def reset(self) -> Thing:
        """Forget everything."""
        await self.messenger.clear()
        self.shop.clear()
        self.shop.save()
        return {"reset": True}

    def counts(self) -> Thing:
        """Say what was asked and made, what waits, and what was delivered."""
        return {
            "asked": dict(self.shop.asked),
            "faults_waiting": [
                {"fault": each.fault, "times": each.times, "options": each.options, "type": each.type}
                for each in self.shop.orders.waiting
            ],
            "deliveries": self.messenger.told(),
            "endpoint": self.messenger.endpoint.url if self.messenger.endpoint else None,
            "held": [event["type"] for event in self.messenger.held or []],
            "now": self.shop.now(),
        }

    def _charge(self, thing_id: str) -> Thing:
        if thing_id.startswith("pi_"):
            thing_id = self.shop.find("payment_intent", thing_id)["latest_charge"] or ""
        return self.shop.find("charge", thing_id)

    def _renew(self, thing_id: str, body: Body) -> Thing:  # noqa: ARG002
        return subscribing.renew(self.shop, self.shop.find("subscription", thing_id))

    def _dispute(self, thing_id: str, body: Body) -> Thing:
        reason = str(body.get("reason") or "fraudulent")
        return open_dispute(self.shop, self._charge(thing_id), reason=reason, amount=body.get("amount"))

    def _refund(self, thing_id: str, body: Body) -> Thing:
        return refund(self.shop, self._charge(thing_id), body.get("amount"), reason="requested_by_customer")

    def _decide(self, thing_id: str, body: Body) -> Thing:
        return close_dispute(self.shop, self.shop.find("dispute", thing_id), won=body["act"] == "win")

    def _expire(self, thing_id: str, body: Body) -> Thing:  # noqa: ARG002
        session = self.shop.find("checkout.session", thing_id)
        if session["status"] != "open":
            raise Refusal("This session is not open.")
        return checkouts.end(self.shop, session)

    def _replay(self, thing_id: str, body: Body) -> Thing:
        event = self.shop.find("event", thing_id)
        self.messenger.deliver(event, _fault(body))
        return event


def _fault(body: Body) -> Order | None:
    name = body.get("fault")
    if not name:
        return None
    if name not in FAULTS:
        raise BadOrder("fault", f"one of {', '.join(FAULTS)}")
    return Order(str(name))


def _place(order: list[str], event: Thing) -> int:
    for name in (event["id"], event["type"]):
        if name in order:
            return order.index(name)
    return len(order)
