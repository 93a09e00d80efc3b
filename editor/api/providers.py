"""Providers: what each can do, what it costs here, and what is closed for which reason."""

from collections.abc import Collection
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Action
from accounts.selectors.allowed_providers import allowed_providers
from billing import facade
from billing.money import format_usd
from editor import routing
from editor.api import describe
from editor.api.door import Door
from editor.api.shapes import CURRENCY, timestamp
from editor.domain import EditRequest, Model, Resolution
from editor.provider_accounts import is_on
from editor.providers.base import Capabilities
from editor.providers.registry import PROVIDERS
from editor.selectors.candidates import candidate
from editor.selectors.provider_health import ProviderHealth, read_health

KINDS = [(model, resolution) for model in Model for resolution in Resolution]
Healths = dict[str, ProviderHealth]


class Providers(Door):
    """`/providers`."""

    needs = {"get": Action.VIEW}

    @describe.list_providers
    def get(self, request: Request) -> Response:
        """List the providers."""
        healths, allowed = read_health(), allowed_providers(self.actor.workspace_id)
        routes = [route for kind in KINDS for route in _routes(self.actor.workspace_id, healths, allowed, *kind)]
        data = [_provider(name, healths.get(name) or ProviderHealth(name), routes) for name in PROVIDERS]
        return Response({"data": data, "next": None})


def _provider(name: str, health: ProviderHealth, routes: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    return {
        "object": "provider",
        "name": name,
        "enabled": is_on(name),
        "health": {"state": health.standing.value, "reason": health.reason or None, "until": timestamp(health.until)},
        "measured": {
            "median_seconds": health.median_seconds,
            "p95_seconds": health.p95_seconds,
            "success_rate": health.success_rate,
            "samples": health.samples,
        },
        "capabilities": [_capabilities(model, can) for model, can in PROVIDERS[name].CAPABILITIES.items()],
        "routes": [route for provider, route in routes if provider == name],
    }


def _capabilities(model: str, can: Capabilities) -> dict[str, Any]:
    return {
        "model": str(model),
        "images": can.images,
        "outputs": can.outputs,
        "resolutions": sorted(can.resolutions),
        "prompt_characters": can.prompt_chars,
        "settings": sorted(can.settings),
    }


def _routes(
    workspace_id: str, healths: Healths, allowed: Collection[str] | None, model: Model, resolution: Resolution
) -> list[tuple[str, dict[str, Any]]]:
    """Say of each provider, by name, what the simplest edit of this kind costs and whether it could do it."""
    units = facade.unit_prices(workspace_id=workspace_id, model=model, resolution=resolution)
    simplest = EditRequest(prompt="x", images=("x",), model=model, resolution=resolution)
    candidates = [candidate(name, model, units.get(name), healths.get(name), allowed=allowed) for name in PROVIDERS]
    return [
        (verdict.provider, _route(verdict, model, resolution, units.get(verdict.provider)))
        for verdict in routing.verdicts(simplest, candidates, ratio="1:1")
    ]


def _route(
    verdict: routing.Verdict, model: Model, resolution: Resolution, unit: facade.UnitPrice | None
) -> dict[str, Any]:
    return {
        "model": str(model),
        "resolution": str(resolution),
        "currency": CURRENCY,
        "unit_price": format_usd(unit.price) if unit else None,
        "open": verdict.eligible,
        "reason": verdict.reason or None,
    }
