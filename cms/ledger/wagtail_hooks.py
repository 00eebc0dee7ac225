"""Hour rules in the admin: reviewers responsible for the whole tree date a new rule there."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.ledger.admin_views import RuleCreateView, RuleEditView
from cms.ledger.models import HourRule


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
        MultiFieldPanel([FieldPanel("name"), FieldPanel("slug"), FieldPanel("kind")], heading=_("Rule")),
        MultiFieldPanel([FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_to")])], heading=_("In force")),
        MultiFieldPanel(
            [
                FieldPanel("minutes_per_hour"),
                FieldRowPanel([FieldPanel("least"), FieldPanel("cap")]),
                FieldPanel("hours"),
                FieldPanel("source"),
            ],
            heading=_("Figures"),
        ),
    ]


register_snippet(HourRuleViewSet)
