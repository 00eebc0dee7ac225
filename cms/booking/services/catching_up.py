"""What those who missed a lesson can catch up with."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.booking.models import BookingRequest, Delivery
from cms.booking.permissions import asks_in
from cms.booking.queries import locked
from cms.booking.services.holding import refuse
from cms.core.errors import DomainError, StaleState
from cms.courses.models import Playlist


@transaction.atomic
def name_catch_up(booking: BookingRequest, *, actor: User, playlist: Playlist | None) -> Delivery:
    """Say with which playlist of the branch a held lesson is caught up, or with none.

    Raises DomainError (`not_yours`, 403) for anybody but the branch, StaleState before the lesson was recorded,
    InvalidInput for another branch's playlist.
    """
    row = locked(booking.pk)
    if not asks_in(actor, row):
        raise DomainError(_("The branch that asked names the list."), code="not_yours", status=403)
    delivery = Delivery.objects.filter(booking=row).first()
    if delivery is None:
        raise StaleState(_("A list is named once the lesson was held and recorded."))
    if playlist is not None and playlist.organisation_id != row.organisation_id:
        raise refuse("playlist", _("Please choose a playlist of this branch."))
    before = delivery.catch_up
    if playlist != before:
        delivery.catch_up = playlist
        delivery.save(update_fields=["catch_up"])
        record_act("booking.name_catch_up", actor=actor, target=row, before=named(before), after=named(playlist))
    return delivery


def named(playlist: Playlist | None) -> dict[str, str | None]:
    """Return a list as it stands in the audit log."""
    return {"playlist": playlist.title if playlist else None}
