"""Application configuration."""

from django.apps import AppConfig


class LecturersConfig(AppConfig):
    name = "cms.lecturers"
    label = "lecturers"
