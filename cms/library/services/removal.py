"""Taking pages out of sight, and allowing work on them again; the reason is always kept."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import StaleState
from cms.core.reasons import reason_given
from cms.library.models import ContentPage
from cms.library.permissions import cares_for, guards, may_restore
from cms.library.services.publication import hide_page
from cms.notices.services import notify
from cms.review import services as review


def locked_page(page: ContentPage) -> ContentPage:
    """Return the page as it is now, held until the transaction ends."""
    Page.objects.select_for_update().get(pk=page.pk)
    row: ContentPage = ContentPage.objects.get(pk=page.pk).specific
    return row


@transaction.atomic
def unpublish_page(page: ContentPage, *, actor: User, reason: str) -> None:
    """Show the page no longer; editors may go on working on it.

    Raises PermissionDenied, InvalidInput without a reason, StaleState when it is not shown.
    """
    row = locked_page(page)
    if not cares_for(actor, row):
        raise PermissionDenied
    sentence = reason_given(reason)
    if not row.live:
        raise StaleState(_("This page is not shown at the moment."), code="not_live")
    UnpublishPageAction(row, user=actor).execute(skip_permission_checks=True)
    ContentPage.objects.filter(pk=row.pk).update(unpublished_reason=sentence)
    record_act("library.unpublish", actor=actor, target=row, reason=sentence)
    tell(row, actor, lambda: _("“%(title)s” is no longer shown") % {"title": row}, sentence, kind="unpublished")


@transaction.atomic
def take_down_page(page: ContentPage, *, actor: User, reason: str) -> None:
    """Remove a page at once with its files and search entry; nobody publishes it until somebody allows it again.

    Raises PermissionDenied, InvalidInput without a reason, StaleState when it was taken down before.
    """
    row = locked_page(page)
    if not guards(actor, row):
        raise PermissionDenied
    sentence = reason_given(reason)
    if row.taken_down_at is not None:
        raise StaleState(_("This page was taken down already."), code="taken_down")
    was_live = row.live
    review.withdraw(row, actor=actor)
    if was_live:
        UnpublishPageAction(row, user=actor).execute(skip_permission_checks=True)
    else:
        hide_page(row)
    ContentPage.objects.filter(pk=row.pk).update(taken_down_at=now(), taken_down_reason=sentence)
    record_act("library.take_down", actor=actor, target=row, before={"live": was_live}, reason=sentence)
    tell(row, actor, lambda: _("“%(title)s” was taken down") % {"title": row}, sentence, kind="taken_down")


@transaction.atomic
def restore_page(page: ContentPage, *, actor: User, reason: str) -> None:
    """Allow work on a page that was taken down; it stays hidden until it is reviewed again.

    Raises PermissionDenied, also for who began it; InvalidInput without a reason; StaleState when it is not taken down.
    """
    row = locked_page(page)
    if not may_restore(actor, row):
        raise PermissionDenied
    sentence = reason_given(reason)
    if row.taken_down_at is None:
        raise StaleState(_("This page was not taken down."), code="not_taken_down")
    before = {"taken_down_at": row.taken_down_at.isoformat(), "reason": row.taken_down_reason}
    ContentPage.objects.filter(pk=row.pk).update(taken_down_at=None, taken_down_reason="")
    record_act("library.restore", actor=actor, target=row, before=before, reason=sentence)
    tell(row, actor, lambda: _("You may work on “%(title)s” again") % {"title": row}, sentence, kind="restored")


def tell(row: ContentPage, actor: User, title: Callable[[], str], body: str, *, kind: str) -> None:
    """Tell who began the page and who is asked about it, without the one who acts."""
    people = [person for person in (row.owner, row.responsible) if person is not None and person.pk != actor.pk]
    notify(people, kind=f"review.{kind}", title=title, body=body, url=row.author_page_url())
