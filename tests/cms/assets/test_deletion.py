"""What is deleted in the admin is gone from the disk, not only from the list."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.test import Client
from django.urls import reverse
from django_tasks.utils import normalize_json

from cms.accounts.models import User
from cms.settings import base
from cms.settings import test as suite
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.assets import DocumentFactory, ImageFactory
from tests.factories.jobs import carry_messages

pytestmark = pytest.mark.django_db


def admin() -> Client:
    person: User = UserFactory(is_staff=True, is_superuser=True)
    give_second_factor(person)
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


@pytest.mark.parametrize(
    ("make", "page"), [(DocumentFactory, "wagtaildocs:delete"), (ImageFactory, "wagtailimages:delete")]
)
@pytest.mark.long
def test_a_deletion_in_the_admin_takes_the_file_along(
    make: Callable[[], Any], page: str, django_capture_on_commit_callbacks: Any
) -> None:
    asset = make()
    assert default_storage.exists(asset.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin().post(reverse(page, args=[asset.pk]))
    carry_messages()
    assert (answer.status_code, default_storage.exists(asset.file.name)) == (302, False)


@pytest.mark.parametrize("settings", [base, suite])
@pytest.mark.parametrize("alias", ["default", "originals", "renditions"])
def test_a_storage_can_be_told_to_the_worker(settings: Any, alias: str) -> None:
    options = settings.STORAGES[alias]["OPTIONS"]
    assert normalize_json(FileSystemStorage(**options).deconstruct()) == [
        "django.core.files.storage.FileSystemStorage",
        [],
        options,
    ]
    assert Path(options["location"]).is_absolute()
