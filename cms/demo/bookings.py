"""The demonstration's forty requests for lecturers in every state, on the days of their own stories; all through services."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from cms.accounts.models import User
from cms.booking.enums import BookingStatus
from cms.booking.models import BookingRequest
from cms.booking.services import (
    Order,
    accept,
    cancel,
    counter,
    decline,
    deliver,
    expire_due,
    name_catch_up,
    request_booking,
    say,
)
from cms.booking.services.telling import people_of
from cms.core.clock import today
from cms.courses.models import Playlist
from cms.demo.calendar import days_ago, living_at
from cms.demo.people import Tree
from cms.lecturers.models import Lecturer
from cms.lecturers.queries import free_slots
from cms.lecturers.services import suspend
from cms.organisations.enums import OrganisationKind
from cms.organisations.models import Organisation
from cms.organisations.queries import home_organisation, keepers_of
from cms.venues.models import Venue
from cms.venues.services import shut_words

NOTES = (
    "老人较多，请讲慢一点。",
    "想多听身边的例子。",
    "有投影和话筒。",
    "下班后的场次，中间不休息。",
    "希望留十分钟提问。",
)
SEARCHED = timedelta(days=45)
HOME = "qingshui-4"  # the branch of the demonstration's secretary
DAY = timedelta(days=1)


@dataclass
class Office:
    """Whom the stories are about: lecturers and branches in turn."""

    tree: Tree
    lecturers: list[Lecturer]
    star: Lecturer
    school: Venue | None  # where the demonstration's own branch learns, once places are made
    made: list[BookingRequest] = field(default_factory=list)

    def branch(self, code: str = "") -> Organisation:
        """Return the branch with the code, or the next in turn."""
        if code:
            return self.tree[code]
        branches = [node for node in self.tree.values() if node.kind == OrganisationKind.BRANCH]
        return branches[len(self.made) * 5 % len(branches)]

    def asked(
        self,
        days: float,
        *,
        lecturer: Lecturer | None = None,
        branch: str = "",
        ahead: int = 4,
        venue: Venue | None = None,
    ) -> BookingRequest:
        """Let a branch ask, so many days ago, for the first free time at least `ahead` days later, at a place if one is named.

        Without a lecturer the next in turn who has time is asked.
        """
        organisation = self.branch(branch)
        with living_at(days_ago(days)):
            person, start = next(self.free(lecturer, ahead, venue))
            offer = person.offers.order_by("order", "pk")[len(self.made) % person.offers.count()]
            number = len(self.made)
            order = Order(
                lecturer=person,
                organisation=organisation,
                topic=offer.title,
                offer=offer,
                mode=person.modes[0],
                starts_at=start,
                ends_at=start + timedelta(minutes=offer.minutes),
                heads=18 + number * 7 % 40,
                venue=venue,
                place="" if venue else f"{organisation}活动室",
                note=NOTES[number % len(NOTES)],
            )
            made = request_booking(order, by=keepers_of(organisation)[0], key=f"demo-{number}")
        self.made.append(made)
        return made

    def free(self, lecturer: Lecturer | None, ahead: int, venue: Venue | None) -> Iterator[tuple[Lecturer, datetime]]:
        """Yield who can be asked and when, as things stand on the day one lives in."""
        first = today() + timedelta(days=ahead)
        turn = len(self.made) * 3
        people = [lecturer] if lecturer else [*self.lecturers[turn % len(self.lecturers) :], *self.lecturers]
        for person in people:
            # The longest lesson of the menu fits, whichever is asked for.
            longest = max(person.offers.values_list("minutes", flat=True))
            slots = free_slots(person, first, first + SEARCHED, longest)
            fitting = [slot for slot in slots if venue is None or not shut_words(venue, slot.start, slot.end)]
            yield from ((person, slot.start) for slot in fitting[:1])


def make_bookings(tree: Tree) -> list[BookingRequest]:
    """Make the requests of three months: lessons held, what is agreed, what waits, what came to nothing."""
    people = list(Lecturer.objects.filter(live=True, offers__isnull=False).distinct().order_by("pk"))
    star = next(person for person in people if person.user_id is not None)
    school = Venue.objects.filter(organisation=tree[HOME], live=True, capacity__isnull=False).order_by("pk").first()
    office = Office(tree, [person for person in people if person != star], star, school)
    for story in (held, agreed, come_to_nothing, waiting, befallen):
        story(office)
    return office.made


def say_yes(booking: BookingRequest, days: float) -> BookingRequest:
    """Let everybody whose yes is needed say it, so many days ago."""
    with living_at(days_ago(days)):
        row = BookingRequest.objects.get(pk=booking.pk)
        while row.is_open:
            row = accept(row, actor=speaker(row))
    return row


def speaker(booking: BookingRequest) -> User:
    """Return who answers at present."""
    return people_of(booking.awaits, BookingRequest.objects.get(pk=booking.pk))[0]


def held(office: Office) -> None:
    """Fourteen lessons of the past weeks, recorded on the evening they were held, the first in a school; one more waits for it."""
    for number in range(14):
        days = 85 - number * 5
        lecturer = office.star if number % 5 == 0 else None
        venue = office.school if number == 0 else None
        branch = HOME if number % 4 == 0 else ""
        booking = say_yes(office.asked(days, lecturer=lecturer, branch=branch, ahead=3, venue=venue), days - 1)
        with living_at(booking.ends_at + timedelta(minutes=40)):
            deliver(booking, actor=booking.requester, heads=max(booking.heads - 3, 8), minutes=booking.minutes)
    # Asked and agreed, over since, and nobody has written it down yet.
    say_yes(office.asked(10, branch=HOME, ahead=3), 9)


def make_catch_up(secretary: User) -> None:
    """Name the branch's playlist for those who missed the latest lesson that was held there."""
    playlist = Playlist.objects.filter(organisation=home_organisation(secretary)).latest("pk")
    recorded = BookingRequest.objects.filter(organisation=playlist.organisation, status=BookingStatus.DELIVERED)
    name_catch_up(recorded.latest("starts_at"), actor=secretary, playlist=playlist)


def agreed(office: Office) -> None:
    """Six lessons to come, two of them of the demonstration's own lecturer, one for the own branch."""
    for number in range(6):
        own = number < 2  # noqa: PLR2004  # as the sentence above says
        lecturer = office.star if own else None
        say_yes(office.asked(2 + number, lecturer=lecturer, branch=HOME if number == 0 else "", ahead=6 + number), 1)


def come_to_nothing(office: Office) -> None:
    """Four that were declined, three called off (one of them late), three that nobody answered."""
    for number in range(4):
        booking = office.asked(40 - number * 9, ahead=5)
        with living_at(days_ago(39 - number * 9)):
            decline(booking, actor=speaker(booking), reason="这一周外出进修，下个月可以再约。")
    for number, hours in enumerate((72, 30, 3)):
        booking = say_yes(office.asked(30 - number * 8, ahead=4), 29 - number * 8)
        with living_at(booking.starts_at - timedelta(hours=hours)):
            by = booking.requester if number else people_of("lecturer", booking)[0]
            cancel(booking, actor=by, reason="临时有抢险任务，改期再约。" if number else "身体不适，抱歉。")
    for number in range(3):
        booking = office.asked(20 - number * 4, ahead=7)
        with living_at(booking.answer_by + timedelta(minutes=5)):
            expire_due()


def waiting(office: Office) -> None:
    """Eight that wait: for the lecturer, for the organisation, for the branch, and two branches for the same hours."""
    talked_over(office)
    office.asked(1, lecturer=office.star, branch="luoyan-4", ahead=12)
    proposed_by_lecturer(office)
    for number in range(3):
        office.asked(1 + number / 2, ahead=9 + number)
    for branch in ("songlin-1", "songlin-4"):
        office.asked(0.5, lecturer=office.lecturers[1], branch=branch, ahead=15)


def talked_over(office: Office) -> None:
    """The branch asks, the lecturer writes and proposes another time, the branch yet another: the lecturer answers next."""
    booking = office.asked(3, lecturer=office.star, branch=HOME, ahead=8)
    with living_at(days_ago(2.8)):
        say(booking, actor=speaker(booking), text="需要能躺人的垫子两张，模型我带。")
    move(office, booking, 2.5, "那天值夜班，换一天可以吗？")
    move(office, booking, 0.2, "那天活动室要做疫苗接种，这一天整间都空着，桌椅可以先摆好。")


def proposed_by_lecturer(office: Office) -> None:
    """A lecturer proposes another time, and the branch of the demonstration's secretary answers next."""
    booking = office.asked(2, lecturer=office.lecturers[4], branch=HOME, ahead=9)
    move(office, booking, 1.5, "这一天单位开会，后面这个时间可以。")


def move(office: Office, booking: BookingRequest, days: float, reason: str) -> None:
    """Let whoever is asked propose a later time that is free."""
    with living_at(days_ago(days)):
        row = BookingRequest.objects.get(pk=booking.pk)
        first = timezone.localtime(row.starts_at).date() + DAY
        later = free_slots(row.lecturer, first, first + SEARCHED, row.minutes)[0]
        counter(row, starts_at=later.start, actor=speaker(row), reason=reason)


def befallen(office: Office) -> None:
    """An agreed lesson whose lecturer is away on that day after all: somebody has to decide."""
    booking = say_yes(office.asked(6, branch=HOME, ahead=14), 5)
    day = timezone.localtime(booking.starts_at).date()
    editor = User.objects.get(username="demo-editor")
    suspend(booking.lecturer, starts_on=day, ends_on=day, reason="当天参加县里统一演练。", actor=editor)
