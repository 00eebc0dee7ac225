"""Application configuration."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "cms.portal"
    label = "portal"

    def ready(self) -> None:
        """Register views of pages (@serves) by import, who writes synonyms, and what is stored about people."""
        from django.utils.translation import gettext_lazy as _
        from wagtail.permissions import register_permission_policy

        from cms.accounts.admin_acts import Watch
        from cms.core.personal_data import PersonalDataSource, register_personal_data
        from cms.portal import own_words  # noqa: F401
        from cms.portal.models import SynonymSet
        from cms.portal.permissions import SynonymPolicy
        from cms.portal.saved import personal_searches
        from cms.portal.synonyms import picture_of
        from cms.portal.views import articles  # noqa: F401

        register_permission_policy(SynonymSet, SynonymPolicy(SynonymSet))
        acts = ("portal.add_synonyms", "portal.change_synonyms", "portal.delete_synonyms")
        Watch(SynonymSet, *acts, picture=picture_of).begin()
        register_personal_data(
            PersonalDataSource(
                slug="saved-searches",
                label=_("Saved searches"),
                reason=_("So that you find again what you look for often. Nobody else sees them."),
                kept=_("Until you delete them, or as long as you have an account."),
                collect=personal_searches,
            )
        )
        post_migrate.connect(write_first_synonyms, sender=self, dispatch_uid="portal.first_synonyms")


def write_first_synonyms(using: str = "default", **kwargs: Any) -> None:
    """Make sure that search knows the usual words from the first day, also after a fresh install by hand."""
    from cms.portal.services import ensure_first_synonyms

    if "portal_synonymset" in connections[using].introspection.table_names():
        ensure_first_synonyms()
