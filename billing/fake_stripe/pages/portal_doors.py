"""What a customer clicks on in the portal: the plan, the cards."""

from aiohttp import web

from billing.fake_stripe import bank, subscribing, switching
from billing.fake_stripe.pages import drawing
from billing.fake_stripe.pages.doors import chosen_card
from billing.fake_stripe.pages.paper import page
from billing.fake_stripe.refusals import Refusal, Thing
from billing.fake_stripe.resources import customers, methods, schedules, setups
from billing.fake_stripe.shop import Shop


class PortalDoors:
    """The customer portal."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def routes(self) -> list[web.RouteDef]:
        """Give the portal's paths."""
        return [
            web.get("/portal/{token}", self.show),
            web.post("/portal/{token}/cancel", self.cancel),
            web.post("/portal/{token}/keep", self.keep),
            web.post("/portal/{token}/switch", self.switch),
            web.post("/portal/{token}/card", self.add_card),
            web.post("/portal/{token}/remove", self.remove_card),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Show it."""
        return self._page(self._session(request))

    async def cancel(self, request: web.Request) -> web.Response:
        """Let the plan end with its period."""
        session, plan = await self._plan(request)
        schedules.release_from(self.shop, plan)
        end = plan["items"]["data"][0]["current_period_end"]
        subscribing.change(
            self.shop, plan, cancel_at_period_end=True, cancel_at=end, canceled_at=self.shop.now(),
            cancellation_details={**plan["cancellation_details"], "reason": "cancellation_requested"},
        )  # fmt: skip
        return self._done(session)

    async def keep(self, request: web.Request) -> web.Response:
        """Let the plan go on after all, at its price."""
        session, plan = await self._plan(request)
        schedules.release_from(self.shop, plan)
        subscribing.change(self.shop, plan, cancel_at_period_end=False, cancel_at=None, canceled_at=None)
        return self._done(session)

    async def switch(self, request: web.Request) -> web.Response:
        """Change the plan to another price, as the configuration lets; a refused card is said on the page."""
        (session, plan), form = await self._plan(request), await request.post()
        rules = self._rules(session)
        for price in [] if plan["cancel_at_period_end"] else switching.offered(self.shop, rules, plan):
            if price["id"] == form.get("price"):
                try:
                    switching.switch(self.shop, rules, plan, price)
                except Refusal as refusal:
                    self.shop.save()
                    return self._page(session, wrong=refusal.message)
        return self._done(session)

    async def add_card(self, request: web.Request) -> web.Response:
        """Save a card, and let it pay from now on; a bank that asks leads to its question."""
        session, form = self._session(request), await request.post()
        customer = session["customer"]
        intent = setups.make(self.shop, customer=customer)
        try:
            method = chosen_card(self.shop, form.get("card", ""), customer)
            bank.confirm(self.shop, intent, method, off_session=False, return_url=session["url"])
        except Refusal as refusal:
            self.shop.save()
            return self._page(session, wrong=refusal.message)
        if intent["status"] != "succeeded":
            raise web.HTTPSeeOther(f"/bank/{intent['id']}")
        found = self.shop.find("customer", customer)
        customers.set_default(self.shop, found, method["id"])
        self.shop.tell("customer.updated", found)
        for plan in self._plans(session):
            subscribing.change(self.shop, plan, default_payment_method=method["id"])
        return self._done(session)

    async def remove_card(self, request: web.Request) -> web.Response:
        """Take a card away."""
        session, form = self._session(request), await request.post()
        method = self.shop.things.get(str(form.get("card", "")), {})
        if method.get("customer") == session["customer"]:
            methods.forget(self.shop, method)
        return self._done(session)

    def _page(self, session: Thing, *, wrong: str = "") -> web.Response:
        customer = self.shop.find("customer", session["customer"])
        plans, default = self._plans(session), customer["invoice_settings"]["default_payment_method"]
        if plans and plans[0]["default_payment_method"]:
            default = plans[0]["default_payment_method"]
        cards, invoices = self._of("payment_method", session), self._of("invoice", session)
        name = customer["name"] or customer["email"] or "Customer"
        shown = [drawing.plan(session["_token"], plan, self._choices(session, plan)) for plan in plans]
        content = drawing.portal(name, session, shown, cards, invoices, default=default, wrong=wrong)
        return page("Customer portal", content, leads_to=session["return_url"], status=402 if wrong else 200)

    def _rules(self, session: Thing) -> Thing:
        rules: Thing = self.shop.things[session["configuration"]]["features"]["subscription_update"]
        return rules

    def _choices(self, session: Thing, plan: Thing) -> list[tuple[Thing, str, str]]:
        """Give the prices a plan may change to: the price, its product's name, when it begins."""
        rules, waiting = self._rules(session), schedules.next_price(self.shop, plan)
        if plan["cancel_at_period_end"]:
            return []
        return [
            (
                price,
                self.shop.things[price["product"]]["name"],
                "begins with the next period" if waiting and waiting["id"] == price["id"]
                else "from the next period on" if switching.waits(rules, plan, price)
                else "from now on, the rest of this period is charged now",
            )
            for price in switching.offered(self.shop, rules, plan)
        ]  # fmt: skip

    def _of(self, kind: str, session: Thing) -> list[Thing]:
        return [thing for thing in self.shop.all(kind) if thing["customer"] == session["customer"]]

    def _plans(self, session: Thing) -> list[Thing]:
        return [plan for plan in self._of("subscription", session) if plan["status"] in ("active", "past_due")]

    async def _plan(self, request: web.Request) -> tuple[Thing, Thing]:
        session, form = self._session(request), await request.post()
        for plan in self._plans(session):
            if plan["id"] == form.get("plan"):
                return session, plan
        raise web.HTTPSeeOther(session["url"])

    def _session(self, request: web.Request) -> Thing:
        for session in self.shop.all("billing_portal.session"):
            if session["_token"] == request.match_info["token"] and session["customer"] in self.shop.things:
                return session
        raise web.HTTPNotFound(text="No such portal session.")

    def _done(self, session: Thing) -> web.Response:
        self.shop.save()
        raise web.HTTPSeeOther(session["url"])
