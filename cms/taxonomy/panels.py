"""The part of an editor's form that asks who may see a thing: the same words in every room."""

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldRowPanel

from cms.core.panels import FieldPanel
from cms.organisations.fields import OrganisationChooser

SIGHT = [
    FieldPanel(
        "visibility", help_text=_("Not sure? Choose the organisation first; it can be opened to everybody later.")
    ),
    FieldRowPanel(
        [
            FieldPanel(
                "visible_organisation",
                widget=OrganisationChooser,
                help_text=_("Needed when it is for an organisation: that one and all below it see it."),
            ),
            FieldPanel("visible_role", help_text=_("Needed when it is for holders of a role.")),
        ]
    ),
]
# Boxes to tick: in a list of many one must know to hold a key, and a slip of the finger empties it.
TOPICS = FieldPanel("topics", widget=CheckboxSelectMultiple)
AUDIENCES = FieldPanel("audiences", widget=CheckboxSelectMultiple)
