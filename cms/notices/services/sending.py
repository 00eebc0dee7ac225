"""Sending what is due by e-mail: titles and links only, all that is due for a person in one message."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.core.clock import now
from cms.jobs.services import enqueue
from cms.notices.enums import DeliveryStatus
from cms.notices.lifecycle import advance, claim
from cms.notices.models import Delivery, MailSetting
from cms.notices.queries import confirmed_settings, users_with_due_mail
from cms.notices.services.choosing import fingerprint, token_for

SEND_KIND = "notices.send"
MOST_IN_ONE = 50


def offer(user_id: int, due: datetime) -> None:
    """Let a worker send the person's e-mail when it is due; one job for each person and instant."""
    enqueue(SEND_KIND, {"user": user_id}, key=f"{SEND_KIND}:{user_id}:{due:%Y%m%d%H%M%S}", run_after=due)


def sweep() -> int:
    """Offer again what is due and was left by a lost worker; return for how many people."""
    people = users_with_due_mail(now())
    for user_id in people:
        enqueue(SEND_KIND, {"user": user_id}, key=f"{SEND_KIND}:{user_id}:sweep")
    return len(people)


def send_due(user_id: int) -> int:
    """Send the person all that is due in one e-mail and return how many notices it holds.

    No transaction is open while the mail server answers. When a worker is lost between the server's yes and our note of
    it, the next one sends the same message under the same id, by which mail programs know it. Raises what the server
    said when it refuses: then all of it waits for the next attempt.
    """
    kept = confirmed_settings([user_id]).get(user_id)
    if kept is None or not settings.MAIL_IS_SENT or not kept.user.is_active:
        return 0
    rows = claim(user_id, now(), most=MOST_IN_ONE)
    if not rows:
        return 0
    try:
        message_for(kept, rows).send()
    except Exception:
        advance(rows, DeliveryStatus.WAITING, at=now())
        raise
    advance(rows, DeliveryStatus.SENT, at=now())
    return len(rows)


def message_for(kept: MailSetting, rows: list[Delivery]) -> EmailMessage:
    """Return the e-mail in the person's language: titles and links, no texts, no names of others, no contacts."""
    with translation.override(kept.user.language or settings.LANGUAGE_CODE):
        titles = [" ".join(row.notice.title.split()) for row in rows]
        subject = titles[0]
        if len(rows) > 1:
            subject = ngettext("%(number)s notice", "%(number)s notices", len(rows)) % {"number": len(rows)}
        lines = [
            f"{_('Urgent: ') if row.notice.is_urgent else ''}{title}\n{link_of(row)}"
            for title, row in zip(titles, rows, strict=True)
        ]
        foot = _("Which notices come by e-mail, and when, you choose here:")
        body = "\n\n".join([*lines, f"{foot}\n{absolute(reverse('notices:preferences'))}"])
        return message(kept, subject, body, f"notices-{rows[0].pk}-{len(rows)}")


def confirmation_mail(user_id: int, mark: str) -> bool:
    """Send the link that confirms an address; False when it was changed, deleted or confirmed meanwhile."""
    kept = MailSetting.objects.filter(user=user_id, verified_at__isnull=True).select_related("user").first()
    if kept is None or fingerprint(kept) != mark or not settings.MAIL_IS_SENT:
        return False
    with translation.override(kept.user.language or settings.LANGUAGE_CODE):
        link = absolute(reverse("notices:confirm", args=[token_for(kept)]))
        said = _(
            "Somebody gave this address for notices of the site. If that was you, open the link within three days:"
        )
        otherwise = _("If not, do nothing: no further e-mail will come.")
        message(kept, _("Confirm your e-mail address"), f"{said}\n{link}\n\n{otherwise}", f"address-{mark}").send()
    return True


def message(kept: MailSetting, subject: str, body: str, mark: str) -> EmailMessage:
    """Return an e-mail of the site with an id that stays the same when it is sent again."""
    host = urlsplit(settings.SITE_ADDRESS).hostname or "localhost"
    headers = {"Message-ID": f"<{mark}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(
        subject=f"[{settings.WAGTAIL_SITE_NAME}] {subject}", body=body, to=[kept.address], headers=headers
    )


def link_of(row: Delivery) -> str:
    """Return the full address of what a notice is about, the list of notices where it names none of ours."""
    inside = row.notice.url.startswith("/") and not row.notice.url.startswith("//")
    return absolute(row.notice.url if inside else reverse("notices:list"))


def absolute(path: str) -> str:
    """Return a path of the site with its address."""
    return f"{settings.SITE_ADDRESS.rstrip('/')}{path}"
