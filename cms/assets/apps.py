"""Application configuration."""

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "cms.assets"
    label = "assets"
