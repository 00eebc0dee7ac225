"""Pages of the admin beside Wagtail's own: what needs care, many files at once."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.permissions import policy_registry

from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST
from cms.library import queries
from cms.library.care import CARES
from cms.library.models import ContentPage
from cms.library.services import bring_files
from cms.library.services.uploads import MOST_FILES
from cms.organisations.enums import Role
from cms.organisations.fields import EditedChooser
from cms.organisations.models import Organisation
from cms.organisations.queries import below, standing_of
from cms.venues.models import Venue

ROWS = 50


@require_safe
def care(request: HttpRequest) -> HttpResponse:
    """Show pages of the person's organisations that need care: due, without a person, with broken links."""
    chosen = request.GET.get("show", "due")
    chosen = chosen if chosen in CARES else "due"
    pages = CARES[chosen].find_for(request.user)
    found = Paginator(pages.select_related("organisation", "responsible"), ROWS).get_page(request.GET.get("p"))
    faults = queries.faults_of([page.pk for page in found], request.user) if chosen == "links" else {}
    places = place_rows(request.user) if chosen == "links" and found.number == 1 else []
    context = {
        "page": found,
        "rows": [*places, *(row_of(page, faults.get(page.pk, [])) for page in found)],
        "tabs": [{"label": row.label, "url": f"?show={name}", "on": name == chosen} for name, row in CARES.items()],
        "places_url": due_places_url(request.user),
        "heading": CARES[chosen].label,
        "chosen": chosen,
    }
    return render(request, "library/admin/care.html", context)


def due_places_url(user: Any) -> str:
    """Return where the places to be looked at again are listed; empty for those for whom that list does not open."""
    opens = policy_registry.get_by_type(Venue).user_has_permission(user, "view")
    return f"{reverse('wagtailsnippets_venues_venue:list')}?review_due=true&live=true" if opens else ""


def row_of(page: ContentPage, faults: list[str]) -> dict[str, Any]:
    """Return one row: what it is, whose, and what is wrong."""
    return {
        "title": page.title,
        "url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
        "organisation": page.organisation,
        "responsible": page.responsible,
        "review_by": page.review_by,
        "faults": faults,
    }


def place_rows(user: Any) -> list[dict[str, Any]]:
    """Return a row for each place that the person looks after and whose view all around leads nowhere."""
    mine = policy_registry.get_by_type(Venue).instances_user_has_permission_for(user, "view")
    broken = queries.broken_venue_links().filter(venue__in=mine.order_by().values("pk"))
    return [
        {
            "title": link.venue.name,
            "url": reverse("wagtailsnippets_venues_venue:edit", args=[link.venue_id]),
            "organisation": link.venue.organisation,
            "responsible": None,
            "faults": [link.url],
        }
        for link in broken[:ROWS]
    ]


class ManyFiles(forms.ClearableFileInput):
    """The way a browser chooses several."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; what each of them is, the service looks at."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files that were sent, maybe none."""
        return [file for file in data or () if file]


class FilesForm(forms.Form):
    """Whose the drafts are; the files come beside the form."""

    organisation = forms.ModelChoiceField(
        label=gettext_lazy("kept by"), queryset=Organisation.objects.none(), widget=EditedChooser
    )
    chosen = ManyFilesField(
        label=gettext_lazy("files"),
        required=False,
        widget=ManyFiles(attrs={"multiple": True}),
        help_text=gettext_lazy("PDF, Word, Excel, PowerPoint, text, sound or ZIP, at most 50 MB each."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        rows = Organisation.objects.filter(is_active=True).order_by("path")
        if not user.is_superuser:
            rows = rows.filter(below(standing_of(user).paths_of(Role.EDITOR)))
        field.queryset = rows  # type: ignore[attr-defined]  # a model choice field
        field.initial = rows.first()


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take many files; each that is what its name says becomes a draft."""
    person: Any = request.user
    if not (person.is_superuser or standing_of(person).has_role(Role.EDITOR)):
        raise PermissionDenied
    form = FilesForm(request.POST or None, request.FILES or None, user=person)
    context: dict[str, Any] = {"form": form, "most": MOST_FILES}
    status = 200
    if request.method == "POST":
        status = BAD_REQUEST
        if form.is_valid():
            try:
                drafts, refused = bring_files(
                    form.cleaned_data["chosen"], organisation=form.cleaned_data["organisation"], actor=person
                )
                context |= {"drafts": drafts, "refused": refused}
                status = 200 if drafts else BAD_REQUEST
                if drafts:
                    messages.success(request, _("%(number)s drafts were made.") % {"number": len(drafts)})
            except DomainError as error:
                form.add_error("chosen", str(error.message))
    return render(request, "library/admin/upload.html", context, status=status)
