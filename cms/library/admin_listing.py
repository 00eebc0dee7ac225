"""All editorial pages in one list of the admin, whatever branch of the tree they lie below, with filters."""

from typing import Any

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.ui.tables.pages import PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet

from cms.core.templatetags.core_tags import local_date
from cms.library import queries
from cms.library.care import CARES
from cms.library.editing import EDITORS
from cms.library.models import ContentPage
from cms.library.queries import KEEPER_PATH
from cms.organisations.models import Organisation
from cms.organisations.queries import holding, standing_of
from cms.taxonomy.models import Audience


def kinds_of_pages(request: HttpRequest) -> QuerySet[ContentType]:
    """Return the kinds of editorial pages that are made."""
    kinds = [model for model in ContentPage.__subclasses__() if model.is_creatable]
    keys = [row.pk for row in ContentType.objects.get_for_models(*kinds).values()]
    return ContentType.objects.filter(pk__in=keys).order_by("pk")


def organisations_listed(request: HttpRequest) -> QuerySet[Organisation]:
    """Return whose pages the person works on, with the organisations above them."""
    return holding(queries.cared_for_by(request.user))


class KindFilter(django_filters.ModelChoiceFilter):
    """Names the kinds as people do."""

    @property
    def field(self) -> Any:
        field = super().field
        field.label_from_instance = lambda row: str(row.model_class()._meta.verbose_name)
        return field


class ContentFilterSet(WagtailFilterSet):
    """Kind, audience, organisation, state, what needs care."""

    kind = KindFilter(label=_("Kind"), field_name="content_type", queryset=kinds_of_pages)
    audience = django_filters.ModelChoiceFilter(
        label=_("For whom"), queryset=Audience.objects.all(), method="narrow_audience"
    )
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation and all below it"), queryset=organisations_listed, method="narrow_organisation"
    )
    live = django_filters.BooleanFilter(label=_("Shown"))
    care = django_filters.ChoiceFilter(
        label=_("Needs care"), choices=[(name, care.label) for name, care in CARES.items()], method="narrow_care"
    )

    class Meta:
        model = ContentPage
        fields = ["kind", "audience", "organisation", "live", "care"]

    def narrow_organisation(self, rows: QuerySet[Any], name: str, value: Organisation) -> QuerySet[Any]:
        return among(rows, ContentPage.objects.filter(organisation__path__startswith=value.path))

    def narrow_audience(self, rows: QuerySet[Any], name: str, value: Audience) -> QuerySet[Any]:
        return among(rows, ContentPage.objects.filter(audiences=value))

    def narrow_care(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return among(rows, CARES[value].find())


def among(rows: QuerySet[Any], found: QuerySet[ContentPage]) -> QuerySet[Any]:
    """Return the rows that are among the others, by their keys: Wagtail's search combines with no other field."""
    return rows.filter(pk__in=found.order_by().values("pk"))


class ContentIndexView(IndexView):
    """Reads through the policy as the tree does; names organisations and people with the rows, not one by one."""

    page_title = _("All content")
    base_filterset_class = ContentFilterSet
    # Each row brings its own menu: fifty of them take longer than the admin may.
    paginate_by = 30

    def annotate_queryset(self, pages: QuerySet[Any]) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().annotate_queryset(pages.annotate(**{KEEPER_PATH: F("organisation__path")}))
        return rows.prefetch_related("organisation", "responsible")


class ContentItem(MenuItem):
    """A place in the menu for those who work on pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser or standing_of(request.user).has_role(*EDITORS))


def review_day(page: ContentPage) -> str:
    """Return the day in words; Wagtail's own column tells how long ago a day was, and these lie ahead."""
    return local_date(page.review_by) if page.review_by else ""


class ContentListing(PageListingViewSet):
    """The list itself; pages are begun in the tree, below the section where they belong."""

    name = "library_content"
    url_prefix = "library/content"
    model = ContentPage
    icon = "list-ul"
    menu_label = _("All content")
    menu_order = 110
    menu_name = "library-content"
    menu_item_class = ContentItem
    add_to_admin_menu = True
    index_view_class = ContentIndexView
    filterset_class = ContentFilterSet
    columns = (
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        Column("kind", label=_("Kind"), accessor="page_type_display_name", sort_key="content_type__model"),
        Column("organisation", label=_("kept by"), accessor="organisation"),
        Column("responsible", label=_("who is asked about it"), accessor="responsible"),
        Column("review_by", label=_("look at it again by"), accessor=review_day, sort_key="review_by"),
        PageStatusColumn("status", label=_("State"), sort_key="live"),
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        given: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        return given | {"add_url_name": None}

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]
