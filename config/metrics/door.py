"""`GET /metrics`, for Prometheus with our token and for staff; to everybody else there is nothing here."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from accounts import wall
from accounts.entrance.staff import gave_second_factor, is_staff
from config.metrics.families import FiguresCollector
from editor.selectors.figures import read_figures


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with all figures, as text or OpenMetrics, whichever is accepted."""
    if not _may_read(request):
        raise Http404
    wall.open_everywhere()
    registry = CollectorRegistry()
    registry.register(FiguresCollector(read_figures()))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return HttpResponse(encode(registry), content_type=content_type)


def _may_read(request: HttpRequest) -> bool:
    if "Authorization" in request.headers:
        scheme, _, token = request.headers["Authorization"].partition(" ")
        wanted = settings.METRICS_TOKEN
        return bool(wanted) and scheme.lower() == "bearer" and constant_time_compare(token.strip(), wanted)
    return is_staff(request) and gave_second_factor(request)
