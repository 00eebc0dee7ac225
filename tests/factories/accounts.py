"""People for tests."""

from typing import Any

import factory
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from cms.accounts.models import User

PASSWORD = "correct-horse-battery"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """An active person with a phone and the password PASSWORD; `second_factor=True` adds an authenticator app."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"测试员{n}")
    phone = factory.Sequence(lambda n: f"1990{n:07d}")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def second_factor(self, create: bool, extracted: bool | None, **kwargs: Any) -> None:  # noqa: FBT001  # factory_boy's signature
        if create and extracted:
            give_second_factor(self)


def give_second_factor(user: User) -> Authenticator:
    """Give the person an authenticator app; staff pages are closed without one."""
    authenticator: Authenticator = TOTP.activate(user, generate_totp_secret()).instance
    return authenticator


def signed_in(person: User) -> Client:
    """Return a browser of somebody who is signed in."""
    client = Client()
    client.force_login(person)
    return client
