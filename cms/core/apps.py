"""Application configuration: logging is set up before any other room speaks."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "cms.core"
    label = "core"

    def ready(self) -> None:
        from django.conf import settings

        from cms.core.converters import register_converters
        from cms.core.logs import configure_logs

        register_converters()
        configure_logs(form=settings.LOG_FORMAT, level=settings.LOG_LEVEL)
