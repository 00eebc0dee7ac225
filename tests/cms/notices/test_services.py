import re
from datetime import timedelta

import pytest
from django.utils.translation import gettext_lazy

from cms.core.clock import now
from cms.notices.enums import AREAS, Area, Channel
from cms.notices.models import Delivery, MailSetting, Notice
from cms.notices.queries import unread_count
from cms.notices.services import forget_old_notices, mark_all_read, mark_read, mute_areas, notify
from tests.architecture.tree import ROOT
from tests.factories.accounts import UserFactory
from tests.factories.notices import NoticeFactory

pytestmark = pytest.mark.django_db
DUTIES = {
    *("accounts.code_issued", "accounts.password_set", "accounts.second_factor_reset"),
    *("booking.asked", "booking.concern", "booking.countered", "booking.deadline", "booking.ended"),
    *("courses.assigned", "courses.wish", "feedback.due", "feedback.reported", "hours.answered", "hours.disputed"),
    *("organisations.dispute", "organisations.dispute_answered", "organisations.transfer"),
    *("organisations.role_ended", "organisations.role_granted"),
    *("venues.visit_agreed", "venues.visit_given_back", "venues.visit_open_again", "venues.visit_shut"),
    *("review.corrected", "review.returned", "review.taken_down", "review.unpublished", "review.waiting"),
}


def test_everybody_named_gets_one_notice_even_when_named_twice() -> None:
    first, second = UserFactory.create_batch(2)
    notify([first, second, first], kind="review.returned", title="退回", body="请看说明", url="/lessons/1/edit/")
    assert list(Notice.objects.order_by("user_id").values_list("user_id", "title", "body", "url", "read_at")) == [
        (first.pk, "退回", "请看说明", "/lessons/1/edit/", None),
        (second.pk, "退回", "请看说明", "/lessons/1/edit/", None),
    ]


def test_a_notice_is_written_in_the_language_of_the_person() -> None:
    chinese, english = UserFactory(language=""), UserFactory(language="en")
    notify([chinese, english], kind="review.returned", title=gettext_lazy("Simplified Chinese"))
    assert chinese.notices.get().title == "简体中文"
    assert english.notices.get().title == "Simplified Chinese"


def test_a_sentence_given_as_a_function_is_said_in_each_language() -> None:
    english = UserFactory(language="en")
    notify([english], kind="review.returned", title=lambda: gettext_lazy("English") + " 1")
    assert english.notices.get().title == "English 1"


def test_a_deactivated_person_gets_nothing() -> None:
    assert notify([UserFactory(is_active=False)], kind="review.returned", title="退回") == []


def test_a_muted_area_stays_silent_and_what_must_be_told_is_told() -> None:
    user = UserFactory()
    mute_areas(user, ["lessons"])
    notify([user], kind="lessons.new", title="新课")
    notify([user], kind="review.returned", title="退回")
    assert list(user.notices.values_list("kind", flat=True)) == ["review.returned"]


def test_muting_again_replaces_the_choice() -> None:
    user = UserFactory()
    mute_areas(user, ["lessons", "progress"])
    mute_areas(user, ["progress"])
    assert list(user.muted_notice_areas.values_list("area", flat=True)) == ["progress"]


def test_a_title_that_is_too_long_is_cut_instead_of_refused() -> None:
    user = UserFactory()
    notify([user], kind="review.returned", title="长" * 500)
    assert user.notices.get().title == "长" * 200


def test_reading_counts_the_first_time() -> None:
    notice = NoticeFactory()
    mark_read(notice)
    first = Notice.objects.get().read_at
    mark_read(notice)
    assert Notice.objects.get().read_at == first
    assert unread_count(notice.user) == 0


def test_marking_all_leaves_other_people_alone() -> None:
    mine, others = NoticeFactory(), NoticeFactory()
    assert mark_all_read(mine.user) == 1
    assert unread_count(others.user) == 1


def test_notices_are_forgotten_after_a_year_as_promised() -> None:
    old, recent = NoticeFactory(created_at=now() - timedelta(days=366)), NoticeFactory()
    assert forget_old_notices() == 1
    assert list(Notice.objects.all()) == [recent]
    assert old.pk != recent.pk


def test_every_choice_mutes_a_notice_that_somebody_sends() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "cms").rglob("*.py") if "notices" not in path.parts)
    sent = set(re.findall(r'(?:\bkind=|KIND = )"([a-z_]+\.[a-z_]+)"', sources))

    assert set(AREAS) <= sent
    assert set(AREAS.values()) == set(Area) - {Area.DUTY}
    # What asks for something, says why something came back, or concerns account, data and hours: muted as e-mail only.
    assert sent - set(AREAS) == DUTIES


@pytest.mark.parametrize("kind", sorted(AREAS))
def test_each_area_is_left_out_of_e_mail_or_of_all_as_the_person_chose(kind: str) -> None:
    silent, unmailed = UserFactory(), UserFactory()
    mute_areas(silent, [AREAS[kind]])
    mute_areas(unmailed, [AREAS[kind]], channel=Channel.EMAIL)
    for person in (silent, unmailed):
        MailSetting.objects.create(user=person, address="a@weike.example", verified_at=now())
    notify([silent, unmailed], kind=kind, title="不必要")
    assert [silent.notices.count(), unmailed.notices.count(), Delivery.objects.count()] == [0, 1, 0]


@pytest.mark.parametrize(
    "kind", ["accounts.password_set", "review.returned", "review.taken_down", "review.waiting", "hours.answered"]
)
def test_what_must_be_told_cannot_be_muted(kind: str) -> None:
    user = UserFactory()
    mute_areas(user, Area.values)
    notify([user], kind=kind, title="必要")
    assert user.notices.count() == 1
