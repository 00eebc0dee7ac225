"""Which lecturers there are, for whom, and who has time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from cms.accounts.models import User
from cms.assets.models import SiteImage
from cms.core.clock import today
from cms.lecturers.enums import LecturerKind, Mode
from cms.lecturers.models import AppointmentTerm, Lecturer, LessonOffer, Suspension
from cms.lecturers.queries.availability import Calendar, calendars_of
from cms.lecturers.slots import Slot
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import Organisation
from cms.organisations.queries import below, standing_of
from cms.taxonomy.models import TeachingMethod, Topic
from cms.taxonomy.queries import visible_q

KEEPERS = (Role.EDITOR, Role.BRANCH_SECRETARY, Role.BRANCH_ADMIN)
USUAL_MINUTES = 90
# The square that a card shows, as Wagtail names it; pages name the same.
PHOTO = "fill-160x160|format-jpeg"
# So long a time may be asked for: the work grows with it, and anybody may ask.
LONGEST_WISH = timedelta(days=31)
# So far ahead the next free time is looked for on a list; a lecturer's page shows every week of the horizon.
NEXT_FREE = timedelta(days=21)


@dataclass(frozen=True)
class Wish:
    """What somebody looks for; empty texts ask for nothing. A lesson must fit between `free_from` and `free_to`."""

    topic: str = ""
    kind: str = ""
    region: str = ""
    mode: str = ""
    method: str = ""
    free_from: datetime | None = None
    free_to: datetime | None = None

    @property
    def minutes(self) -> int:
        """Return the length that must fit: the usual one, or all of a shorter span."""
        if self.free_from is None or self.free_to is None:
            return USUAL_MINUTES
        return max(1, min(USUAL_MINUTES, int((self.free_to - self.free_from).total_seconds()) // 60))


def shown_lecturers(user: User | AnonymousUser) -> QuerySet[Lecturer]:
    """Return the lecturers that are shown to the person, whether they can be asked at present or not."""
    return Lecturer.objects.filter(visible_q(user), live=True)


def kept_lecturers(user: User | AnonymousUser) -> QuerySet[Lecturer]:
    """Return the person's own profile and those of the organisations that the person looks after."""
    if not isinstance(user, User):
        return Lecturer.objects.none()
    return Lecturer.objects.filter(Q(user=user) | below(standing_of(user).paths_of(*KEEPERS), "organisation__"))


def is_lecturer(user: User | AnonymousUser) -> bool:
    """Return whether the person has a place in the pool, and so a schedule of the own."""
    return isinstance(user, User) and Lecturer.objects.filter(user=user).exists()


def lecturers_on_duty(user: User) -> QuerySet[Lecturer]:
    """Return the lecturers whose standing the person decides: those of the own organisations, never the person."""
    kept = Lecturer.objects.filter(below(standing_of(user).paths_of(*KEEPERS), "organisation__"))
    return kept.exclude(user=user).select_related("organisation", "user").order_by("name", "pk")


def borrowers() -> QuerySet[Organisation]:
    """Return the organisations that can be named when lecturers are lent to some only: those above branches."""
    small = (OrganisationKind.BRANCH, OrganisationKind.GROUP)
    found: QuerySet[Organisation] = Organisation.objects.filter(is_active=True).exclude(kind__in=small)
    return found.order_by("path")


def in_service(lecturers: QuerySet[Lecturer], day: date) -> QuerySet[Lecturer]:
    """Return those with a term in force on the day, no suspension, and an organisation that is not closed."""
    open_ended = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    term = AppointmentTerm.objects.filter(open_ended, lecturer=OuterRef("pk"), starts_on__lte=day)
    suspension = Suspension.objects.filter(open_ended, lecturer=OuterRef("pk"), starts_on__lte=day)
    return lecturers.filter(Exists(term), ~Exists(suspension), organisation__is_active=True)


def directory(user: User | AnonymousUser, wish: Wish) -> QuerySet[Lecturer]:
    """Return the lecturers of the pool who can be asked, narrowed by everything of the wish but the time."""
    found = in_service(shown_lecturers(user), today())
    if wish.topic:
        found = found.filter(topics__slug=wish.topic)
    if wish.kind in LecturerKind.values:
        found = found.filter(kind=wish.kind)
    if wish.region:
        found = found.filter(region=wish.region)
    if wish.mode in Mode.values:
        found = found.filter(**{wish.mode: True})
    if wish.method:
        taught = LessonOffer.objects.filter(lecturer=OuterRef("pk"), is_offered=True, methods__slug=wish.method)
        found = found.filter(Exists(taught))
    return found.order_by("name", "pk")


def for_cards(lecturers: QuerySet[Lecturer]) -> QuerySet[Lecturer]:
    """Add all that a card shows, so that a list has a constant number of queries."""
    topics = Prefetch("topics", queryset=Topic.objects.order_by("order", "pk"), to_attr="directions")
    pictures = SiteImage.objects.select_related("visible_organisation").prefetch_renditions(PHOTO)
    return lecturers.select_related("organisation").prefetch_related(topics, Prefetch("photo", queryset=pictures))


def find(user: User | AnonymousUser, wish: Wish) -> list[Lecturer]:
    """Return the lecturers who fit the wish, those among them who have time then if it names a time."""
    found = list(for_cards(directory(user, wish)))
    if wish.free_from is None or wish.free_to is None:
        return found
    return free_between(found, wish.free_from, wish.free_to, wish.minutes)


def free_among(
    user: User | AnonymousUser, keys: Iterable[int], free_from: datetime, free_to: datetime
) -> dict[int, Slot]:
    """Return the first time of each of the lecturers that fits between the two instants, as things stand now, by key.

    Without those who have none or cannot be asked. Six queries for any number; nothing that cards show is read.
    """
    wish = Wish(free_from=free_from, free_to=free_to)
    found = directory(user, wish).filter(pk__in=list(keys)).select_related("organisation")
    return first_between(found, free_from, free_to, wish.minutes)


def next_free_among(user: User | AnonymousUser, keys: Iterable[int]) -> dict[int, Slot | None]:
    """Return the first free time in the weeks to come of those of the lecturers who can be asked, by key."""
    return next_free(directory(user, Wish()).filter(pk__in=list(keys)).select_related("organisation"))


def free_between(
    lecturers: Iterable[Lecturer], free_from: datetime, free_to: datetime, minutes: int
) -> list[Lecturer]:
    """Return those for whom a lesson of so many minutes fits between the two instants, as things stand now."""
    known = list(lecturers)
    fitting = first_between(known, free_from, free_to, minutes)
    return [lecturer for lecturer in known if lecturer.pk in fitting]


def first_between(
    lecturers: Iterable[Lecturer], free_from: datetime, free_to: datetime, minutes: int
) -> dict[int, Slot]:
    """Return the first time of each lecturer that fits between the two instants, by key; without those who have none."""
    # A lecturer's zone may be a day ahead or behind.
    first, last = (
        timezone.localdate(free_from) - timedelta(days=1),
        timezone.localdate(free_to) + timedelta(days=1),
    )

    def fitting(calendar: Calendar) -> Slot | None:
        slots = calendar.each_slot(first, last, minutes)
        return next((slot for slot in slots if slot.start >= free_from and slot.end <= free_to), None)

    slots = {key: fitting(calendar) for key, calendar in calendars_of(lecturers, first, last).items()}
    return {key: slot for key, slot in slots.items() if slot is not None}


def next_free(lecturers: Iterable[Lecturer]) -> dict[int, Slot | None]:
    """Return the first free time of each lecturer in the weeks to come, by key."""
    first = today()
    last = first + NEXT_FREE
    return {
        key: next(calendar.each_slot(first, last, USUAL_MINUTES), None)
        for key, calendar in calendars_of(lecturers, first, last).items()
    }


def regions_of(user: User | AnonymousUser) -> list[str]:
    """Return the regions from which lecturers come that the person can ask."""
    found = in_service(shown_lecturers(user), today()).exclude(region="").order_by("region")
    return list(found.values_list("region", flat=True).distinct())


def topics_of(user: User | AnonymousUser) -> list[Topic]:
    """Return the directions of the lecturers that the person can ask, in their order."""
    found = in_service(shown_lecturers(user), today())
    return list(Topic.objects.filter(lecturers__in=found).distinct().order_by("order", "pk"))


def methods_of(user: User | AnonymousUser) -> list[TeachingMethod]:
    """Return how lessons are taught that the person can ask for, in their order."""
    offered = LessonOffer.objects.filter(is_offered=True, lecturer__in=in_service(shown_lecturers(user), today()))
    return list(TeachingMethod.objects.filter(offers__in=offered).distinct().order_by("order", "pk"))


def menu_of(lecturer: Lecturer) -> list[LessonOffer]:
    """Return what is offered of the lecturer's menu, with audiences."""
    return [offer for offer in whole_menu_of(lecturer) if offer.is_offered]


def whole_menu_of(lecturer: Lecturer) -> list[LessonOffer]:
    """Return the lecturer's menu with its labels, also what is not offered at present."""
    offers: QuerySet[LessonOffer] = LessonOffer.objects.filter(lecturer=lecturer)
    return list(offers.prefetch_related("audiences", "topics", "methods").order_by("order", "pk"))


def term_of(lecturer: Lecturer, day: date) -> AppointmentTerm | None:
    """Return the term that is in force on the day, the one that goes on longest."""
    open_ended = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    found = AppointmentTerm.objects.filter(open_ended, lecturer=lecturer, starts_on__lte=day)
    return max(found, key=lambda term: term.ends_on or date.max, default=None)


def personal_profile(user: User) -> Iterable[dict[str, Any]]:
    """Return what is stored about the person as a lecturer, for "my data"."""
    for lecturer in Lecturer.objects.filter(user=user).select_related("organisation"):
        yield {
            "name": lecturer.name,
            "organisation": str(lecturer.organisation),
            "kind": str(lecturer.get_kind_display()),
            "introduction": lecturer.introduction,
            "phone": lecturer.contact_phone,
            "email": lecturer.contact_email,
        }
        for override in lecturer.overrides.all():
            day = override.day.isoformat()
            yield {"from": day, "to": day, "what": str(override.get_kind_display()), "text": override.reason}
        for suspension in lecturer.suspensions.all():
            yield {
                "from": suspension.starts_on.isoformat(),
                "to": suspension.ends_on.isoformat() if suspension.ends_on else "",
                "what": str(suspension._meta.verbose_name),
                "text": suspension.reason,
            }
