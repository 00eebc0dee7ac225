"""The one rule about second factors: who needs one and has none yet."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.errors import DomainError

# Recovery codes alone are no second factor: they are what is left when one was lost.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def lacks_second_factor(user: User | AnonymousUser) -> bool:
    """Return whether the person's duties ask for a second factor that was not set up yet."""
    return isinstance(user, User) and user.mfa_required and not is_mfa_enabled(user, FACTORS)


def second_factor_needed() -> DomainError:
    """Return the refusal that scripts and pages get until the second factor exists."""
    return DomainError(
        _("Your duties need a second factor. Please set it up under My settings first."),
        code="second_factor_needed",
        status=403,
    )
