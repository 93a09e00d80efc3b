"""The control as a page with forms, for people: each does what the API's call of the same name does."""

from collections.abc import Callable, Mapping
from inspect import isawaitable
from pathlib import Path

from aiohttp import web

from editor.simulator.control import BadOrder, Control
from editor.simulator.control_page import draw
from editor.simulator.paper import page

STYLE = Path(__file__).parents[2] / "static" / "css" / "simulated.css"  # the only thing of ours it shares
WORDS = {"true": True, "false": False}
Act = Callable[[Mapping[str, object]], object]


class ControlForms:
    """`/control/` and what its forms post to."""

    def __init__(self, control: Control) -> None:
        self.control = control
        self.acts: dict[str, tuple[Act, str]] = {
            "fault": (self._order, "The fault waits for its turn."),
            "profile": (self._change, "It works as you said from now on."),
            "reset": (lambda form: self.control.reset(), "Everything is forgotten."),  # noqa: ARG005
        }

    def routes(self) -> list[web.RouteDef]:
        """Give the page's paths."""
        return [
            web.get("/control/", self.show),
            web.get("/control", self.show_slash),
            web.get("/style.css", self.style),
            web.post("/control/do/{act}", self.do),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """Show the page; `done` names what was just done."""
        _, said = self.acts.get(request.query.get("done", ""), (None, ""))
        return page("Control · simulated providers", draw(self.control, said=said))

    async def show_slash(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Lead to the page."""
        raise web.HTTPFound("/control/")

    async def style(self, request: web.Request) -> web.FileResponse:  # noqa: ARG002
        """Give the style sheet."""
        return web.FileResponse(STYLE)

    async def do(self, request: web.Request) -> web.Response:
        """Do what a form asks and lead back; what makes no sense is said beside what was entered."""
        name = request.match_info["act"]
        if name not in self.acts:
            raise web.HTTPNotFound
        form = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        try:
            result = self.acts[name][0](form)
            if isawaitable(result):
                await result
        except BadOrder as bad:
            content = draw(self.control, bad=bad, form=name, entered=form)
            return page("Control · simulated providers", content, status=400)
        raise web.HTTPSeeOther(f"/control/?done={name}")

    def _order(self, form: Mapping[str, object]) -> object:
        given = {name.removeprefix("options."): value for name, value in form.items() if name.startswith("options.")}
        times = _number(form.get("times")) if form.get("times") else None
        options = {name: value for name, value in given.items() if value}
        return self.control.order_fault({**form, "times": times, "options": options})

    def _change(self, form: Mapping[str, object]) -> object:
        body: dict[str, object] = {name: value for name, value in form.items() if value}
        if "latency" in body:
            body["latency"] = _number(body["latency"])
        if "seed" in form:
            body["seed"] = _number(form["seed"]) if form["seed"] else None
        if "limits" in body:
            body["limits"] = WORDS.get(str(body["limits"]), body["limits"])
        return self.control.change_profile(body)


def _number(text: object) -> object:
    """Give the number that a text is, whole where it can be; a text that is none stays, to be refused by name."""
    for kind in (int, float):
        try:
            return kind(str(text))
        except ValueError:
            continue
    return text
