"""Who calls the API: the session with form protection, or a bearer token."""

import hashlib

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from cms.accounts.models import ApiToken, User
from cms.accounts.second_factor import lacks_second_factor, second_factor_needed
from cms.core.clock import now, today


def token_digest(token: str) -> str:
    """Return what is stored of a token: tokens have 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_token_user(token: str) -> User | None:
    """Return the active person whose unexpired token this is, else None.

    Raises DomainError (`second_factor_needed`, 403) for somebody who needs a second factor and has none: the rule
    stands here, so that no address that reads tokens can forget it.
    """
    found = ApiToken.objects.select_related("user").filter(digest=token_digest(token), expires_at__gt=now()).first()
    if found is None or not found.user.is_active:
        return None
    if lacks_second_factor(found.user):
        raise second_factor_needed()
    if found.last_used_on != today():
        ApiToken.objects.filter(pk=found.pk).update(last_used_on=today())
    return found.user


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …`; sets request.user, so that the same doors serve pages and scripts."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Return the token's person; raises as `find_token_user`."""
        user = find_token_user(token)
        if user is not None:
            request.user = user
        return user


API_AUTH = [TokenAuth(), SessionAuth(csrf=True)]


def identify(request: HttpRequest) -> User | AnonymousUser:
    """Return who calls an address that also answers visitors: the token's person, else the session's, else nobody.

    Whoever it is becomes request.user: the same doors serve pages and scripts, and the network log knows who asked.
    Raises as `find_token_user`.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        request.user = find_token_user(token.strip()) or AnonymousUser()
        return request.user
    user = request.user
    return user if isinstance(user, User) else AnonymousUser()
