"""Application configuration."""

from django.apps import AppConfig


class WatchingConfig(AppConfig):
    name = "cms.watching"
    label = "watching"
