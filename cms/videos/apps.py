"""Application configuration."""

from django.apps import AppConfig


class VideosConfig(AppConfig):
    name = "cms.videos"
    label = "videos"
