"""Sign-in with a password by phone, staff number or user name: one field for all three."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from cms.accounts.models import User
from cms.accounts.queries import people_named


class SignInNameBackend(ModelBackend):
    """Find the person by any sign-in name, then check the password as Django does."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """Return the person when name and password fit and the account is active, else None."""
        name = username or kwargs.get("login")
        if not name or not password:
            return None
        user = find_by_sign_in_name(str(name))
        if user is None:
            # Hash anyway: an unknown name must not answer faster than a wrong password.
            User().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None


def find_by_sign_in_name(name: str) -> User | None:
    """Return the person whose user name, phone or staff number is exactly `name` (case of letters ignored)."""
    return people_named(name).first()


def lockout_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """Return under which name wrong passwords are counted: one for all sign-in names of a person.

    What was typed for an unknown name may be somebody's phone or a password in the wrong field: only a hash stays.
    """
    typed = str((credentials or {}).get("username") or "")
    user = find_by_sign_in_name(typed) if typed else None
    return user.username if user else salted_hmac("weike.unknown_name", typed.lower()).hexdigest()
