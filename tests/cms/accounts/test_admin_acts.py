"""What is changed on the admin's own pages leaves an entry in the audit log, whichever of Wagtail's views did it.

Each address of the admin that writes is either among the acts below, or among those that leave no entry, with the reason.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Collection, UploadedFile

from cms.accounts.models import AuditEntry, User
from cms.assets.models import SiteDocument, SiteImage
from cms.core.clock import today
from cms.lessons.models import MicroLesson
from cms.lessons.services.groups import ensure_editor_permissions
from cms.portal.models import SynonymSet
from cms.taxonomy.models import Topic
from tests.architecture.asking import addresses
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.admin import in_admin
from tests.factories.assets import DocumentFactory, ImageFactory, jpeg
from tests.factories.lessons import make_published, make_stage
from tests.factories.taxonomy import AudienceFactory, TeachingMethodFactory, TopicFactory
from tests.factories.venues import RegionFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.wide,
    # Wagtail leaves the temporary file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
WRITING = re.compile(r"^(wagtail(docs|images|snippet|users_)|lesson_documents)")
VERBS = (
    "add",
    "edit",
    "delete",
    "copy",
    "lock",
    "unlock",
    "publish",
    "unpublish",
    "create",
    "action",
    "revert",
    "unschedule",
)


@dataclass
class World:
    """One of everything, and two people: `admin` looks after the site, `editor` after the lesson's organisation."""

    admin: Client
    editor: Client
    document: SiteDocument
    image: SiteImage
    lesson: MicroLesson
    topic: Topic
    person: User
    keys: dict[str, Any]


@pytest.fixture
def world() -> World:
    ensure_editor_permissions()
    library = Collection.objects.get(name="资源库")
    looks_after: User = UserFactory(is_superuser=True, is_staff=True, mfa_required=True)
    give_second_factor(looks_after)
    stage = make_stage()
    document, image = DocumentFactory(collection=library), ImageFactory(collection=library)
    lesson, topic, audience, person = make_published(stage), TopicFactory(), AudienceFactory(), UserFactory()
    keys = {
        "document": document.pk,
        "image": image.pk,
        "lesson": lesson.pk,
        "topic": topic.pk,
        "audience": audience.pk,
        "teachingmethod": TeachingMethodFactory().pk,
        "person": person.pk,
        "library": library.pk,
        "other": Collection.get_first_root_node().add_child(name="别处").pk,
        "region": RegionFactory().pk,
        "synonymset": SynonymSet.objects.create(words="巡塔\n铁塔巡视").pk,
        "group": Group.objects.get(name="审核员").pk,
    }
    return World(in_admin(looks_after), in_admin(stage.editor), document, image, lesson, topic, person, keys)


def text_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", b"text")


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")


FILE = {"title": "新标题", "tags": "", "visibility": "private", "collection": "{library}"}
PICTURE = FILE | {"alt_text": "雪后的杆基"}
LABEL = {"name": "新的", "name_en": "", "slug": "new", "order": "1"}
NEW_PERSON = {
    "username": "newcomer",
    "name": "新来的",
    "password1": "Another-pass-2026",
    "password2": "Another-pass-2026",
}
PERSON = {"username": "changed", "name": "改名", "is_active": "on"}


def fields_of_many(kind: str) -> dict[str, Any]:
    """Return the fields of the form for one of many uploads, as they are called there."""
    return {f"{kind}-{{{'document' if kind == 'doc' else kind}}}-{name}": value for name, value in FILE.items()}


# Address, its key, what is posted, the act that stands in the log afterwards.
ACTS: list[tuple[str, str, dict[str, Any], str]] = [
    ("wagtaildocs:add", "", FILE | {"file": text_file}, "assets.add_file"),
    ("wagtaildocs_chooser:create", "", {f"document-chooser-upload-{k}": v for k, v in (FILE | {"file": text_file}).items()}, "assets.add_file"),
    ("lesson_documents:create", "", {f"document-chooser-upload-{k}": v for k, v in (FILE | {"file": text_file}).items()}, "assets.add_file"),
    ("wagtaildocs:edit", "document", FILE, "assets.change_file"),
    ("wagtaildocs:edit_multiple", "document", fields_of_many("doc"), "assets.change_file"),
    ("wagtaildocs:delete", "document", {}, "assets.delete_file"),
    ("wagtaildocs:delete_multiple", "document", {}, "assets.delete_file"),
    ("wagtailimages:add", "", PICTURE | {"file": picture}, "assets.add_file"),
    ("wagtailimages_chooser:create", "", {f"image-chooser-upload-{k}": v for k, v in (PICTURE | {"file": picture}).items()}, "assets.add_file"),
    ("wagtailimages:edit", "image", PICTURE, "assets.change_file"),
    ("wagtailimages:edit_multiple", "image", fields_of_many("image"), "assets.change_file"),
    ("wagtailimages:delete", "image", {}, "assets.delete_file"),
    ("wagtailimages:delete_multiple", "image", {}, "assets.delete_file"),
    *[
        (f"wagtailsnippets_taxonomy_{kind}:{verb}", key, form, f"taxonomy.{act}_label")
        for kind in ("topic", "audience", "teachingmethod")
        for verb, key, form, act in (
            ("add", "", LABEL, "add"),
            # The form is sent to "add"; who sends it back here by hand writes the original.
            ("copy", kind, LABEL, "change"),
            ("edit", kind, LABEL, "change"),
            ("delete", kind, {}, "delete"),
        )
    ],
    ("wagtailsnippets_venues_region:add", "", LABEL, "venues.add_region"),
    ("wagtailsnippets_venues_region:edit", "region", LABEL, "venues.change_region"),
    ("wagtailsnippets_portal_synonymset:add", "", {"words": "汛期演练\n防汛演练"}, "portal.add_synonyms"),
    ("wagtailsnippets_portal_synonymset:edit", "synonymset", {"words": "汛期演练\n防汛演练"}, "portal.change_synonyms"),
    ("wagtailsnippets_portal_synonymset:delete", "synonymset", {}, "portal.delete_synonyms"),
    ("wagtailusers_users:add", "", NEW_PERSON, "accounts.open_account"),
    ("wagtailusers_users:copy", "person", NEW_PERSON, "accounts.change_account"),
    ("wagtailusers_users:edit", "person", PERSON, "accounts.change_account"),
    ("wagtailusers_users:delete", "person", {}, "accounts.delete_account"),
    ("wagtailsnippets_lessons_microlesson:lock", "lesson", {}, "lessons.lock"),
]  # fmt: skip
# Wagtail keeps a file whose fields are not right aside until its form is filled in.
MANY = {
    ("wagtaildocs", "uploaded-document", "document"): text_file,
    ("wagtailimages", "uploaded-image", "image"): picture,
}
IN_TWO_STEPS = {
    f"{room}:{step}"
    for room, _prefix, kind in MANY
    for step in ("add_multiple", f"create_multiple_from_uploaded_{kind}")
}
FORMSETS = ("page_permissions", "document_permissions", "image_permissions", "collection_permissions")
LESSON = "wagtailsnippets_lessons_microlesson"
VENUE = "wagtailsnippets_venues_venue"
# Tried below, for they leave more than one entry or need another before them.
OF_THEIR_OWN = {
    f"{LESSON}:unlock",
    f"{VENUE}:lock",
    f"{VENUE}:unlock",
    *(f"wagtailusers_groups:{act}" for act in ("add", "edit", "delete")),
}
NO_ENTRY = {
    # A file that was kept aside and is dropped again was in no library.
    "wagtaildocs:delete_upload_multiple",
    "wagtailimages:delete_upload_multiple",
    # Nobody may: rows of these come and go by other ways, or never.
    *(
        f"wagtailsnippetchoosers_{kind}:create"
        for kind in (
            "ledger_hourrule",
            "lessons_microlesson",
            "taxonomy_topic",
            "taxonomy_audience",
            "taxonomy_teachingmethod",
            "venues_region",
            "venues_venue",
            "lecturers_lecturer",
            "portal_synonymset",
        )
    ),
    *(f"{LESSON}:{verb}" for verb in ("add", "delete", "revisions_unschedule")),
    "wagtailsnippets_ledger_hourrule:delete",
    "wagtailsnippets_lecturers_lecturer:delete",
    "wagtailsnippets_venues_region:delete",
    "wagtailsnippets_venues_venue:delete",
    # Shows, and writes nothing.
    *(
        f"{LESSON}:{page}"
        for page in ("preview_on_add", "preview_on_edit", "collect_workflow_action_data", "revisions_revert")
    ),
    # A draft, kept every few seconds; what changed is written down when it is handed in (tests of lessons).
    f"{LESSON}:edit",
    *(
        f"{VENUE}:{verb}"
        for verb in ("add", "edit", "preview_on_add", "preview_on_edit", "revisions_revert", "revisions_unschedule")
    ),
    # Lead to acts of ours that write entries, with tests of their own: the reason is asked for, the review decides.
    "wagtailsnippets_lecturers_lecturer:add",
    "wagtailsnippets_lecturers_lecturer:edit",
    f"{VENUE}:unpublish",
    f"{VENUE}:workflow_action",
    f"{VENUE}:collect_workflow_action_data",
    f"{LESSON}:unpublish",
    f"{LESSON}:workflow_action",
    "wagtailsnippets_ledger_hourrule:add",
    "wagtailsnippets_ledger_hourrule:edit",
}
BULK: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("assets", "sitedocument", "add_tags", {"tags": "供电"}, "assets.tag_file"),
    ("assets", "sitedocument", "add_to_collection", {"collection": "{other}"}, "assets.change_file"),
    ("assets", "sitedocument", "delete", {}, "assets.delete_file"),
    ("assets", "siteimage", "add_tags", {"tags": "供电"}, "assets.tag_file"),
    ("assets", "siteimage", "add_to_collection", {"collection": "{other}"}, "assets.change_file"),
    ("assets", "siteimage", "delete", {}, "assets.delete_file"),
    ("taxonomy", "topic", "delete", {}, "taxonomy.delete_label"),
    ("taxonomy", "audience", "delete", {}, "taxonomy.delete_label"),
    ("taxonomy", "teachingmethod", "delete", {}, "taxonomy.delete_label"),
    ("accounts", "user", "assign_role", {"role": "{group}"}, "accounts.change_account"),
    ("accounts", "user", "set_active_state", {"mark_as_active": "False"}, "accounts.change_account"),
    ("accounts", "user", "delete", {}, "accounts.delete_account"),
    ("portal", "synonymset", "delete", {}, "portal.delete_synonyms"),
    ("lessons", "microlesson", "set_review_by", {"review_by": str(today() + timedelta(days=9))}, "lessons.set_review_by"),
    ("lessons", "microlesson", "unpublish", {"reason": "有了更新的版本"}, "lessons.unpublish"),
]  # fmt: skip
KEYS = {"sitedocument": "document", "siteimage": "image", "user": "person", "microlesson": "lesson"}
# Nobody deletes these; acts on pages are tried in the library's tests.
NO_BULK_ENTRY = {
    ("ledger", "hourrule"),
    ("lecturers", "lecturer"),
    ("venues", "region"),
    ("venues", "venue"),
    ("wagtailcore", "page"),
}


def addresses_that_write() -> set[str]:
    names = {name for name, route in addresses(get_resolver()) if route.startswith("admin/") and WRITING.match(name)}
    return {name for name in names if any(verb in name.rpartition(":")[2] for verb in VERBS)}


def post(world: World, path: str, form: dict[str, Any], *, by: str = "admin") -> list[str]:
    """Send the form and return the acts that it left in the log."""
    seen = AuditEntry.objects.count()
    body = {
        key.format(**world.keys): value() if callable(value) else value.format(**world.keys)
        for key, value in form.items()
    }
    answer = getattr(world, by).post(path, body)
    assert answer.status_code in {200, 302}
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)[seen:])


@pytest.mark.parametrize(("name", "key", "form", "act"), ACTS, ids=[row[0] for row in ACTS])
def test_every_act_on_the_admins_pages_leaves_one_entry(
    world: World, name: str, key: str, form: dict[str, Any], act: str
) -> None:
    path = reverse(name, args=[world.keys[key]] if key else [])
    assert post(world, path, form) == [act]


def test_every_address_that_writes_is_tried_or_named_with_the_reason_why_not() -> None:
    tried = {name for name, _key, _form, _act in ACTS} | OF_THEIR_OWN
    assert addresses_that_write() == tried | IN_TWO_STEPS | NO_ENTRY
    bulk_action_registry._scan_for_bulk_actions()  # Wagtail reads them at the first request
    known = {
        (app, model, act)
        for app, models in bulk_action_registry.actions.items()
        for model, acts in models.items()
        for act in acts
        if (app, model) not in NO_BULK_ENTRY
    }
    assert known == {row[:3] for row in BULK}


@pytest.mark.parametrize("row", BULK, ids=[f"{row[1]}-{row[2]}" for row in BULK])
def test_every_act_on_many_at_once_leaves_an_entry_for_each(world: World, row: tuple[str, str, str, Any, str]) -> None:
    app, model, name, form, act = row
    key = world.keys[KEYS.get(model, model)]
    by = "editor" if app == "lessons" else "admin"
    assert post(world, f"/admin/bulk/{app}/{model}/{name}/?id={key}", form, by=by) == [act]


@pytest.mark.parametrize(("room", "prefix", "kind"), list(MANY))
def test_each_of_many_files_is_written_down_when_it_is_added(world: World, room: str, prefix: str, kind: str) -> None:
    many, file = reverse(f"{room}:add_multiple"), MANY[room, prefix, kind]
    assert post(world, many, {"files[]": file, "collection": "{library}"}) == ["assets.add_file"]
    assert post(world, many, {"files[]": file, "collection": "{library}", "title": "长" * 256}) == []
    aside = UploadedFile.objects.get()
    form = {f"{prefix}-{aside.pk}-{name}": value for name, value in FILE.items()}
    second = reverse(f"{room}:create_multiple_from_uploaded_{kind}", args=[aside.pk])
    assert post(world, second, form) == ["assets.add_file"]


def last() -> tuple[str, dict[str, Any], dict[str, Any]]:
    entry = AuditEntry.objects.latest("pk")
    return entry.actor_name, entry.before, entry.after


def test_that_a_document_was_made_public_stands_in_the_log_with_what_it_was(world: World) -> None:
    form = FILE | {"title": world.document.title, "visibility": "public"}
    post(world, reverse("wagtaildocs:edit", args=[world.document.pk]), form)
    name = User.objects.get(is_superuser=True).name
    assert last() == (name, {"visibility": "private"}, {"visibility": "public"})


def test_of_a_new_file_the_log_tells_what_it_has_and_of_a_deleted_one_what_it_had(world: World) -> None:
    post(world, reverse("wagtaildocs:add"), FILE | {"file": text_file})
    new = SiteDocument.objects.latest("pk")
    told = {"title": "新标题", "file": new.file.name, "collection": "资源库", "visibility": "private"}
    assert last()[1:] == ({}, told)
    post(world, reverse("wagtaildocs:delete", args=[new.pk]), {})
    assert last()[1:] == (told, {})


def test_a_new_title_alone_says_nothing_of_the_rest_and_an_untouched_form_nothing_at_all(world: World) -> None:
    edit = reverse("wagtaildocs:edit", args=[world.document.pk])
    was = world.document.title
    post(world, edit, FILE)
    assert last()[1:] == ({"title": was}, {"title": "新标题"})
    assert post(world, edit, FILE) == []


def test_a_superuser_is_made_and_gets_a_password_with_a_trace_that_holds_no_password(world: World) -> None:
    person = world.person
    form = {
        "username": person.username,
        "name": person.name,
        "is_active": "on",
        "is_superuser": "on",
        "groups": "{group}",
        "password1": "Another-pass-2026",
        "password2": "Another-pass-2026",
    }
    acts = post(world, reverse("wagtailusers_users:edit", args=[person.pk]), form)
    assert acts == ["accounts.change_account", "accounts.change_account"]
    rows, of_groups = AuditEntry.objects.order_by("-pk")[1], AuditEntry.objects.latest("pk")
    assert (rows.before, rows.after) == ({"superuser": False}, {"superuser": True, "password": "changed"})
    assert (of_groups.before, of_groups.after) == ({"groups": []}, {"groups": ["审核员"]})
    assert rows.target_id == of_groups.target_id == str(person.pk)


def test_what_a_group_of_the_admin_may_do_is_given_and_taken_with_a_trace(world: World) -> None:
    empty = {f"{name}-{count}": "0" for name in FORMSETS for count in ("TOTAL_FORMS", "INITIAL_FORMS")}
    enter = Permission.objects.get(codename="access_admin")
    acts = post(world, reverse("wagtailusers_groups:add"), empty | {"name": "值班", "permissions": str(enter.pk)})
    assert acts == ["accounts.add_group", "accounts.give_permission"]
    assert last()[1:] == ({}, {"permission": enter.name})
    edit = reverse("wagtailusers_groups:edit", args=[Group.objects.get(name="值班").pk])
    assert post(world, edit, empty | {"name": "夜班"}) == ["accounts.change_group", "accounts.take_permission"]


def test_a_group_that_is_deleted_loses_what_it_may_do_with_a_trace(world: World) -> None:
    reviewers = Group.objects.get(name="审核员")
    acts = post(world, reverse("wagtailusers_groups:delete", args=[reviewers.pk]), {})
    given = ["accounts.take_permission"] * 2
    assert sorted(acts) == ["accounts.delete_group", *given]


def test_locking_and_unlocking_a_lesson_is_written_down_once(world: World) -> None:
    lock, unlock = (reverse(f"{LESSON}:{name}", args=[world.lesson.pk]) for name in ("lock", "unlock"))
    assert post(world, lock, {}, by="editor") == ["lessons.lock"]
    assert post(world, lock, {}, by="editor") == []
    assert post(world, unlock, {}, by="editor") == ["lessons.unlock"]
    assert last()[1:] == ({"locked": True}, {"locked": False})


def test_what_services_do_outside_the_admin_is_not_written_down_twice(world: World) -> None:
    seen = AuditEntry.objects.count()
    world.person.name = "改名"
    world.person.save()
    world.document.title = "新标题"
    world.document.save()
    world.topic.delete()
    assert AuditEntry.objects.count() == seen
