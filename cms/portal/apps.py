"""Application configuration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "cms.portal"
    label = "portal"

    def ready(self) -> None:
        # Registering by import: views of pages (@serves) and the scheduled search drain.
        from cms.portal.views import articles  # noqa: F401
