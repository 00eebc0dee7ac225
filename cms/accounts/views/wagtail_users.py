"""Wagtail's pages about people: reading and closing accounts; everything else happens in the workbench."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

from cms.accounts.models import User
from cms.accounts.queries import people_named
from cms.accounts.services import end_api_tokens

OUR_FIELDS = {"username", "name", "is_superuser", "groups"}


class HasFreeName:
    """Mixin: refuses a user name that is somebody's phone or staff number, in whatever case of letters."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc,attr-defined]  # a form mixin
        name = cleaned.get("username")
        if name and people_named(name).exclude(pk=self.instance.pk).exists():  # type: ignore[attr-defined]  # see above
            self.add_error("username", _("Somebody has this already."))  # type: ignore[attr-defined]  # see above
        return cleaned


class SiteUserEditForm(HasFreeName, UserEditForm):
    """A person has one name and no address."""

    email = None
    first_name = None
    last_name = None

    class Meta(UserEditForm.Meta):
        model = User
        fields = OUR_FIELDS | {"is_active"}

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002  # Wagtail's signature
        """Store the account; a new password ends the tokens of scripts."""
        user: User = super().save(commit=commit)
        if self.cleaned_data.get("password1"):
            end_api_tokens(user)
        return user


class SiteUserCreationForm(HasFreeName, UserCreationForm):
    """A person has one name and no address."""

    email = None
    first_name = None
    last_name = None

    class Meta(UserCreationForm.Meta):
        model = User
        fields = OUR_FIELDS


class SiteUserViewSet(UserViewSet):
    """Reached by superusers alone: no group gets permissions on people."""

    def get_form_class(self, for_update: bool = False) -> type:  # noqa: FBT001, FBT002  # Wagtail's signature
        """Return our forms."""
        return SiteUserEditForm if for_update else SiteUserCreationForm
