"""WSGI entry point; gunicorn gthread streams uploads through it."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")

application = get_wsgi_application()
# Read the addresses, and all views with them, now: else the first request of every process waits for it. With gunicorn's
# --preload this is before it forks, so once for all its processes; without, each reads them when it starts.
get_resolver().url_patterns  # noqa: B018  # a property that reads once
