"""Asking for a topic, answering, and making the list of lessons that a branch shows."""

from typing import Any
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.errors import InvalidInput, StaleState
from cms.courses.enums import WishStatus
from cms.courses.lifecycle import advance
from cms.courses.models import Playlist, PlaylistEntry, TopicWish
from cms.courses.queries.playlists import last_position, managed_organisations
from cms.lessons.models import MicroLesson
from cms.notices.services import notify
from cms.organisations.enums import MANAGING_ROLES
from cms.organisations.models import Organisation
from cms.organisations.queries import holders_of, home_organisation
from cms.taxonomy.queries import is_visible_to

MAX_ENTRIES = 50
MAX_OPEN_WISHES = 10
ASKED_ALREADY = gettext_lazy("You have asked for this topic already; the answer comes as a notice.")


@transaction.atomic
def ask_for_topic(user: User, text: str) -> TopicWish:
    """Ask the own branch for a topic, once while it waits for an answer, and tell those who keep its playlists.

    Raises InvalidInput without a text or a branch, for a topic of the person's that still waits, or with
    MAX_OPEN_WISHES of them.
    """
    words, home = " ".join(text.split()), home_organisation(user)
    if not words:
        raise refuse_wish(gettext_lazy("Please write what you would like to hear about."))
    if home is None:
        raise refuse_wish(gettext_lazy("You belong to no branch yet, so nobody could answer."))
    waiting = TopicWish.objects.filter(author=user, status=WishStatus.OPEN)
    if waiting.filter(text=words).exists():
        raise refuse_wish(ASKED_ALREADY)
    if waiting.count() >= MAX_OPEN_WISHES:
        raise refuse_wish(gettext_lazy("Ten of your topics still wait. Please wait for an answer, or take one back."))
    try:
        with transaction.atomic():
            wish = TopicWish.objects.create(author=user, organisation=home, text=words)
    except IntegrityError:
        raise refuse_wish(ASKED_ALREADY) from None
    keepers = {person for role in MANAGING_ROLES for person in holders_of(role, home)} - {user}
    notify(
        sorted(keepers, key=lambda person: person.pk),
        kind="courses.wish",
        title=lambda: _("Somebody in %(branch)s asks for a topic") % {"branch": home},
        body=words,
        url=reverse("courses:answer_wish", args=[wish.pk]),
    )
    return wish


def refuse_wish(sentence: Promise) -> InvalidInput:
    """Return the refusal with its sentence at the text."""
    return InvalidInput(sentence, fields={"text": [sentence]})


@transaction.atomic
def take_back_wish(wish: TopicWish) -> None:
    """Delete a topic that nobody answered yet. Raises StaleState when it was answered."""
    deleted, _rows = TopicWish.objects.filter(pk=wish.pk, status=WishStatus.OPEN).delete()
    if not deleted:
        raise StaleState(gettext_lazy("This was answered meanwhile; it stays in your list."), code="answered")


@transaction.atomic
def put_on_playlist(wish: TopicWish, playlist: Playlist, *, actor: User, answer: str = "") -> None:
    """Answer a topic with a playlist and tell who asked.

    Raises InvalidInput for a playlist that the asker could not open, StaleState when somebody answered before.
    """
    if not wish.organisation.path.startswith(playlist.organisation.path):
        sentence = gettext_lazy("This playlist belongs to another branch.")
        raise InvalidInput(sentence, fields={"playlist": [sentence]})
    advance(wish, WishStatus.TAKEN, actor=actor, reason=answer.strip(), playlist_id=playlist.pk)
    tell_asker(wish, reverse("courses:playlist", args=[playlist.pk]))


@transaction.atomic
def decline_wish(wish: TopicWish, *, actor: User, answer: str) -> None:
    """Answer a topic without a playlist, and tell who asked why.

    Raises InvalidInput without an answer, StaleState when somebody answered before.
    """
    if not answer.strip():
        sentence = gettext_lazy("Please write an answer.")
        raise InvalidInput(sentence, fields={"answer": [sentence]})
    advance(wish, WishStatus.DECLINED, actor=actor, reason=answer.strip())
    tell_asker(wish, reverse("courses:wishes"))


def tell_asker(wish: TopicWish, url: str) -> None:
    """Send the answer to the person who asked."""
    notify(
        [wish.author],
        kind="courses.wish_answered",
        title=lambda: _("Your branch answered your topic “%(text)s”") % {"text": wish.text},
        body=wish.answer,
        url=url,
    )


@transaction.atomic
def make_playlist(
    organisation: Organisation, *, title: str, note: str = "", actor: User, token: UUID | None = None
) -> Playlist:
    """Begin a playlist; a form with its token that is sent twice begins one.

    The same words in a form of their own are the same list while nothing is on it; other words in a form that was sent
    before are a list of their own. Raises PermissionDenied outside the person's duty, InvalidInput without a title.
    """
    if not managed_organisations(actor).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    words = {"organisation": organisation, "title": named(title), "note": note.strip(), "made_by": actor}
    key = uuid5(token, f"{actor.pk} {organisation.pk} {words['title']} {words['note']}") if token else uuid4()
    if token and (known := begun_before(key, words)):
        return known
    try:
        with transaction.atomic():
            playlist = Playlist.objects.create(**words, key=key)
    except IntegrityError:
        return Playlist.objects.get(key=key)
    record_act("courses.make_playlist", actor=actor, target=playlist)
    return playlist


def begun_before(key: UUID, words: dict[str, Any]) -> Playlist | None:
    """Return the list that this form began, or one of the same words on which nothing is yet."""
    empty = Playlist.objects.filter(**words, entries__isnull=True)
    return Playlist.objects.filter(key=key).first() or empty.first()


def named(title: str) -> str:
    """Return the title. Raises InvalidInput when it is empty."""
    words = title.strip()
    if not words:
        sentence = gettext_lazy("Please give the list a title.")
        raise InvalidInput(sentence, fields={"title": [sentence]})
    return words


@transaction.atomic
def rename_playlist(playlist: Playlist, *, title: str, note: str, actor: User) -> None:
    """Change title and note. Raises InvalidInput without a title."""
    before = {"title": playlist.title, "text": playlist.note}
    playlist.title, playlist.note = named(title), note.strip()
    after = {"title": playlist.title, "text": playlist.note}
    if after != before:
        playlist.save(update_fields=["title", "note"])
        record_act("courses.change_playlist", actor=actor, target=playlist, before=before, after=after)


@transaction.atomic
def add_to_playlist(playlist: Playlist, lesson: MicroLesson, *, actor: User) -> None:
    """Put a lesson at the end; one that is there already stays where it is.

    Raises InvalidInput for a lesson the person does not see, or beyond MAX_ENTRIES.
    """
    Playlist.objects.select_for_update(of=("self",)).get(pk=playlist.pk)
    if not lesson.live or lesson.taken_down_at is not None or not is_visible_to(lesson, actor):
        raise InvalidInput(gettext_lazy("This lesson is not shown at the moment."))
    if playlist.entries.count() >= MAX_ENTRIES:
        raise InvalidInput(_("At most %(count)s lessons on one list, please.") % {"count": MAX_ENTRIES})
    place = last_position(playlist) + 1
    try:
        with transaction.atomic():
            PlaylistEntry.objects.create(playlist=playlist, lesson=lesson, position=place)
    except IntegrityError:
        return
    record_act("courses.add_to_playlist", actor=actor, target=playlist, after={"lesson": str(lesson)})


@transaction.atomic
def remove_from_playlist(playlist: Playlist, entry_id: int, *, actor: User) -> None:
    """Take a lesson off the list; one that is gone already changes nothing."""
    entry = playlist.entries.select_related("lesson").filter(pk=entry_id).first()
    if entry is not None:
        entry.delete()
        record_act("courses.remove_from_playlist", actor=actor, target=playlist, before={"lesson": str(entry.lesson)})


@transaction.atomic
def move_in_playlist(playlist: Playlist, entry_id: int, *, steps: int) -> None:
    """Move a lesson up (negative) or down; beyond the ends it stays there."""
    Playlist.objects.select_for_update(of=("self",)).get(pk=playlist.pk)
    entries = list(playlist.entries.all())
    place = next((n for n, entry in enumerate(entries) if entry.pk == entry_id), None)
    if place is None:
        return
    entries.insert(min(max(place + steps, 0), len(entries) - 1), entries.pop(place))
    for position, entry in enumerate(entries, start=1):
        entry.position = position
    PlaylistEntry.objects.bulk_update(entries, ["position"])


@transaction.atomic
def delete_playlist(playlist: Playlist, *, actor: User) -> None:
    """Delete a playlist; what was asked for keeps its answer."""
    record_act("courses.delete_playlist", actor=actor, target=playlist, before={"title": playlist.title})
    playlist.delete()
