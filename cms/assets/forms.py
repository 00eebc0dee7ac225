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
from cms.taxonomy.enums import Visibility


class NeedsItsReach:
    """Offers the reach that the person may give, and asks for the organisation or role that it needs."""

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)  # type: ignore[call-arg]  # a form mixin; Wagtail's forms take it
        # Of many files at once only titles are sent along; what is not said stays as it is, at first not published.
        self.fields["visibility"].required = False  # type: ignore[attr-defined]  # see above
        if user is not None:
            narrow_reach(self, user)

    def clean_visibility(self) -> str:
        said: str = self.cleaned_data["visibility"]  # type: ignore[attr-defined]  # see above
        return said or self.instance.visibility  # type: ignore[attr-defined]  # see above

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc,attr-defined]  # a form mixin
        if cleaned.get("visibility") == Visibility.ORGANISATION and not cleaned.get("visible_organisation"):
            self.add_error("visible_organisation", _("Please choose the organisation."))  # type: ignore[attr-defined]  # see above
        if cleaned.get("visibility") == Visibility.ROLE and not cleaned.get("visible_role"):
            self.add_error("visible_role", _("Please choose the role."))  # type: ignore[attr-defined]  # see above
        return cleaned


def narrow_reach(form: Any, user: User) -> None:
    """Leave of the form's choices those that the person may give; what the file has already stays among them."""
    widths = may_show_to(user) | {form.instance.visibility}
    visibility, organisation = form.fields["visibility"], form.fields["visible_organisation"]
    visibility.choices = [choice for choice in visibility.choices if choice[0] in widths]
    allowed = may_show_below(user) | Q(pk=form.instance.visible_organisation_id)
    organisation.queryset = organisation.queryset.filter(allowed)


class SiteImageForm(NeedsItsReach, BaseImageForm):
    """Stores photographs without the notes of the camera."""

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
