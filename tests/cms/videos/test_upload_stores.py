"""Uploads in a folder."""

import pytest
from django.conf import settings

from tests.cms.videos.any_store import AnyStore
from tests.cms.videos.conftest import files_below

pytestmark = pytest.mark.django_db


class TestFolder(AnyStore):
    """One machine."""

    def left_behind(self) -> list[str]:
        return files_below(settings.UPLOAD_ROOT)
