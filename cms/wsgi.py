"""WSGI entry point; gunicorn gthread streams uploads through it."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")

application = get_wsgi_application()
# Read the addresses, and all views with them, before gunicorn forks: else every process reads them at its first request.
get_resolver().url_patterns  # noqa: B018  # a property that reads once
