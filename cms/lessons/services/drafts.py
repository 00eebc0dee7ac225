"""Beginning a lesson and saving what the author types. Everything goes into a revision; shown rows stay as they are."""

import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.core.errors import InvalidInput, StaleState
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import may_discard, may_edit
from cms.lessons.queries import unused_documents
from cms.organisations.models import Organisation
from cms.organisations.queries import home_organisation
from cms.taxonomy.enums import Visibility
from cms.videos.models import Upload, Video
from cms.videos.services import hold_video

DRAFT_FIELDS = frozenset(
    {
        "title", "template", "work_type", "prompt_resource", "prompt_topic", "prompt_audience", "prompt_language",
        "show", "do", "realize", "speech", "digest", "series", "speaker", "speaker_name", "unit", "producer",
        "people", "minors", "no_secrets", "rights_clear", "visibility", "visible_organisation", "video",
    }
)  # fmt: skip  # one name a line would hide how they belong together
DRAFT_LISTS = frozenset({"topics", "audiences"})


@transaction.atomic
def start_lesson(
    author: User,
    *,
    upload: Upload | None = None,
    video: Video | None = None,
    title: str = "",
    key: uuid.UUID | None = None,
) -> MicroLesson:
    """Begin a lesson of the author's present organisation; the same `key` gives the same lesson again.

    Raises InvalidInput when the person belongs to no organisation, StaleState when the video was just deleted.
    """
    if key is not None and (begun := MicroLesson.objects.filter(draft_key=key, author=author).first()):
        return begun
    organisation = home_organisation(author)
    if organisation is None:
        raise InvalidInput(
            _(
                "You do not belong to a branch here yet. Please ask your branch secretary to add you; then you can begin."
            ),
            code="no_organisation",
        )
    if key is not None and MicroLesson.objects.filter(draft_key=key).exclude(author=author).exists():
        # Somebody else's key: guessed or copied. It opens nothing.
        key = None
    try:
        with transaction.atomic():
            return begin(author, organisation, upload=upload, video=video, title=title, key=key)
    except IntegrityError:
        # Two autosaves with one new key at the same moment: the constraint let one through, and both go on with that.
        begun = MicroLesson.objects.filter(draft_key=key, author=author).first() if key else None
        if begun is None:
            raise
        return begun


def begin(
    author: User,
    organisation: Organisation,
    *,
    upload: Upload | None,
    video: Video | None,
    title: str,
    key: uuid.UUID | None,
) -> MicroLesson:
    """Write the row and its first revision.

    Raises IntegrityError when the key began a lesson already, StaleState when the video is gone.
    """
    taken = video.pk if video else upload.video_id if upload else None
    require_video(taken)
    lesson = MicroLesson(
        author=author,
        organisation=organisation,
        title=title,
        upload=upload,
        video_id=taken,
        draft_key=key,
        live=False,
        visibility=Visibility.PUBLIC,
    )
    lesson.save()
    lesson.save_revision(user=author)
    return lesson


def locked_row(lesson: MicroLesson) -> MicroLesson:
    """Return the row as it is now, held until the transaction ends."""
    rows = MicroLesson.objects.select_for_update(of=("self",)).select_related("latest_revision")
    return rows.get(pk=lesson.pk)


def hold_lessons(video_id: int) -> None:
    """Hold the rows of all lessons that use or wait for the video until the transaction ends.

    Lessons come before their videos, and of several the lower key first (see `videos.events.VideoChanging`).
    """
    waits = Q(upload__video=video_id)
    uses = Q(video=video_id) | Q(shown_video=video_id) | Q(latest_revision__content__video=video_id)
    rows = MicroLesson.objects.filter(waits | uses).select_for_update(of=("self",))
    list(rows.order_by("pk").values_list("pk", flat=True))


def require_video(video_id: int | None) -> None:
    """Hold the video that a lesson takes until the transaction ends: whoever deletes it waits, and finds it in use.

    Raises StaleState when it was deleted meanwhile.
    """
    if video_id is not None and not hold_video(video_id):
        raise StaleState(_("This video was just deleted."), code="video_gone")


def editable_row(lesson: MicroLesson, *, actor: User) -> MicroLesson:
    """Return the held row if the person may work on it now.

    Raises PermissionDenied for others than the author, StaleState while it is in review or taken down.
    """
    row = locked_row(lesson)
    require_editable(row, actor=actor)
    return row


def require_editable(lesson: MicroLesson, *, actor: User) -> None:
    """Raise PermissionDenied for others than the author, StaleState while it is in review or taken down."""
    if lesson.author_id != actor.pk:
        raise PermissionDenied
    if not may_edit(lesson, actor):
        raise StaleState(
            _("This lesson is being reviewed or was taken down, so it cannot be changed now."), code="not_editable"
        )


@transaction.atomic
def revise(lesson: MicroLesson, change: Callable[[MicroLesson], object], *, actor: User) -> MicroLesson:
    """Apply a change to the author's newest draft and keep it as a revision; return the draft.

    A lesson that was never shown also keeps its rows in step, so that lists show its title.
    Raises what `editable_row` raises, StaleState when a video it takes is gone, and InvalidInput when the result is
    not allowed (nothing is saved then).
    """
    row = editable_row(lesson, actor=actor)
    draft: MicroLesson = row.get_latest_revision_as_object()
    had = draft.video_id
    change(draft)
    adopt(draft, row)
    if draft.video_id != had:
        require_video(draft.video_id)
    try:
        draft.full_clean()
        if row.first_published_at is None:
            draft.save()
        draft.save_revision(user=actor, clean=False)
    except ValidationError as error:
        raise InvalidInput(_("Some values cannot be used."), fields=error.message_dict) from error
    return draft


def save_draft(lesson: MicroLesson, data: Mapping[str, Any], *, actor: User) -> MicroLesson:
    """Save what was typed: names of DRAFT_FIELDS and DRAFT_LISTS; the rest keeps its value. See `revise`."""
    unknown = set(data) - DRAFT_FIELDS - DRAFT_LISTS - {"upload"}
    if unknown:
        raise InvalidInput(_("Some values cannot be used."), fields={name: [_("Unknown field.")] for name in unknown})
    if "upload" in data and data["upload"] is not None:
        use_upload(lesson, data["upload"], actor=actor)

    def change(draft: MicroLesson) -> None:
        for name, value in data.items():
            if name in DRAFT_LISTS:
                getattr(draft, name).set(value)
            elif name in DRAFT_FIELDS:
                setattr(draft, name, value)

    return revise(lesson, change, actor=actor)


@transaction.atomic
def use_upload(lesson: MicroLesson, upload: Upload, *, actor: User) -> None:
    """Remember which upload becomes the lesson's video; the video it had is let go in the draft.

    Raises PermissionDenied for somebody else's upload, and what `editable_row` raises.
    """
    row = editable_row(lesson, actor=actor)
    if upload.owner_id != actor.pk:
        raise PermissionDenied
    if row.upload_id == upload.pk:
        return
    MicroLesson.objects.filter(pk=row.pk).update(upload=upload)
    revise(lesson, lambda draft: setattr(draft, "video_id", upload.video_id), actor=actor)


def adopt(draft: MicroLesson, row: MicroLesson) -> None:
    """Give the draft the video that its upload became."""
    if draft.video_id is None and row.upload is not None and row.upload.video_id is not None:
        draft.video_id = row.upload.video_id


@transaction.atomic
def adopt_video(video: Video) -> None:
    """Tell drafts that waited for this video (their upload became it); the author need not be there.

    Nothing else is looked at: what the author typed so far may be unfinished, and that is for the author to hear.
    """
    for lesson in MicroLesson.objects.filter(upload__video=video).order_by("pk"):
        row = locked_row(lesson)
        draft: MicroLesson = row.get_latest_revision_as_object()
        if draft.video_id is not None or not may_edit(row, row.author):
            continue
        adopt(draft, row)
        if row.first_published_at is None:
            MicroLesson.objects.filter(pk=row.pk).update(video=draft.video_id)
        draft.save_revision(user=row.author, clean=False)


@transaction.atomic
def discard_draft(lesson: MicroLesson, *, actor: User) -> None:
    """Delete a lesson that nobody but its author has worked on, with all that was typed and its documents.

    Its video stays the author's and is deleted among the own videos. Raises PermissionDenied for others than the
    author, StaleState once it was shown, is in review, or somebody decided on it: decisions are kept.
    """
    row = locked_row(lesson)
    if row.author_id != actor.pk:
        raise PermissionDenied
    if not may_discard(row, actor):
        raise StaleState(_("This lesson was handed in before, so it stays in your works."), code="handed_in")
    draft = row.get_latest_revision_as_object()
    documents = [attached.document_id for attached in draft.attachments.all()]
    row.delete()
    delete_unused(documents, owner=actor)


def delete_unused(documents: Collection[int], *, owner: User) -> None:
    """Delete documents that the person brought, with their files, except what some lesson still needs."""
    for document in unused_documents(documents, owner):
        document.delete()
