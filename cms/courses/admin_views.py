"""A page of the admin beside the editor of courses and guides: questions that stand ready elsewhere are taken over."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods
from wagtail.admin.widgets import AdminPageChooser
from wagtail.snippets.widgets import AdminSnippetChooser

from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, posted, tell
from cms.core.offered import named_among
from cms.courses.models import CoursePage, GuidePage
from cms.courses.permissions import get_asking_page_for
from cms.courses.queries.courses import shown
from cms.courses.services.questions import take_over_questions
from cms.lessons.models import MicroLesson
from cms.lessons.queries import visible_lessons
from cms.library.models import ContentPage


class SourceForm(forms.Form):
    """From where: a lesson, or another course or guide; only what the person sees as readers do."""

    lesson = forms.ModelChoiceField(
        label=gettext_lazy("micro lesson"),
        help_text=gettext_lazy("One that is published; the own drafts that the window shows have to wait."),
        queryset=MicroLesson.objects.none(),
        required=False,
        widget=AdminSnippetChooser(MicroLesson),
    )
    page: Any = forms.ModelChoiceField(
        label=gettext_lazy("course or monthly guide"),
        help_text=gettext_lazy("One that is published."),
        queryset=ContentPage.objects.none(),
        required=False,
        widget=AdminPageChooser([CoursePage, GuidePage]),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lessons: Any = self.fields["lesson"]
        pages: Any = self.fields["page"]
        lessons.queryset = visible_lessons(user)
        keys = [shown(model, user).order_by().values("pk") for model in (CoursePage, GuidePage)]
        pages.queryset = ContentPage.objects.filter(pk__in=keys[0]) | ContentPage.objects.filter(pk__in=keys[1])
        for field in (lessons, pages):
            # A refused number shall not tell the title behind it.
            field.widget.get_instance = partial(named_among, field)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("lesson")) == bool(cleaned.get("page")):
            self.add_error("lesson", _("Please choose either a micro lesson or a page."))
        return cleaned


def at_field(error: DomainError, name: str) -> DomainError:
    """Return the refusal at the field from which questions were taken."""
    said = [sentence for sentences in error.fields.values() for sentence in sentences]
    error.fields = {name: said or [error.message]}
    return error


@require_http_methods(["GET", "HEAD", "POST"])
def take_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask from where, and append the questions to the page's draft."""
    user: Any = request.user
    page = get_asking_page_for(user, pk)
    form = SourceForm(posted(request), user=user)
    status = 200
    if request.method == "POST":
        status = BAD_REQUEST
        if form.is_valid():
            source = form.cleaned_data["lesson"] or form.cleaned_data["page"].specific
            try:
                count = take_over_questions(page, source, actor=user)
            except DomainError as error:
                status = tell(form, at_field(error, "lesson" if form.cleaned_data["lesson"] else "page"))
            else:
                words = ngettext("%(count)s question was taken over.", "%(count)s questions were taken over.", count)
                messages.success(request, words % {"count": count})
                return redirect("wagtailadmin_pages:edit", page.pk)
    return render(request, "courses/admin/take_questions.html", {"form": form, "page": page}, status=status)
