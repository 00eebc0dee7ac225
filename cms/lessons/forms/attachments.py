"""Attachments in the admin: an editor attaches what the chooser would offer, whatever number is posted.

The window of lessons is one of its own (`admin_choosers`): a file that is sent from it belongs to what it is attached to.
"""

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.documents.widgets import AdminDocumentChooser

from cms.accounts.models import User
from cms.assets.forms import SiteDocumentForm
from cms.assets.models import SiteDocument
from cms.assets.queries import choosable_documents, waits_in_library
from cms.assets.services import members_collection
from cms.core.choices import RowChoice
from cms.core.converters import is_key
from cms.lessons.models import LessonAttachment
from cms.videos.errors import UploadRefused
from cms.videos.services import require_space

WINDOW = "lesson_documents"


class OfferedDocumentChooser(AdminDocumentChooser):
    """Names only documents that may be chosen: a refused number does not tell the title behind it."""

    chooser_modal_url_name = f"{WINDOW}:choose"
    offered = SiteDocument.objects.none()

    def get_instance(self, value: Any) -> Any:
        key = getattr(value, "pk", value)
        return self.offered.filter(pk=key).first() if is_key(str(key)) else None


class LessonFileForm(SiteDocumentForm):
    """A file that is brought for a lesson, as its author would: among what members attach, seen with the lesson."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.user = user
        self.fields.pop("collection", None)

    def clean_file(self) -> Any:
        file = super().clean_file()
        if file:
            try:
                require_space(self.user, file.size)
            except UploadRefused as error:
                raise forms.ValidationError(str(error.message), code=error.code) from error
        return file

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  # Django's signature
        # Wagtail stores a file in the only collection there is.
        self.collections = [members_collection()]
        return super().save(commit=commit)


class LessonAttachmentForm(WagtailAdminModelForm):
    """One document of the lesson."""

    document = RowChoice(
        label=_("document"),
        queryset=SiteDocument.objects.none(),
        widget=OfferedDocumentChooser,
        error_messages={"invalid_choice": _("Please choose one of the documents that are offered.")},
    )

    class Meta:
        model = LessonAttachment
        fields = ("document",)

    def clean_document(self) -> SiteDocument:
        document: SiteDocument = self.cleaned_data["document"]
        if "document" in self.changed_data and waits_in_library(document):
            raise forms.ValidationError(
                _("Nobody could open this document yet. Please choose in the library who may see it, then attach it.")
            )
        return document


class LessonAttachmentFormSet(BaseChildFormSet):
    """Lets an editor choose what is offered to the editor, and keep what the lesson holds already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attached = [row.document_id for row in self.instance.attachments.all()]
        # Wagtail also builds the form where it only asks for its shape, and then for nobody.
        user = self.form_kwargs.get("for_user") or AnonymousUser()
        self.offered = choosable_documents(user, attached)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        field = form.fields["document"]
        field.queryset = field.widget.offered = self.offered
