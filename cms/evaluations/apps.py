"""Application configuration."""

from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "cms.evaluations"
    label = "evaluations"
