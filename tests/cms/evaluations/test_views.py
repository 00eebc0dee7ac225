from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.core.clock import today
from cms.core.logs import mask
from cms.evaluations import views
from cms.evaluations.models import BallotCode, Evaluation, Participation, Tally
from cms.evaluations.services import close_evaluation, print_codes
from tests.cms.evaluations.conftest import Branch
from tests.factories.evaluations import make_evaluation, vote
from tests.factories.lecturers import LecturerFactory

pytestmark = pytest.mark.django_db


def address(evaluation: Evaluation) -> str:
    return f"/evaluations/{evaluation.token}/"


def form_for(evaluation: Evaluation, grade: str = "good", **further: Any) -> dict[str, Any]:
    return {f"q{pk}": grade for pk in evaluation.questions.values_list("pk", flat=True)} | further


def waiting() -> int:
    return sum(Tally.objects.values_list("waiting", flat=True))


def test_a_listener_with_an_account_marks_and_is_thanked(client: Client, branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    client.force_login(branch.member)
    page = client.get(address(evaluation)).content.decode()
    assert ("陈师傅" in page, "安全生产微讲" in page, 'name="code"' in page) == (True, True, False)
    response = client.post(address(evaluation), form_for(evaluation))
    assert (response.status_code, response["Location"]) == (302, f"{address(evaluation)}?thanks=1")
    assert (waiting(), Participation.objects.get().user_id) == (2, branch.member.pk)
    assert "<form" not in client.get(address(evaluation)).content.decode().partition("<h1>")[2].partition("</main>")[0]


def test_a_visitor_needs_a_code(client: Client, branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    code = print_codes(evaluation, 1, actor=branch.secretary)[0]
    for given in ("", "ABCD 2345", "x" * 21, "a\x00b"):
        response = client.post(address(evaluation), form_for(evaluation, code=given))
        assert (response.status_code, waiting()) == (400, 0)
    assert client.post(address(evaluation), form_for(evaluation, code=code)).status_code == 302
    assert client.post(address(evaluation), form_for(evaluation, code=code)).status_code == 400
    assert (waiting(), Participation.objects.count()) == (2, 0)


def test_wrong_codes_stop_an_address_and_right_ones_do_not(
    client: Client, branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "WRONG_AN_HOUR", 2)
    evaluation = make_evaluation(branch.organisation)
    codes = print_codes(evaluation, 5, actor=branch.secretary)

    def typed(code: str) -> int:
        return client.post(address(evaluation), form_for(evaluation, code=code)).status_code

    assert [typed(code) for code in codes[:3]] == [302, 302, 302]
    assert [typed("ABCD 2345"), typed(codes[0]), typed("ABCD 2345"), typed(codes[3])] == [400, 400, 429, 429]
    client.force_login(branch.member)
    assert client.post(address(evaluation), form_for(evaluation)).status_code == 302


def test_a_slip_asks_for_no_remark_and_says_from_whom_it_hides_the_grades(client: Client, branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    page = client.get(address(evaluation)).content.decode()
    assert 'name="remark"' not in page
    assert "讲师和其他听众看不出是谁打的，但发纸条的人" in page
    client.force_login(branch.secretary)
    assert "对讲师和其他听众保密" in client.get(f"/workbench/evaluations/{evaluation.pk}/").content.decode()
    client.force_login(branch.member)
    assert 'name="remark"' in client.get(address(evaluation)).content.decode()


@pytest.mark.parametrize(
    "changes", [{"q": "good"}, {"grade": "ranking"}, {"remark": "长" * 501, "grade": "good"}, {"remark": "a\x00b"}]
)
def test_odd_input_gets_a_sentence_and_counts_nothing(client: Client, branch: Branch, changes: dict[str, str]) -> None:
    evaluation = make_evaluation(branch.organisation)
    client.force_login(branch.member)
    grade = changes.pop("grade", "")
    response = client.post(address(evaluation), (form_for(evaluation, grade) if grade else {}) | changes)
    assert (response.status_code, waiting(), Participation.objects.count()) == (400, 0, 0)


@pytest.mark.parametrize("token", ["x" * 22, "x" * 15, "x" * 44])
def test_an_unknown_address_opens_nothing(client: Client, branch: Branch, token: str) -> None:
    make_evaluation(branch.organisation)
    assert client.get(f"/evaluations/{token}/").status_code == 404


def test_a_closed_evaluation_says_so_and_takes_nothing(client: Client, branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    close_evaluation(evaluation, actor=None)
    client.force_login(branch.member)
    assert client.get(address(evaluation)).status_code == 200
    assert (client.post(address(evaluation), form_for(evaluation)).status_code, waiting()) == (409, 0)


def test_the_lecturer_reads_that_the_own_teaching_is_not_marked(client: Client, branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation, marked_person=branch.member)
    client.force_login(branch.member)
    assert "<form" not in client.get(address(evaluation)).content.decode().partition("<h1>")[2].partition("</main>")[0]
    assert (client.post(address(evaluation), form_for(evaluation)).status_code, waiting()) == (400, 0)


def test_the_secretary_shows_a_qr_code_and_sees_marks_from_five_on(client: Client, branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    client.force_login(branch.secretary)
    page = f"/workbench/evaluations/{evaluation.pk}/"
    vote(evaluation, *["good"] * 4)
    text = client.get(page).content.decode()
    assert (evaluation.token in text, "<svg" in text, 'class="marks"' in text) == (True, True, False)
    vote(evaluation, "good")
    assert client.get(page).content.decode().count('class="marks"') == 2


@pytest.mark.parametrize(
    ("people", "said"), [(0, "不到五人参加"), (4, "不到五人参加"), (5, "5 人参加"), (6, "6 人参加")]
)
def test_how_many_took_part_is_said_from_five_on(client: Client, branch: Branch, people: int, said: str) -> None:
    evaluation = make_evaluation(branch.organisation)
    vote(evaluation, *["good"] * people)
    client.force_login(branch.secretary)
    page = client.get(f"/workbench/evaluations/{evaluation.pk}/").content.decode()
    assert f"<span>{said}</span>" in page
    close_evaluation(evaluation, actor=None)
    assert f"<span>{said}</span>" in client.get(f"/workbench/evaluations/{evaluation.pk}/").content.decode()


@pytest.mark.parametrize("act", ["", "codes/", "close/"])
def test_another_branch_and_the_marked_person_find_nothing(client: Client, branch: Branch, act: str) -> None:
    evaluation = make_evaluation(branch.organisation, marked_person=branch.secretary)
    for person in (branch.stranger, branch.member, branch.secretary):
        client.force_login(person)
        send = client.post if act else client.get
        assert send(f"/workbench/evaluations/{evaluation.pk}/{act}", {"number": 1}).status_code == 404
    assert Evaluation.objects.get().status == "open"


@pytest.mark.parametrize("act", ["codes/", "close/"])
def test_acts_are_posted(client: Client, branch: Branch, act: str) -> None:
    client.force_login(branch.secretary)
    evaluation = make_evaluation(branch.organisation)
    assert client.get(f"/workbench/evaluations/{evaluation.pk}/{act}").status_code == 405


def test_slips_are_shown_once(client: Client, branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    client.force_login(branch.secretary)
    response = client.post(f"/workbench/evaluations/{evaluation.pk}/codes/", {"number": "3"})
    assert (response.status_code, response.content.decode().count("<li><span>")) == (200, 3)
    assert BallotCode.objects.count() == 3


@pytest.mark.parametrize("number", ["", "0", "-1", "101", "2001", "9" * 40, "x", "1e3", "\x00"])
def test_odd_numbers_of_slips_get_a_sentence(client: Client, branch: Branch, number: str) -> None:
    evaluation = make_evaluation(branch.organisation)
    client.force_login(branch.secretary)
    response = client.post(f"/workbench/evaluations/{evaluation.pk}/codes/", {"number": number})
    assert (response.status_code, BallotCode.objects.count()) == (400, 0)


def test_closing_twice_is_no_error(client: Client, branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    client.force_login(branch.secretary)
    for _time in range(2):
        assert client.post(f"/workbench/evaluations/{evaluation.pk}/close/").status_code == 302
    assert Evaluation.objects.get().status == "closed"


def test_remarks_are_read_once_it_is_closed(client: Client, branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    vote(evaluation, *["good"] * 5, remark="例子再多一些")
    client.force_login(branch.secretary)
    page = f"/workbench/evaluations/{evaluation.pk}/"
    assert "例子再多一些" not in client.get(page).content.decode()
    close_evaluation(evaluation, actor=None)
    assert "例子再多一些" in client.get(page).content.decode()


def test_the_list_asks_the_same_number_of_queries_for_one_and_three(
    client: Client, branch: Branch, django_assert_num_queries: Any
) -> None:
    client.force_login(branch.above)
    make_evaluation(branch.organisation)
    client.get("/workbench/evaluations/")
    with CaptureQueriesContext(connection) as counted:
        client.get("/workbench/evaluations/")
    for number in (2, 3):
        vote(make_evaluation(branch.other, number=number), *["good"] * 6)
    with django_assert_num_queries(len(counted.captured_queries)):
        page = client.get("/workbench/evaluations/")
    assert page.content.decode().count("<h2><a") == 3


def test_a_page_of_a_room_above_shows_the_marks_of_a_subject(branch: Branch) -> None:
    tag = Template('{% load evaluation_tags %}{% marks_of "teacher" 7 %}')
    assert 'class="marks"' not in tag.render(Context())
    vote(make_evaluation(branch.organisation), *["excellent"] * 5)
    assert 'class="marks"' in tag.render(Context())


def test_the_page_of_a_lecturer_shows_the_marks_from_five_on(client: Client, branch: Branch) -> None:
    lecturer = LecturerFactory(organisation=branch.organisation)
    evaluation = make_evaluation(branch.organisation, lecturer=lecturer.pk)
    client.force_login(branch.member)
    seen = []
    for number in (4, 1):
        vote(evaluation, *["excellent"] * number)
        seen.append('class="marks"' in client.get(f"/lecturers/{lecturer.pk}/").content.decode())
    assert seen == [False, True]


def test_the_address_of_a_form_stands_in_no_log() -> None:
    assert mask("/evaluations/abcdefghijklmnop/") == "/evaluations/…/"
    assert mask("/workbench/evaluations/12/") == "/workbench/evaluations/12/"


def test_the_last_day_still_takes_marks(client: Client, branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation, closes_on=today())
    client.force_login(branch.member)
    assert client.post(address(evaluation), form_for(evaluation)).status_code == 302
    Evaluation.objects.update(opened_on=today() - timedelta(days=2), closes_on=today() - timedelta(days=1))
    client.force_login(branch.stranger)
    assert client.post(address(evaluation), form_for(evaluation)).status_code == 409
