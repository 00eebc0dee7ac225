"""A lecturer's photograph is seen by those whom the lecturers that show it are shown to."""

from django.db import transaction

from cms.assets.models import SiteImage
from cms.lecturers.models import Lecturer
from cms.taxonomy.enums import Visibility
from cms.taxonomy.services import follow


@transaction.atomic
def hand_over(lecturer_pk: int) -> None:
    """Let the photograph be seen by those whom the lecturer is shown to; one that somebody opened is left alone."""
    row = Lecturer.objects.select_related("photo", "shown_photo").get(pk=lecturer_pk)
    until_now, photo = row.shown_photo, row.photo if row.live else None
    if photo is not None and photo != until_now and not is_ours(photo):
        photo = None
    Lecturer.objects.filter(pk=row.pk).update(shown_photo=photo)
    for changed in {picture for picture in (until_now, photo) if picture is not None}:
        follow(changed, Lecturer.objects.filter(live=True, shown_photo=changed), first="pk")


def is_ours(photo: SiteImage) -> bool:
    """Return whether nobody decided about the photograph's visibility but the lecturers who show it."""
    return photo.visibility == Visibility.PRIVATE or Lecturer.objects.filter(shown_photo=photo).exists()
