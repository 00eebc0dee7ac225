"""The one rule about second factors: who needs one and has none yet."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.errors import DomainError

# Recovery codes alone are no second factor: they are what is left when one was lost.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def people_of_the_admin() -> QuerySet[User]:
    """Return who may enter the admin by a permission of their own or of a group; superusers may without."""
    enter = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    return User.objects.filter(Q(groups__permissions__in=enter) | Q(user_permissions__in=enter))


def needs_second_factor(user: User) -> bool:
    """Return whether the person reaches what belongs to others: by a duty, as a superuser, or through the admin."""
    return user.mfa_required or user.is_superuser or enters_the_admin(user)


def enters_the_admin(user: User) -> bool:
    """Return whether a permission opens the admin to the person; read once for each user object (one query)."""
    cached: bool | None = getattr(user, "_enters_the_admin", None)
    if cached is None:
        cached = people_of_the_admin().filter(pk=user.pk).exists()
        user._enters_the_admin = cached  # type: ignore[attr-defined]  # noqa: SLF001  # cache for the request's user object
    return cached


def forget_entry(user: User) -> None:
    """Let the next `needs_second_factor` read again, after the person's duties changed."""
    user.__dict__.pop("_enters_the_admin", None)


def lacks_second_factor(user: User | AnonymousUser) -> bool:
    """Return whether the person needs a second factor that was not set up yet."""
    return isinstance(user, User) and needs_second_factor(user) and not is_mfa_enabled(user, FACTORS)


def second_factor_needed() -> DomainError:
    """Return the refusal that scripts and pages get until the second factor exists."""
    return DomainError(
        _("Your duties need a second factor. Please set it up under My settings first."),
        code="second_factor_needed",
        status=403,
    )
