"""Hour rules in the admin: reviewers responsible for the whole tree date a new rule there."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldRowPanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.core.panels import FieldPanel
from cms.ledger.admin_views import RuleCreateView, RuleEditView
from cms.ledger.models import HourRule

KIND_HELP = _("Whether the rule counts something or names hours that a policy asks for.")


class HourRuleViewSet(SnippetViewSet):
    """List, add and end rules; the model refuses to change one that has counted."""

    model = HourRule
    icon = "calendar-check"
    menu_label = _("Hour rules")
    list_display = ["name", "kind", "valid_from", "valid_to", "minutes_per_hour", "hours"]
    list_filter = ["kind"]
    search_fields = ["name", "slug"]
    copy_view_enabled = False
    add_view_class = RuleCreateView
    edit_view_class = RuleEditView
    add_to_admin_menu = True
    menu_order = 220
    panels = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("slug"), FieldPanel("kind", help_text=KIND_HELP)], heading=_("Rule")
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")])],
            help_text=_("A change is a new rule with a later day; what was counted keeps its rule."),
            heading=_("In force"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "minutes_per_hour", help_text=_("For rules that count: lessons watched and lessons given.")
                ),
                FieldRowPanel([FieldPanel("least"), FieldPanel("cap")]),
                FieldPanel(
                    "hours", help_text=_("For rules that name hours of a year or month; they inform and rank nobody.")
                ),
                FieldPanel("source", help_text=_("Title, number and day of the document.")),
            ],
            heading=_("Figures"),
        ),
    ]


register_snippet(HourRuleViewSet)
