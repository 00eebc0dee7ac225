"""Addresses for load balancers and monitoring."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from cms.core.metrics import exposition
from cms.portal.gauges import read_gauges
from cms.portal.health import readiness


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Say that the process answers; touches nothing else."""
    return JsonResponse({"ok": True})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether every part works; 503 names the ones that do not."""
    parts = readiness()
    ready = all(parts.values())
    return JsonResponse({"ok": ready, "parts": parts}, status=200 if ready else 503)


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus when it shows the configured token; without a token there is no such page."""
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(shown.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    return HttpResponse(exposition(read_gauges()), content_type=CONTENT_TYPE_LATEST)
