"""Application configuration."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class LedgerConfig(AppConfig):
    name = "cms.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Register what is stored about people, and write the first rules whenever the tables are made."""
        from django.utils.translation import gettext_lazy as _
        from wagtail.permissions import register_permission_policy

        from cms.core.personal_data import PersonalDataSource, register_personal_data
        from cms.ledger.models import HourRule
        from cms.ledger.permissions import HourRulePolicy
        from cms.ledger.queries import personal_disputes, personal_entries

        register_personal_data(
            PersonalDataSource(
                slug="hours",
                label=_("Study hours"),
                reason=_("So that you can see and prove what you have learned; each entry says why it counts."),
                kept=_("5 years after the year they belong to."),
                collect=personal_entries,
            )
        )
        register_personal_data(
            PersonalDataSource(
                slug="hour-disputes",
                label=_("Questions about study hours"),
                reason=_("So that your branch can answer you."),
                kept=_("As long as the entry they are about."),
                collect=personal_disputes,
            )
        )
        register_permission_policy(HourRule, HourRulePolicy(HourRule))
        post_migrate.connect(write_first_rules, sender=self, dispatch_uid="ledger.first_rules")


def write_first_rules(using: str = "default", **kwargs: Any) -> None:
    """Make sure that lessons count from the first day, also after a fresh install by hand."""
    from cms.ledger.services import ensure_default_rules

    if "ledger_hourrule" in connections[using].introspection.table_names():
        ensure_default_rules()
