"""Application configuration."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "cms.organisations"
    label = "organisations"
