"""What a customer clicks on: checkout, the bank's question, receipts and invoices."""

import contextlib
from datetime import UTC, datetime

from aiohttp import web

from billing.fake_stripe import bank, till
from billing.fake_stripe.cards import CARDS
from billing.fake_stripe.pages import drawing
from billing.fake_stripe.pages.paper import money, page
from billing.fake_stripe.refusals import Refusal, Thing
from billing.fake_stripe.resources import methods
from billing.fake_stripe.shop import Shop

ON_ITS_WAY = "requires_action"


def chosen_card(shop: Shop, value: object, customer: str | None) -> Thing:
    """Give the card that was picked: a saved one, or a new one of a test card's number; raises Refusal."""
    number = str(value).replace(" ", "")
    if number in CARDS:
        return methods.make(shop, CARDS[number])
    return methods.find(shop, number, customer=customer)


class Doors:
    """Hosted pages."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def routes(self) -> list[web.RouteDef]:
        """Give the pages' paths."""
        return [
            web.get("/pay/{id}", self.show),
            web.post("/pay/{id}", self.pay),
            web.get("/pay/{id}/return", self.back),
            web.get("/bank/{id}", self.ask),
            web.post("/bank/{id}", self.answer),
            web.get("/receipts/{id}", self.receipt),
            web.get("/invoices/{id}", self.invoice),
            web.get("/invoices/{id}/pdf", self.invoice),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Show the checkout."""
        session = self._thing(request, "checkout.session")
        if session["status"] == "complete":
            raise web.HTTPSeeOther(_filled(session))
        if session["status"] == "expired" or session["expires_at"] < self.shop.now():
            return page("Expired", drawing.receipt("This page has expired. Nothing was charged.", []), status=410)
        error = (self.shop.things.get(session.get("_intent", "")) or {}).get("last_payment_error")
        return self._checkout(session, wrong=error["message"] if error else "")

    async def pay(self, request: web.Request) -> web.Response:
        """Pay with the picked card; a refusal is said on the page."""
        session = self._thing(request, "checkout.session")
        if session["status"] != "open":
            raise web.HTTPSeeOther(f"/pay/{session['id']}")
        form = await request.post()
        try:
            method = chosen_card(self.shop, form.get("card", ""), session["customer"])
            intent = till.pay(self.shop, session, method, email=str(form.get("email") or ""))
        except Refusal as refusal:
            self.shop.save()
            return self._checkout(session, wrong=refusal.message, chosen=str(form.get("card", "")), status=402)
        self.shop.save()
        raise web.HTTPSeeOther(f"/bank/{intent['id']}" if intent["status"] == ON_ITS_WAY else _filled(session))

    async def back(self, request: web.Request) -> web.Response:
        """Lead on when the bank has answered."""
        session = self._thing(request, "checkout.session")
        raise web.HTTPSeeOther(_filled(session) if session["status"] == "complete" else f"/pay/{session['id']}")

    async def ask(self, request: web.Request) -> web.Response:
        """Show the bank's question."""
        intent = self._intent(request)
        if intent["status"] != ON_ITS_WAY:
            raise web.HTTPSeeOther(intent.get("_return_url") or "/")
        is_payment = intent["object"] == "payment_intent"
        return page("Your bank asks", drawing.asked_by_bank(intent, paid=is_payment), leads_to=self._end(intent))

    async def answer(self, request: web.Request) -> web.Response:
        """Take the customer's answer to the bank."""
        intent, form = self._intent(request), await request.post()
        if intent["status"] == ON_ITS_WAY:
            with contextlib.suppress(Refusal):  # noted on the intent; the checkout says it
                self._answered(intent, yes=form.get("answer") == "yes")
            self.shop.save()
        raise web.HTTPSeeOther(intent.get("_return_url") or "/")

    def _answered(self, intent: Thing, *, yes: bool) -> None:
        if not yes:
            bank.not_confirmed(self.shop, intent)
            return
        bank.finish(self.shop, intent)
        if session := till.session_of(self.shop, intent["id"]):
            till.complete(self.shop, session, intent)

    async def receipt(self, request: web.Request) -> web.Response:
        """Show a charge's receipt."""
        charge = self._thing(request, "charge")
        rows = [
            ("Paid", money(charge["amount"], charge["currency"])),
            ("Given back", money(charge["amount_refunded"], charge["currency"])),
            ("On", _day(charge["created"])),
            ("Card", f"…{charge['payment_method_details']['card']['last4']}"),
            ("For", charge["description"] or "—"),
            ("Charge", charge["id"]),
        ]
        return page("Receipt", drawing.receipt("Receipt", rows))

    async def invoice(self, request: web.Request) -> web.Response:
        """Show an invoice."""
        invoice = self._thing(request, "invoice")
        lines = [(each["description"], money(each["amount"], each["currency"])) for each in invoice["lines"]["data"]]
        rows = [
            *lines,
            ("Total", money(invoice["total"], invoice["currency"])),
            ("Paid", money(invoice["amount_paid"], invoice["currency"])),
            ("State", invoice["status"]),
            ("On", _day(invoice["created"])),
        ]
        return page("Invoice", drawing.receipt(f"Invoice {invoice['number']}", rows))

    def _checkout(self, session: Thing, *, wrong: str = "", chosen: str = "", status: int = 200) -> web.Response:
        saved = [
            thing for thing in self.shop.all("payment_method")
            if session["customer"] and thing["customer"] == session["customer"]
        ]  # fmt: skip
        content = drawing.checkout(session, saved, wrong=wrong, chosen=chosen)
        return page("Checkout", content, status=status, leads_to=session["success_url"])

    def _end(self, intent: Thing) -> str | None:
        session = till.session_of(self.shop, intent["id"])
        end: str | None = session["success_url"] if session else intent.get("_return_url")
        return end

    def _intent(self, request: web.Request) -> Thing:
        kind = "setup_intent" if request.match_info["id"].startswith("seti_") else "payment_intent"
        return self._thing(request, kind)

    def _thing(self, request: web.Request, kind: str) -> Thing:
        try:
            return self.shop.find(kind, request.match_info["id"])
        except Refusal as refusal:
            raise web.HTTPNotFound(text=refusal.message) from refusal


def _filled(session: Thing) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
