"""Lecturers in the admin."""

from typing import Any

from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import policy_registry
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.core.bulk_scope import keep_in_records
from cms.core.panels import FieldPanel
from cms.lecturers.admin_choosers import LecturerChooserViewSet
from cms.lecturers.admin_views import LecturerCreateView, LecturerEditView, LecturerFilterSet, LecturerGuard
from cms.lecturers.forms import LecturerAdminForm
from cms.lecturers.models import Lecturer
from cms.organisations.fields import EditedChooser
from cms.taxonomy.panels import AUDIENCES, SIGHT, TOPICS

MOST_ROWS = 40
SPAN = [FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")])]
ABOUT = [
    FieldPanel("name"),
    FieldRowPanel([FieldPanel("kind"), FieldPanel("organisation", widget=EditedChooser)]),
    FieldPanel("post"),
    TOPICS,
    FieldPanel("introduction"),
    FieldPanel("credentials"),
    FieldPanel("dialect"),
    FieldPanel("photo"),
]
MENU = [
    InlinePanel(
        "offers",
        heading=_("Lesson menu"),
        max_num=MOST_ROWS,
        panels=[
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("minutes"), FieldPanel("order")]),
            FieldPanel("digest"),
            TOPICS,
            AUDIENCES,
            FieldPanel("methods", widget=CheckboxSelectMultiple),
            FieldPanel("is_offered"),
        ],
    ),
]
WHEN = [
    InlinePanel("terms", heading=_("terms of appointment"), max_num=MOST_ROWS, panels=SPAN),
    InlinePanel(
        "suspensions",
        heading=_("suspensions"),
        help_text=_("The reason is for those who look after the pool; nobody else sees it."),
        max_num=MOST_ROWS,
        panels=[*SPAN, FieldPanel("reason")],
    ),
    FieldRowPanel([FieldPanel("cap_day"), FieldPanel("cap_week"), FieldPanel("cap_month")]),
    FieldRowPanel([FieldPanel("buffer_before"), FieldPanel("buffer_after"), FieldPanel("step")]),
    FieldRowPanel([FieldPanel("notice_minutes"), FieldPanel("horizon_days")]),
    FieldPanel("approval"),
]
WHERE = [
    FieldRowPanel([FieldPanel("home_place"), FieldPanel("region"), FieldPanel("travel_km")]),
    FieldRowPanel([FieldPanel("onsite"), FieldPanel("online"), FieldPanel("home"), FieldPanel("site")]),
]
CARE = [
    FieldPanel("live"),
    MultiFieldPanel(
        SIGHT,
        heading=_("Open to"),
    ),
    MultiFieldPanel([FieldPanel("contact_phone"), FieldPanel("contact_email")], heading=_("Contact on need")),
]


class LecturerViewSet(SnippetViewSet):
    """The pool of lecturers."""

    model = Lecturer
    icon = "user"
    menu_label = _("Lecturers")
    menu_order = 206
    add_to_admin_menu = True
    copy_view_enabled = False
    add_view_class = LecturerCreateView
    edit_view_class = LecturerEditView
    chooser_viewset_class = LecturerChooserViewSet
    filterset_class = LecturerFilterSet
    list_per_page = 30
    search_fields = ["name", "post"]
    search_backend_name = None
    list_display = [
        "name",
        Column("kind", label=_("kind"), accessor="get_kind_display"),
        Column("organisation", label=_("organisation"), accessor="organisation"),
        Column("region", label=_("region"), accessor="region"),
        BooleanColumn("live", label=_("Shown"), accessor="live"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(ABOUT, heading=_("About the lecturer")),
            ObjectList(MENU, heading=_("Lesson menu")),
            ObjectList(WHEN, heading=_("Term and limits")),
            ObjectList(WHERE, heading=_("Where")),
            ObjectList(CARE, heading=_("Open to whom")),
        ],
        base_form_class=LecturerAdminForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lecturer]:
        policy = policy_registry.get_by_type(Lecturer)
        mine: QuerySet[Lecturer] = policy.instances_user_has_permission_for(request.user, "view")
        return mine.select_related("organisation")

    def construct_view(self, view_class: Any, **kwargs: Any) -> Any:
        guarded = type(view_class.__name__, (LecturerGuard, view_class), {"__module__": view_class.__module__})
        return ViewSet.construct_view(self, guarded, **kwargs)


register_snippet(LecturerViewSet)
keep_in_records(Lecturer)
