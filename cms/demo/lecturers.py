"""The demonstration's pool of lecturers: 24 people with menus, terms and 90 days of free time; all through services."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from cms.accounts.models import User
from cms.assets.models import SiteImage
from cms.assets.services import add_image
from cms.core.clock import today
from cms.demo.names import make_names, phone_of
from cms.demo.people import MEMBERS, Tree, read_data
from cms.demo.portraits import draw_portrait
from cms.lecturers.enums import Approval, Mode, OverrideKind
from cms.lecturers.models import Lecturer
from cms.lecturers.services import (
    add_lecturer,
    add_offer,
    add_schedule,
    appoint,
    hold,
    set_days,
    set_lending_rule,
    show_lecturer,
    suspend,
)
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import Audience, TeachingMethod, Topic

PHONES_FROM = 5000
SHOWN_BELOW = 4  # every so many-th lecturer is lent within the county only
SECOND_SCHEDULE = timedelta(days=30)
STAR_MONTHS = 5


def make_lecturers(tree: Tree, people: Mapping[str, User]) -> list[Lecturer]:
    """Take the lecturers into the pool, with their hours, leave, menus and terms."""
    data = read_data("lecturers")
    ensure_directions(data["topics"])
    make_rules(tree, people["editor"])
    names = make_names(MEMBERS + len(data["lecturers"]))[MEMBERS:]
    made = []
    for position, row in enumerate(data["lecturers"]):
        account = people["lecturer"] if row.get("account") else None
        name = account.name if account else names[position]
        lecturer = take_in(row, name, position, tree, account=account, editor=people["editor"])
        give_time(lecturer, data["hours"][row["hours"]], position, people["editor"])
        give_standing(lecturer, row, people["editor"])
        made.append(lecturer)
    return made


def ensure_directions(rows: list[list[str]]) -> None:
    """Create the directions that no lesson has been made about yet."""
    order = Topic.objects.count()
    for number, (slug, name, english) in enumerate(rows):
        Topic.objects.get_or_create(slug=slug, defaults={"name": name, "name_en": english, "order": order + number})


def make_rules(tree: Tree, editor: User) -> None:
    """Let three organisations lend in three ways; everybody else's lecturers answer by themselves."""
    set_lending_rule(
        tree["education"],
        approval=Approval.ORGANISATION_FIRST,
        pending_occupies=False,
        answer_days=5,
        actor=editor,
    )
    set_lending_rule(
        tree["mine"], approval=Approval.LECTURER_FIRST, pending_occupies=True, answer_days=3, actor=editor
    )
    set_lending_rule(tree["hospital"], approval=Approval.LECTURER, pending_occupies=False, answer_days=3, actor=editor)


def take_in(
    row: dict[str, Any], name: str, position: int, tree: Tree, *, account: User | None, editor: User
) -> Lecturer:
    """Take one person into the pool and show the profile to everybody or within the county."""
    inside = position % SHOWN_BELOW == SHOWN_BELOW - 1
    portrait = make_portrait(name, editor) if account else None
    lecturer = add_lecturer(
        name,
        kind=row["kind"],
        organisation=tree[row["organisation"]],
        actor=editor,
        topics=Topic.objects.filter(slug__in=row["topics"]),
        user=account,
        **{mode.value: mode.value in row["modes"] for mode in Mode},
        **{field: row[field] for field in ("post", "introduction", "credentials", "region", "travel_km")},
        dialect="云岭话",
        home_place=str(tree[row["organisation"]]),
        contact_phone=phone_of(PHONES_FROM + position),
        cap_month=2 if row.get("star") else 4,
        visibility=Visibility.ORGANISATION if inside else Visibility.PUBLIC,
        visible_organisation=tree["yunling"] if inside else None,
        photo=portrait,
    )
    for offer in row["offers"]:
        audiences = Audience.objects.filter(slug__in=offer["audiences"])
        topics = Topic.objects.filter(slug__in=row["topics"])
        add_offer(
            lecturer,
            offer["title"],
            minutes=offer["minutes"],
            digest=offer["digest"],
            topics=topics,
            audiences=audiences,
            methods=TeachingMethod.objects.filter(slug__in=offer["methods"]),
            actor=editor,
        )
    show_lecturer(lecturer, actor=editor)
    return lecturer


def make_portrait(name: str, editor: User) -> SiteImage:
    """Store a drawn portrait."""
    return add_image(editor, data=draw_portrait(), name="portrait.png", title=f"{name}（演示画像）")


def give_time(lecturer: Lecturer, weekly: dict[str, Any], position: int, editor: User) -> None:
    """Give the lecturer two schedules that overlap by some weeks, a holiday and a few days of leave."""
    begins, change = today() - timedelta(days=200), today() + SECOND_SCHEDULE
    add_schedule(
        lecturer, name="平时", starts_on=begins, ends_on=change + timedelta(days=14), weekly=weekly, actor=editor
    )
    later = {**weekly, "sun": [["14:30", "17:00"]]}
    add_schedule(
        lecturer, name="农闲时", starts_on=change, ends_on=today() + timedelta(days=120), weekly=later, actor=editor
    )
    new_year = date(today().year + 1, 1, 1)
    set_days(lecturer, first=new_year, last=new_year, kind=OverrideKind.HOLIDAY, reason="元旦", actor=editor)
    leave = today() + timedelta(days=20 + position % 9)
    set_days(
        lecturer, first=leave, last=leave + timedelta(days=2), kind=OverrideKind.LEAVE, reason="家中有事", actor=editor
    )


def give_standing(lecturer: Lecturer, row: dict[str, Any], editor: User) -> None:
    """Appoint the lecturer; one is suspended, one's term is over, one has no time left."""
    begins = today() - timedelta(days=300)
    ends = today() - timedelta(days=20) if row.get("expired") else today() + timedelta(days=210)
    appoint(lecturer, starts_on=begins, ends_on=ends, actor=editor)
    if row.get("suspended"):
        suspend(lecturer, starts_on=today(), ends_on=None, reason="外出照顾家人，半年后再议。", actor=editor)
    if row.get("star"):
        fill_months(lecturer)


def fill_months(lecturer: Lecturer) -> None:
    """Promise as many lessons as the lecturer gives a month to a lecture tour, in each of the months ahead."""
    month = today().replace(day=1)
    for _number in range(STAR_MONTHS):
        for day in (27, 28):
            start = datetime.combine(month.replace(day=day), time(19), ZoneInfo(settings.TIME_ZONE))
            hold_for_tour(lecturer, start)
        month = (month + timedelta(days=32)).replace(day=1)


def hold_for_tour(lecturer: Lecturer, start: datetime) -> None:
    """Give an hour and a half away to the tour."""
    end = start + timedelta(minutes=90)
    buffer = timedelta(minutes=30)
    hold(
        lecturer,
        start=start,
        end=end,
        occupied_from=start - buffer,
        occupied_to=end + buffer,
        source_kind="tour",
        source_id=f"{start:%Y%m%d}",
    )
