"""No page of the admin tells an editor of a draft that was never handed in, or one of elsewhere of anything.

Nor of the files that belong to it. Every address that the site knows is asked for, with the keys of the secret things in
its holes, behind its `?` and in searches.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cms.accounts.models import User
from cms.assets.models import SiteDocument, SiteImage
from cms.assets.services import add_image
from cms.lessons.models import MicroLesson
from cms.lessons.services import attach_document, submit_lesson
from cms.lessons.services.groups import ensure_editor_permissions
from cms.organisations.enums import Role
from cms.taxonomy.models import Topic
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.admin import in_admin
from tests.factories.assets import PDF, jpeg
from tests.factories.lessons import Stage, make_draft, make_stage
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory
from tests.factories.taxonomy import TopicFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.wide,
    # Wagtail leaves the temporary file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
SECRET = "绝密草稿甲乙丙"
# What a search asks for; pages repeat it, and it is not the whole secret.
PART = "甲乙"
HOLE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
LEFT_OUT = {
    "admin/failwhale/",  # Wagtail keeps an address that always breaks
    "admin/^.*/$",  # a 404
}
BULK = ("delete", "add_tags", "add_to_collection", "set_review_by", "unpublish", "set_active_state", "assign_role")


@dataclass
class Secret:
    """A lesson, its private document and picture, its topic, and what each hole of an address is filled with."""

    lesson: MicroLesson
    document: SiteDocument
    image: SiteImage
    topic: Topic

    def keys(self, route: str) -> dict[str, Any]:
        """Return the fillings by the names of the holes; `pk` is the key of what the address is about."""
        about: Any = self.lesson
        if "document" in route or "doc_id" in route:
            about = self.document
        elif "image" in route:
            about = self.image
        elif "topic" in route:
            about = self.topic
        kept: Any = self.lesson.latest_revision
        running = self.lesson.current_workflow_state
        task = self.lesson.current_workflow_task_state
        return {
            "revision_id": kept.pk,
            "revision_id_a": "earliest",
            "revision_id_b": "latest",
            "workflow_state_id": running.pk if running else 1,
            "task_state_id": task.pk if task else 1,
            "task_id": task.task_id if task else 1,
            "action_name": "approve",
            "filter_spec": "width-100",
            "app_label": about._meta.app_label,
            "app_name": about._meta.app_label,
            "model_name": about._meta.model_name,
            "pk": about.pk,
        }


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Yield every address as a text with holes for its arguments."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from routes(pattern, path)


def filled(route: str, keys: dict[str, Any]) -> str:
    """Return the address with its holes filled, also one that is written as an expression."""
    path = HOLE.sub(lambda hole: str(keys.get(hole[1] or hole[2], keys["pk"])), route)
    return "/" + path.replace("^", "").replace("\\", "").replace("$", "")


def questions(path: str, pk: int) -> list[str]:
    """Return what to put behind the address: keys where it reads keys, a search where it may list."""
    if "chosen-multiple" in path or "/bulk/" in path or path.endswith("/find/"):
        return [f"?id={pk}", "?id=all"] if "/bulk/" in path else [f"?id={pk}"]
    if path.startswith("/admin/api/"):
        return ["", "?fields=*", f"?search={PART}"]
    return [""] if HOLE.search(path) else ["", f"?q={PART}"]


def admin_pages(secret: Secret) -> list[str]:
    """Return every address of the admin, asked for the secret things in each way that it understands."""
    pages = []
    for route in {found for found in routes(get_resolver()) if found.startswith("admin/")} - LEFT_OUT:
        keys = secret.keys(route)
        pages += [filled(route, keys) + question for question in questions("/" + route, keys["pk"])]
    for row in (secret.lesson, secret.document, secret.image, secret.lesson.author):
        place = f"/admin/bulk/{row._meta.app_label}/{row._meta.model_name}"
        pages += [f"{place}/{act}/{question}" for act in BULK for question in (f"?id={row.pk}", "?id=all")]
    return sorted(pages)


def words_of(answer: Any) -> str:
    """Return what an answer says, with what JSON and HTML write in codes."""
    body = b"".join(answer) if getattr(answer, "streaming", False) else answer.content
    return unescape(ESCAPED.sub(lambda code: chr(int(code[1], 16)), body.decode(errors="replace")))


def pages_that_tell(client: Client, secret: Secret) -> list[str]:
    told = []
    for page in admin_pages(secret):
        answer = client.get(page)
        assert answer.status_code < 500, page
        if SECRET in words_of(answer):
            told.append(page)
    assert client.get("/admin/").status_code == 200, "signed out on the way: the rest was asked as a visitor"
    return told


def stranger(role: Role) -> User:
    """Return somebody with the duty in an organisation of another part of the tree."""
    person: User = UserFactory()
    give_second_factor(person)
    RoleAssignmentFactory(user=person, organisation=OrganisationFactory(parent=OrganisationFactory()), role=role)
    return person


def make_secret(stage: Stage) -> Secret:
    """Return a draft of the author with a document and a picture that nobody else has seen."""
    topic = TopicFactory()
    lesson = make_draft(stage, title=SECRET, topics=[topic])
    attach_document(lesson, ContentFile(PDF, name="a.pdf"), actor=stage.author, title=SECRET)
    image = add_image(stage.author, data=jpeg(), name="a.jpg", title=SECRET)
    return Secret(MicroLesson.objects.get(pk=lesson.pk), SiteDocument.objects.get(title=SECRET), image, topic)


def hand_in(secret: Secret, stage: Stage) -> Secret:
    """Return the same after the author handed it in."""
    submit_lesson(secret.lesson, actor=stage.author)
    return replace(secret, lesson=MicroLesson.objects.get(pk=secret.lesson.pk))


@pytest.fixture
def stage() -> Stage:
    ensure_editor_permissions()
    return make_stage()


def test_no_page_tells_the_editor_of_a_draft_that_was_never_handed_in(stage: Stage) -> None:
    assert pages_that_tell(in_admin(stage.editor), make_secret(stage)) == []


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
def test_no_page_tells_people_of_elsewhere_of_what_is_in_review(stage: Stage, role: Role) -> None:
    assert pages_that_tell(in_admin(stranger(role)), hand_in(make_secret(stage), stage)) == []


def test_the_same_pages_tell_the_editor_who_is_responsible_once_it_is_handed_in(stage: Stage) -> None:
    secret = hand_in(make_secret(stage), stage)
    told = pages_that_tell(in_admin(stage.editor), secret)
    lesson, place = secret.lesson.pk, "/admin/snippets"
    assert {
        f"{place}/choose/lessons/microlesson/chosen/{lesson}/",
        f"{place}/choose/lessons/microlesson/chosen-multiple/?id={lesson}",
        f"{place}/lessons/microlesson/?q={PART}",
        f"{place}/lessons/microlesson/edit/{lesson}/",
        f"{place}/lessons/microlesson/history/{lesson}/revisions/compare/earliest...latest/",
        "/admin/bulk/lessons/microlesson/set_review_by/?id=all",
    } <= set(told)
    # The window offers only what readers see.
    assert f"{place}/choose/lessons/microlesson/" not in told
    assert [page for page in told if "document" in page or "image" in page] == []
