"""Application configuration."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "cms.notices"
    label = "notices"

    def ready(self) -> None:
        from cms.notices.personal_data import register

        register()
