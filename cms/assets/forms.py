"""Forms of Wagtail's image and document libraries, with our look at the content."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from cms.accounts.models import User
from cms.assets.events import DocumentReplacing
from cms.assets.permissions import may_show_below, may_show_to
from cms.assets.photographs import NotAPhotograph, strip_notes
from cms.assets.validators import validate_document
from cms.core.errors import DomainError
from cms.core.events import publish
from cms.organisations.fields import EditedChooser
from cms.taxonomy.enums import Visibility

# What Wagtail puts before the fields of a file that is sent from within the window of a chooser.
IN_A_WINDOW = frozenset({"document-chooser-upload", "image-chooser-upload"})
REACH = ("visibility", "visible_organisation", "visible_role")
CHOSEN_IN_A_WINDOW = {"visible_organisation": EditedChooser}


class NeedsItsReach:
    """Offers the reach that the person may give, and asks for the organisation or role that it needs.

    A file that is sent from a chooser's window is not asked for its reach: organisations are chosen in such a window
    too, and a second one closes the first. It gets its reach from the page, place, lecturer or lesson that it is chosen
    for. A lesson's window is one of its own: what is sent from it lies among what members attach.
    """

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)  # type: ignore[call-arg]  # a form mixin; Wagtail's forms take it
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]  # see above
        if self.prefix in IN_A_WINDOW:  # type: ignore[attr-defined]  # see above
            for name in REACH:
                del fields[name]
            return
        # Of many files at once only titles are sent along; what is not said stays as it is, at first not published.
        fields["visibility"].required = False
        if user is not None:
            narrow_reach(self, user)

    def clean_visibility(self) -> str:
        said: str = self.cleaned_data["visibility"]  # type: ignore[attr-defined]  # see above
        return said or self.instance.visibility  # type: ignore[attr-defined]  # see above

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc,attr-defined]  # a form mixin
        for reach, name, sentence in (
            (Visibility.ORGANISATION, "visible_organisation", _("Please choose the organisation.")),
            (Visibility.ROLE, "visible_role", _("Please choose the role.")),
        ):
            # What was chosen and is not offered has been said already.
            if cleaned.get("visibility") == reach and not cleaned.get(name) and name not in self.errors:  # type: ignore[attr-defined]  # see above
                self.add_error(name, sentence)  # type: ignore[attr-defined]  # see above
        return cleaned


def narrow_reach(form: Any, user: User) -> None:
    """Leave of the form's choices those that the person may give; what the file has already stays among them.

    The organisations are those that the chooser's window offers.
    """
    widths = may_show_to(user) | {form.instance.visibility}
    visibility, organisation = form.fields["visibility"], form.fields["visible_organisation"]
    visibility.choices = [choice for choice in visibility.choices if choice[0] in widths]
    allowed = Q(may_show_below(user), is_active=True) | Q(pk=form.instance.visible_organisation_id)
    organisation.queryset = organisation.queryset.filter(allowed)
    organisation.error_messages["invalid_choice"] = _("Please choose an organisation for which you edit.")


class SiteImageForm(NeedsItsReach, BaseImageForm):
    """Stores photographs without the notes of the camera."""

    class Meta(BaseImageForm.Meta):
        widgets = BaseImageForm.Meta.widgets | CHOSEN_IN_A_WINDOW

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if not file or "file" not in self.changed_data:
            return file
        file.seek(0)
        try:
            clean = strip_notes(file.read())
        except NotAPhotograph as error:
            raise ValidationError(_("This picture cannot be read. JPEG, PNG, WebP and GIF can.")) from error
        stripped = ContentFile(clean, name=file.name)
        # Wagtail reads the size from the picture it opened in the field's own check.
        stripped.image = getattr(file, "image", None)  # type: ignore[attr-defined]  # set by Django's ImageField
        return stripped


class SiteDocumentForm(NeedsItsReach, BaseDocumentForm):
    """Refuses a document whose content is not what its name says, and a new file for one that was approved."""

    class Meta(BaseDocumentForm.Meta):
        widgets = BaseDocumentForm.Meta.widgets | CHOSEN_IN_A_WINDOW

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if not file or "file" not in self.changed_data:
            return file
        validate_document(file)
        if self.instance.pk is not None:
            self.refuse_if_needed()
        return file

    def refuse_if_needed(self) -> None:
        """Raise ValidationError when something that was approved needs the file as it is."""
        try:
            publish(DocumentReplacing(self.instance.pk))
        except DomainError as error:
            raise ValidationError(str(error.message), code=error.code) from error
