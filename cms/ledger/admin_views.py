"""The admin's views of hour rules: each change is written into the audit log."""

from typing import Any

from wagtail.snippets.views.snippets import CreateView, EditView

from cms.ledger.models import HourRule
from cms.ledger.services import note_rule, rule_figures


class RuleCreateView(CreateView):
    """Writes a new rule."""

    def save_instance(self) -> Any:
        rule = super().save_instance()
        note_rule(rule, actor=self.request.user, before={})
        return rule


class RuleEditView(EditView):
    """Ends a rule or corrects one that has counted nothing yet; the model refuses the rest."""

    def save_instance(self) -> Any:
        before = rule_figures(HourRule.objects.get(pk=self.form.instance.pk))
        rule = super().save_instance()
        note_rule(rule, actor=self.request.user, before=before)
        return rule
