"""Application configuration."""

from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    name = "cms.taxonomy"
    label = "taxonomy"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from cms.taxonomy.models import Audience, Topic
        from cms.taxonomy.permissions import LabelPolicy

        for model in (Topic, Audience):
            register_permission_policy(model, LabelPolicy(model))
