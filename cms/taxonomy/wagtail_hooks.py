"""Topics, audiences and teaching methods in the admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.core.panels import FieldPanel
from cms.taxonomy.models import Audience, TeachingMethod, Topic

PANELS = [FieldPanel("name"), FieldPanel("name_en"), FieldPanel("slug"), FieldPanel("order")]


class TopicViewSet(SnippetViewSet):
    """What lessons are about."""

    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    list_display = ["name", "name_en", "slug", "order"]
    search_fields = ["name", "name_en", "slug"]
    panels = PANELS


class AudienceViewSet(SnippetViewSet):
    """For whom lessons are made."""

    model = Audience
    icon = "group"
    menu_label = _("Audiences")
    list_display = ["name", "name_en", "slug", "order"]
    search_fields = ["name", "name_en", "slug"]
    panels = PANELS


class TeachingMethodViewSet(SnippetViewSet):
    """How lessons of a menu are taught."""

    model = TeachingMethod
    icon = "pick"
    menu_label = _("Teaching methods")
    list_display = ["name", "name_en", "slug", "order"]
    search_fields = ["name", "name_en", "slug"]
    panels = PANELS


class TaxonomyGroup(SnippetViewSetGroup):
    """One place in the menu."""

    items = (TopicViewSet, AudienceViewSet, TeachingMethodViewSet)
    menu_label = _("Topics and labels")
    menu_icon = "tag"
    menu_order = 210


register_snippet(TaxonomyGroup)
