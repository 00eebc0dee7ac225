"""Application configuration."""

from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    name = "cms.taxonomy"
    label = "taxonomy"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from cms.accounts.admin_acts import Watch
        from cms.taxonomy.models import Audience, TeachingMethod, Topic
        from cms.taxonomy.permissions import LabelPolicy
        from cms.taxonomy.queries import picture_of
        from cms.taxonomy.receivers import follow

        for model in (Topic, Audience, TeachingMethod):
            register_permission_policy(model, LabelPolicy(model))
            acts = ("taxonomy.add_label", "taxonomy.change_label", "taxonomy.delete_label")
            Watch(model, *acts, picture=picture_of).begin()
        follow(Topic, Audience, TeachingMethod)
