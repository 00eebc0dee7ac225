"""Production settings whose people are the demonstration's: what the smoke walk needs to sign in, and little else."""

from cms.settings.production import *  # noqa: F403
from cms.settings.production import STORAGES

DEMO = True
# Brotli at its best level takes longer than everything else that the set-up does.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "cms.core.static_storage.GzipManifestStorage"}}
