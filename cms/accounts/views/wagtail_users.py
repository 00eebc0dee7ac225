"""Wagtail's pages about people: reading and closing accounts; everything else happens in the workbench."""

from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import UserViewSet

from cms.accounts.models import User
from cms.accounts.services import end_api_tokens

OUR_FIELDS = {"username", "name", "is_superuser", "groups"}


class SiteUserEditForm(UserEditForm):
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


class SiteUserCreationForm(UserCreationForm):
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
