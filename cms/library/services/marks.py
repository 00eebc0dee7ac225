"""What a person marks as read, for that person alone."""

from cms.accounts.models import User
from cms.core.clock import now
from cms.library.models import ContentPage, ReadingMark


def mark_read(page: ContentPage, *, actor: User, read: bool) -> None:
    """Remember that the person read the page, or forget it; safe to repeat."""
    if read:
        ReadingMark.objects.get_or_create(user=actor, target_id=page.pk, defaults={"at": now()})
    else:
        ReadingMark.objects.filter(user=actor, target_id=page.pk).delete()
