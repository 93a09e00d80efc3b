"""Providers: what each can do, what it costs here, and what is closed for which reason."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from billing import facade
from billing.money import format_usd
from editor import routing
from editor.api import describe
from editor.api.door import Door
from editor.api.shapes import CURRENCY
from editor.domain import EditRequest, Model, Resolution
from editor.provider_accounts import is_on
from editor.providers.base import Capabilities
from editor.providers.registry import PROVIDERS

KINDS = [(model, resolution) for model in Model for resolution in Resolution]
Units = dict[str, facade.UnitPrice]


class Providers(Door):
    """`/providers`."""

    @describe.list_providers
    def get(self, request: Request) -> Response:
        """List the providers."""
        routes = [route for kind in KINDS for route in _routes(self.actor.workspace_id, *kind)]
        return Response({"data": [_provider(name, routes) for name in PROVIDERS], "next": None})


def _provider(name: str, routes: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    return {
        "object": "provider",
        "name": name,
        "enabled": is_on(name),
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


def _routes(workspace_id: str, model: Model, resolution: Resolution) -> list[tuple[str, dict[str, Any]]]:
    """Say of each provider, by name, what the simplest edit of this kind costs and whether it could do it."""
    units = facade.unit_prices(workspace_id=workspace_id, model=model, resolution=resolution)
    simplest = EditRequest(prompt="x", images=("x",), model=model, resolution=resolution)
    return [
        (verdict.provider, _route(verdict, model, resolution, units.get(verdict.provider)))
        for verdict in routing.verdicts(simplest, [_candidate(name, model, units) for name in PROVIDERS], ratio="1:1")
    ]


def _candidate(name: str, model: Model, units: Units) -> routing.Candidate:
    unit = units.get(name)
    return routing.Candidate(
        name=name,
        capabilities=PROVIDERS[name].CAPABILITIES.get(model),
        has_key=is_on(name),
        cost=unit.cost if unit else None,
        price=unit.price if unit else None,
    )


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
