"""The control as a page with forms, for people: each does what the API's call of the same name does."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from billing.fake_stripe.control import BadOrder, Control
from billing.fake_stripe.control_page import draw
from billing.fake_stripe.pages.paper import page
from billing.fake_stripe.refusals import Refusal

STYLE = Path(__file__).parents[2] / "static" / "css" / "simulated.css"  # the only thing of ours it shares
TITLE = "Control of the fake Stripe"


class ControlForms:
    """`/`, `/control/` and what its forms post to."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.acts: dict[str, tuple[Callable[[Mapping[str, Any]], object], str]] = {
            "fault": (self._order, "The fault waits for its turn."),
            "act": (lambda form: control.act(_with_number(form, "amount")), "Done."),
            "advance": (lambda form: control.advance(_with_number(form, "days")), "The clock was put forward."),
            "hold": (control.hold, "Events are kept back."),
            "release": (lambda form: control.release({"order": form.get("order") or []}), "Events are on their way."),
        }

    def routes(self) -> list[web.RouteDef]:
        """Give the page's paths."""
        return [
            web.get("/", self.show),
            web.get("/control/", self.show),
            web.get("/style.css", self.style),
            web.post("/control/do/reset", self.reset),
            web.post("/control/do/{act}", self.do),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Show the page; `done` names what was just done."""
        _, said = self.acts.get(request.query.get("done", ""), (None, ""))
        return page(TITLE, draw(self.control, said=said))

    async def style(self, request: web.Request) -> web.FileResponse:  # noqa: ARG002
        """Give the style sheet."""
        return web.FileResponse(STYLE)

    async def reset(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Start afresh."""
        await self.control.reset()
        raise web.HTTPSeeOther("/control/")

    async def do(self, request: web.Request) -> web.Response:
        """Do what a form asks and lead back; what makes no sense is said."""
        name = request.match_info["act"]
        if name not in self.acts:
            raise web.HTTPNotFound
        form = {key: value for key, value in (await request.post()).items() if isinstance(value, str) and value}
        try:
            self.acts[name][0](form)
        except (BadOrder, Refusal) as bad:
            return page(TITLE, draw(self.control, bad=str(bad)), status=400)
        raise web.HTTPSeeOther(f"/control/?done={name}")

    def _order(self, form: Mapping[str, Any]) -> object:
        body = dict(_with_number({"times": "1", **form}, "times"))
        name, value = body.pop("option", ""), body.pop("value", "")
        return self.control.order_fault({**body, "options": {name: value} if name else {}})


def _with_number(form: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give the form with a number where it is one; a text that is none stays, to be refused by name."""
    text = str(form.get(name, ""))
    return {**form, name: int(text)} if text.isascii() and text.isdecimal() else form
