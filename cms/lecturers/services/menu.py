"""The menu of a lecturer: lessons that can be ordered."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.errors import InvalidInput
from cms.lecturers.models import Lecturer, LessonOffer
from cms.lecturers.services.profile import note_change
from cms.taxonomy.models import Audience, TeachingMethod, Topic

MOST_OFFERS = 40


@transaction.atomic
def add_offer(
    lecturer: Lecturer,
    title: str,
    *,
    minutes: int,
    actor: User | None,
    digest: str = "",
    topics: Iterable[Topic] = (),
    audiences: Iterable[Audience] = (),
    methods: Iterable[TeachingMethod] = (),
    is_offered: bool = True,
) -> LessonOffer:
    """Put a lesson on the lecturer's menu, as the last.

    Raises InvalidInput for a menu that is full, ValidationError for a title or a length that cannot be.
    """
    count = LessonOffer.objects.filter(lecturer=lecturer).count()
    if count >= MOST_OFFERS:
        raise InvalidInput(_("The menu is full. Please change a lesson that is on it."))
    offer = LessonOffer(lecturer=lecturer, order=count)
    columns = {"title": title, "minutes": minutes, "digest": digest, "is_offered": is_offered}
    write(offer, topics=topics, audiences=audiences, methods=methods, **columns)
    record_act("lecturers.add_offer", actor=actor, target=lecturer, after={"title": title, "minutes": minutes})
    note_change(lecturer)
    return offer


@transaction.atomic
def change_offer(offer: LessonOffer, *, actor: User, **values: Any) -> LessonOffer:
    """Write a lesson of the menu anew; what was asked for keeps the topic and length that it had.

    Raises ValidationError for a title or a length that cannot be.
    """
    before = offer_shown(LessonOffer.objects.get(pk=offer.pk))
    write(offer, **values)
    after = offer_shown(offer)
    record_act("lecturers.change_offer", actor=actor, target=offer.lecturer, before=before, after=after)
    note_change(offer.lecturer)
    return offer


def write(
    offer: LessonOffer,
    *,
    topics: Iterable[Topic],
    audiences: Iterable[Audience],
    methods: Iterable[TeachingMethod],
    **columns: Any,
) -> None:
    """Store the columns, and then the labels, which need a stored row."""
    for name, value in columns.items():
        setattr(offer, name, value)
    offer.full_clean()
    offer.save()
    offer.topics = list(topics)
    offer.audiences = list(audiences)
    offer.methods = list(methods)
    offer.save()


def offer_shown(offer: LessonOffer) -> dict[str, Any]:
    """Return a lesson of the menu as it stands in the audit log."""
    return {"title": offer.title, "minutes": offer.minutes, "offered": offer.is_offered}
