"""Two editors who save at the same moment: one word never stands in two sets in use."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from cms.organisations.enums import Role
from cms.portal.models import SynonymSet
from cms.portal.services import ensure_first_synonyms
from tests.cms.portal.asking import browser_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long, pytest.mark.races]
ADD = reverse("wagtailsnippets_portal_synonymset:add")


def add(editor: Client, *others: str) -> Callable[[], None]:
    """Return what saves a set with a word that others use as well."""

    def save() -> None:
        try:
            editor.post(ADD, {"words": "\n".join(("巡线", *others)), "active": "on"})
        finally:
            connection.close()

    return save


def test_of_two_who_add_the_same_word_one_is_told_so() -> None:
    ensure_first_synonyms()
    editors = [threading.Thread(target=add(browser_of(Role.EDITOR), word)) for word in ("线路巡视", "查线")]
    with transaction.atomic():
        # Both forms are ready and looked at before either can be stored.
        list(SynonymSet.objects.select_for_update().values_list("pk"))
        for editor in editors:
            editor.start()
        time.sleep(1.5)
    for editor in editors:
        editor.join()

    assert SynonymSet.objects.filter(words__startswith="巡线").count() == 1
