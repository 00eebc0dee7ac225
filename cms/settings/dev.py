"""The demonstration and daily work on one machine: SQLite, files, embedded search, bound to this computer."""

from cms.settings.base import *
from cms.settings.base import EMAIL_URL, STORAGES
from cms.settings.environment import read, read_list

DEMO = True
# Public on purpose: production.py refuses to start with it.
SECRET_KEY = read("WEIKE_SECRET_KEY", "demo-only-key-that-production-refuses-000000000000000000")
ALLOWED_HOSTS = read_list("WEIKE_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver")
LOG_FORMAT = read("WEIKE_LOG_FORMAT", "console")
# Passkeys on http://localhost; browsers themselves allow nothing else without HTTPS.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "cms.core.static_storage.GzipManifestStorage"}}
# E-mails are written to the worker's output, so that links in them can be followed.
MAIL_IS_SENT = True
if not EMAIL_URL:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
