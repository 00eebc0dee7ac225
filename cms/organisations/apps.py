"""Application configuration."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "cms.organisations"
    label = "organisations"

    def ready(self) -> None:
        from cms.organisations.personal_data import register

        register()
