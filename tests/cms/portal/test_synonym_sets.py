"""Words that mean the same: what editors may write, what it changes at once, and what is shown before it is stored."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.accounts.models import AuditEntry
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.portal import models
from cms.portal.models import SynonymSet
from cms.portal.services import ensure_first_synonyms
from cms.portal.synonym_words import words_in
from cms.portal.synonyms import current_synonyms
from search.synonyms import own_synonyms
from tests.factories.accounts import UserFactory
from tests.factories.admin import in_admin
from tests.factories.lecturers import LecturerFactory
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory

pytestmark = pytest.mark.django_db
LIST, ADD = (reverse(f"wagtailsnippets_portal_synonymset:{name}") for name in ("list", "add"))
COMPARE = reverse("portal_synonyms_comparison")
NEW = {"words": "巡线\n线路巡视", "active": "on", "note": "供电支部两样都说"}
SignedIn = Callable[[Role], Client]


def edit_address(synonyms: SynonymSet, act: str = "edit") -> str:
    return reverse(f"wagtailsnippets_portal_synonymset:{act}", args=[synonyms.pk])


@pytest.fixture
def tree() -> Organisation:
    town: Organisation = OrganisationFactory(parent=None)
    return town


@pytest.fixture
def signed_in(tree: Organisation) -> SignedIn:
    """A browser of somebody with a duty for the whole tree."""

    def sign_in(role: Role) -> Client:
        person = UserFactory(second_factor=True)
        RoleAssignmentFactory(user=person, organisation=tree, role=role)
        return in_admin(person)

    return sign_in


@pytest.fixture
def lecturer() -> None:
    LecturerFactory(name="周砚秋", introduction="讲线路巡视")
    call_command("search_rebuild")


def found(client: Client, text: str, **query: str) -> list[str]:
    return [item["title"] for item in client.get("/api/v1/search", {"q": text, **query}).json()["items"]]


def test_the_sets_that_come_along_say_what_the_list_says() -> None:
    assert current_synonyms() == own_synonyms()


def test_they_are_written_once_and_keep_what_an_editor_made_of_them() -> None:
    kept = SynonymSet.objects.get(origin="微课")
    SynonymSet.objects.filter(pk=kept.pk).update(words="微课\n小课", active=False)
    SynonymSet.objects.filter(origin="竞赛").delete()

    assert [ensure_first_synonyms(), ensure_first_synonyms()] == [1, 0]

    kept.refresh_from_db()
    assert (kept.words, kept.active) == ("微课\n小课", False)
    with pytest.raises(IntegrityError), transaction.atomic():
        SynonymSet.objects.create(words="微课\n大课", origin="微课")


def test_a_set_holds_from_the_next_question_on_and_ends_with_it(
    signed_in: SignedIn, client: Client, lecturer: None
) -> None:
    editor = signed_in(Role.EDITOR)
    assert found(client, "巡线") == []

    assert editor.post(ADD, NEW).status_code == 302
    assert found(client, "巡线") == ["周砚秋"]
    assert found(client, "巡线", exact="1") == []

    stored = SynonymSet.objects.get(note=NEW["note"])
    assert editor.post(edit_address(stored), {**NEW, "active": ""}).status_code == 302
    assert found(client, "巡线") == []

    editor.post(edit_address(stored), NEW)
    assert found(client, "巡线") == ["周砚秋"]
    editor.post(edit_address(stored, "delete"))
    assert found(client, "巡线") == []


def test_while_nothing_changes_a_question_asks_for_the_state_alone() -> None:
    current_synonyms()
    with CaptureQueriesContext(connection) as queries:
        current_synonyms()
    assert len(queries) == 1


def test_the_log_says_who_changed_which_words(signed_in: SignedIn) -> None:
    editor = signed_in(Role.EDITOR)
    editor.post(ADD, NEW)
    stored = SynonymSet.objects.get(note=NEW["note"])
    editor.post(edit_address(stored), {**NEW, "words": "巡线\n巡视线路", "one_way": "on"})
    editor.post(edit_address(stored, "delete"))

    acts = AuditEntry.objects.filter(action__startswith="portal.").order_by("pk")
    assert [(act.action, act.before, act.after) for act in acts][1:2] == [
        (
            "portal.change_synonyms",
            {"words": "巡线 = 线路巡视", "one_way": False},
            {"words": "巡线 = 巡视线路", "one_way": True},
        )
    ]
    assert [act.action.partition(".")[2] for act in acts] == ["add_synonyms", "change_synonyms", "delete_synonyms"]


@pytest.mark.parametrize("act", ["", "bulk"])
def test_what_came_along_is_switched_off_and_not_deleted(signed_in: SignedIn, act: str) -> None:
    editor, own = signed_in(Role.EDITOR), SynonymSet.objects.get(origin="微课")
    address = f"/admin/bulk/portal/synonymset/delete/?id={own.pk}" if act else edit_address(own, "delete")
    editor.post(address)
    assert SynonymSet.objects.filter(pk=own.pk).exists()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR, Role.BRANCH_SECRETARY, Role.SECURITY_OFFICER])
def test_only_editors_write(signed_in: SignedIn, role: Role) -> None:
    other, stored = signed_in(role), SynonymSet.objects.get(origin="微课")
    other.post(ADD, NEW)
    other.post(edit_address(stored), NEW)
    other.post(edit_address(stored, "delete"))
    other.post(f"/admin/bulk/portal/synonymset/delete/?id={stored.pk}")
    answer = other.get(COMPARE, NEW)

    assert answer.status_code == 302
    assert not SynonymSet.objects.filter(note=NEW["note"]).exists()
    assert SynonymSet.objects.filter(origin="微课", words="微课\n微课程").exists()


def test_the_comparison_and_the_report_are_only_read(signed_in: SignedIn) -> None:
    editor, before = signed_in(Role.EDITOR), list(SynonymSet.objects.values_list("pk", "version"))
    for address in (COMPARE, reverse("portal_asked")):
        assert [editor.post(address, NEW).status_code, editor.put(address).status_code] == [405, 405]
    assert list(SynonymSet.objects.values_list("pk", "version")) == before


def test_a_set_of_the_platform_with_a_word_of_an_editor_is_not_put_into_use() -> None:
    SynonymSet.objects.filter(origin="微课").delete()
    SynonymSet.objects.create(words="微课\n小课")
    assert ensure_first_synonyms() == 1
    assert SynonymSet.objects.get(origin="微课").active is False


def test_too_many_sets_are_refused_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "MOST_SETS", 3)
    with pytest.raises(ValidationError) as refused:
        SynonymSet(words="巡线\n线路巡视").full_clean()
    assert refused.value.messages == ["使用中的已有 3 组，请先停用一些。"]


def test_editors_of_a_part_of_the_tree_read_and_do_not_write(tree: Organisation) -> None:
    person = UserFactory(second_factor=True)
    RoleAssignmentFactory(user=person, organisation=OrganisationFactory(parent=tree), role=Role.EDITOR)
    part = in_admin(person)

    assert "微课 = 微课程" in part.get(LIST).content.decode()
    part.post(ADD, NEW)
    assert not SynonymSet.objects.filter(note=NEW["note"]).exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("巡线\r\n线路巡视\n", ("巡线", "线路巡视")),
        ("巡线、线路巡视，查线", ("巡线", "线路巡视", "查线")),
        ("網絡=网络 = 互联网", ("網絡", "互联网")),
        (" \n、，", ()),
        ("巡线\t线路巡视", ("巡线", "线路巡视")),
        ("\u202e巡\u200b线\u2066\n\ufeff线路\u00ad巡视\x1b\x7f\n\u200f", ("巡线", "线路巡视")),
    ],
)
def test_words_are_read_as_editors_type_them(typed: str, words: tuple[str, ...]) -> None:
    assert words_in(typed) == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("巡线", "请至少写两个不同的词，一行一个。"),
        ("，，", "请至少写两个不同的词，一行一个。"),
        ("\n".join(f"词语{number}" for number in range(9)), "意思相同的词最多 8 个，请保留常用的。"),
        ("党\n党组织", "“党”只有一个字，很多词里都有它。"),
        ("巡线\n巡 线 路", "“巡 线 路”里只能有文字和数字，不能有空格和符号。"),
        ("巡线\n" + "长" * 40, f"“{'长' * 32}…”超过了 32 个字。"),
        ("党课\n讲课", "其中有词已在另一组里：党课 = 微党课。请合并到那一组。"),
    ],
)
def test_what_search_could_not_use_is_refused_with_a_sentence(words: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SynonymSet(words=words).full_clean()
    assert sentence in refused.value.messages


def test_a_word_that_is_only_looked_for_may_stand_in_several_sets() -> None:
    SynonymSet(words="讲座\n微党课", one_way=True).full_clean()
    SynonymSet(words="党课\n讲课", active=False).full_clean()


def sides(answer: Any) -> list[tuple[int, list[tuple[str, str]]]]:
    """Return of each side how many there are, and titles with what the other side has of them."""
    return [
        (side["total"], [(row["title"], row["state"]) for row in side["rows"]])
        for _label, side in answer.context["sides"]
    ]


def test_the_form_shows_what_the_words_would_change_and_stores_nothing(signed_in: SignedIn, lecturer: None) -> None:
    editor = signed_in(Role.EDITOR)
    assert "data-comparison=" in editor.get(ADD).content.decode()
    before = list(SynonymSet.objects.values_list("pk", "words", "version"))

    answer = editor.get(COMPARE, {**NEW, "q": "巡线"})
    assert sides(answer) == [(0, []), (1, [("周砚秋", "新出现")])]
    assert sides(editor.get(COMPARE, {**NEW, "q": "周砚秋"})) == [(1, [("周砚秋", "")]), (1, [("周砚秋", "")])]
    assert sides(editor.get(COMPARE, {**NEW, "active": ""})) == [(0, []), (0, [])]
    assert list(SynonymSet.objects.values_list("pk", "words", "version")) == before


def test_a_stored_set_is_compared_with_what_it_would_become(signed_in: SignedIn, lecturer: None) -> None:
    editor = signed_in(Role.EDITOR)
    editor.post(ADD, NEW)
    stored = SynonymSet.objects.get(note=NEW["note"])

    answer = editor.get(COMPARE, {"words": "巡线\n查线", "active": "on", "set": str(stored.pk), "q": "巡线"})
    assert sides(answer) == [(1, [("周砚秋", "将不再出现")]), (0, [])]


@pytest.mark.parametrize(
    "query",
    [
        {"words": ""},
        {"words": "党课、讲课", "active": "on"},
        {"words": "巡线、查线", "set": "x" * 40},
        {"words": "巡线、查线", "q": "课" * 10_000},
        {"words": "<i、查线"},
    ],
)
def test_odd_input_of_the_comparison_gets_a_sentence(signed_in: SignedIn, query: dict[str, str]) -> None:
    answer = signed_in(Role.EDITOR).get(COMPARE, query)
    assert (answer.status_code, "sides" in answer.context, len(answer.context["faults"])) == (200, False, 1)
    assert "<i、" not in answer.content.decode()
