"""The parts of a text: the picker says of each what it is for and shows one, with nothing of the site in it."""

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.lessons.services.groups import ensure_editor_permissions, sync_editor_groups
from cms.library.blocks import ContentBlocks
from cms.library.models import ContentPage
from tests.factories.library import make_editor
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db
# A block → what its sample shows.
SAMPLES = {
    "heading": "先看哪里",
    "paragraph": "先看杆基，再抬头。",
    "quotation": "这条线我走了二十年",
    "picture": "从南面看老校舍",
    "file": "老屋检查表",
    "callout": "提前一天打电话",
}


def test_every_block_says_what_it_is_for() -> None:
    blocks = ContentBlocks().child_blocks
    assert list(blocks) == list(SAMPLES)
    assert [name for name, block in blocks.items() if not block.get_description() or not block.is_previewable] == []


@pytest.mark.parametrize("name", SAMPLES)
def test_the_picker_shows_one_as_readers_see_it(name: str) -> None:
    person, client = make_editor(OrganisationFactory()), Client()
    ensure_editor_permissions()
    sync_editor_groups(person)
    client.force_login(User.objects.get(pk=person.pk))
    block = ContentPage.body.field.stream_block.child_blocks[name]
    shown = client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    page = shown.content.decode()
    assert (shown.status_code, SAMPLES[name] in page, "weike/site" in page) == (200, True, True)
