"""Application configuration."""

from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "cms.lessons"
    label = "lessons"
