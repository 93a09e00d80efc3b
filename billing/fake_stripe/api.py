"""The API's front: whoever asks shows a key; forms in, JSON out; the same idempotency key gets the same answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from billing.fake_stripe import idempotency
from billing.fake_stripe.forms import opened
from billing.fake_stripe.listing import INCLUDES, ROUTES
from billing.fake_stripe.orders import Order, Strikes
from billing.fake_stripe.reading import expand
from billing.fake_stripe.refusals import IDEMPOTENCY_KEY_BUSY, Refusal, Thing
from billing.fake_stripe.routes import Act
from billing.fake_stripe.shop import ASKED_BY, VERSION, Shop, shown
from billing.fake_stripe.take import Take

OK, SERVER_ERROR = 200, 500
NOTHING_DONE = {
    "error_500": Refusal("An error occurred while processing the request.", status=500, kind="api_error"),
    "rate_limit": Refusal(
        "Request rate limit exceeded. Learn more about rate limits here https://docs.stripe.com/rate-limits.",
        status=429, code="rate_limit", kind="invalid_request_error",
    ),
    "bad_key": Refusal("Invalid API Key provided: sk_test_****rolled", status=401),
}  # fmt: skip


class Api:
    """`/v1/…`, as stripe-python asks."""

    def __init__(self, shop: Shop, key: str) -> None:
        self.shop = shop
        self.key = key

    def routes(self) -> list[web.RouteDef]:
        """Give the paths; whatever is not among them is refused in Stripe's words."""
        known = [web.route(route.method, route.path, self._door(route.act)) for route in ROUTES]
        return [*known, web.route("*", "/v1/{rest:.*}", self._unknown), web.route("*", "/v2/{rest:.*}", self._unknown)]

    def _door(self, act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._answer(request, act)

        return handle

    async def _answer(self, request: web.Request, act: Act) -> web.StreamResponse:
        shop, body, asked = self.shop, await request.read(), self.shop.new_id("req")
        key = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
        call = f"{request.method} {request.path}"
        shop.asked[call.partition(" ")[0]] += 1
        try:
            self._check_key(request)
            if kept := idempotency.kept(shop, key, call, body) if key else None:
                shop.asked["replays"] += 1
                headers = {"Idempotent-Replayed": "true", "Original-Request": kept["request"]}
                return _json(kept["answer"], status=kept["status"], request=asked, key=key, headers=headers)
        except Refusal as refusal:
            return _json(refusal.body, status=refusal.status, request=asked, key=key)
        shop.busy.add(key)
        try:
            order = shop.orders.for_a(Strikes.REQUEST)
            if early := await self._before(request, order, asked, key):
                return early
            status, answer = self._do(request, act, body, asked, key)
        finally:
            shop.busy.discard(key)
        if order and order.fault == "do_then_error_500":
            status, answer = SERVER_ERROR, NOTHING_DONE["error_500"].body
        elif key:
            idempotency.keep(shop, key, call, body, status=status, answer=answer, request=asked)
        shop.save()
        if order and order.fault == "do_then_drop":
            return _cut(request)
        return _json(answer, status=status, request=asked, key=key)

    def _check_key(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        if not given:
            said = "You did not provide an API key. You need to provide your API key in the Authorization header."
            raise Refusal(said, status=401)
        if given != f"Bearer {self.key}":
            raise Refusal(f"Invalid API Key provided: {given[-4:]:*>16}", status=401)
        version = request.headers.get("Stripe-Version", VERSION)
        if version != VERSION:
            raise Refusal(f"Invalid Stripe API version: {version}. This fake speaks {VERSION}.")

    async def _before(
        self, request: web.Request, order: Order | None, asked: str, key: str
    ) -> web.StreamResponse | None:
        """Do what an order says instead of the request, None to go on."""
        match order.fault if order else "":
            case "slow" if order:
                await asyncio.sleep(float(order.option("seconds")))
            case "drop":
                return _cut(request)
            case "html":
                return web.Response(
                    text="<html><body>502 Bad Gateway</body></html>", content_type="text/html", status=502
                )
            case fault if fault in NOTHING_DONE:
                refusal = NOTHING_DONE[fault]
                return _json(refusal.body, status=refusal.status, request=asked, key=key)
        return None

    def _do(self, request: web.Request, act: Act, body: bytes, asked: str, key: str) -> tuple[int, Thing]:
        """Do it, in one go: nothing else happens in between."""
        token = ASKED_BY.set((asked, key or None))
        try:
            text = body.decode() if request.method == "POST" else request.query_string
            given = opened(parse_qsl(text, keep_blank_values=True))
            wanted = Take({"expand": given.pop("expand", [])}).texts("expand")
            take = Take(given)
            ids = request.match_info
            answer = shown(act(self.shop, take, "/".join(ids.values())))
            take.done()
            return OK, expand(self.shop, answer, wanted, INCLUDES)
        except Refusal as refusal:
            return refusal.status, refusal.body
        finally:
            ASKED_BY.reset(token)

    async def _unknown(self, request: web.Request) -> web.Response:
        said = (
            f"Unrecognized request URL ({request.method}: {request.path}). Please see https://stripe.com/docs or we "
            "can help at https://support.stripe.com/. (The fake Stripe does not know it.)"
        )
        return _json(Refusal(said).body, status=404, request=self.shop.new_id("req"), key="")


def _json(answer: Thing, *, status: int, request: str, key: str, headers: dict[str, str] | None = None) -> web.Response:
    said: dict[str, Any] = {"Request-Id": request, "Stripe-Version": VERSION, **(headers or {})}
    if key:
        said["Idempotency-Key"] = key
    if status == IDEMPOTENCY_KEY_BUSY:
        said["Stripe-Should-Retry"] = "true"
    return web.json_response(answer, status=status, headers=said)


def _cut(request: web.Request) -> web.Response:
    """Cut the connection; nothing more is sent."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)
