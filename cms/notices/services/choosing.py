"""What a person wants to be told, on which way and when; the e-mail address and its confirmation."""

from collections.abc import Iterable
from datetime import time, timedelta

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import InvalidInput
from cms.jobs.services import enqueue
from cms.notices.enums import Channel
from cms.notices.models import Delivery, MailSetting, MutedArea

CONFIRM_KIND = "notices.confirm_address"
SALT = "weike.notices.address"
LINK_HOLDS = timedelta(days=3)


@transaction.atomic
def mute_areas(user: User, areas: Iterable[str], *, channel: str = Channel.SITE) -> None:
    """Send the person no more notices of exactly these areas on this way; `areas` are values of `enums.Area`."""
    chosen = set(areas)
    MutedArea.objects.filter(user=user, channel=channel).exclude(area__in=chosen).delete()
    MutedArea.objects.bulk_create(
        [MutedArea(user=user, area=area, channel=channel) for area in chosen], ignore_conflicts=True
    )


@transaction.atomic
def set_address(user: User, address: str) -> MailSetting:
    """Keep an e-mail address for notices and send it the link that confirms it; nothing else goes there before.

    Raises InvalidInput for what is no address.
    """
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError:
        sentence = _("This is no e-mail address.")
        raise InvalidInput(sentence, fields={"address": [sentence]}) from None
    kept, _made = MailSetting.objects.update_or_create(user=user, defaults={"address": address, "verified_at": None})
    drop_waiting(user)
    record_act("notices.set_address", actor=user, target=user)
    enqueue(CONFIRM_KIND, {"user": user.pk, "of": fingerprint(kept)}, key=f"{CONFIRM_KIND}:{fingerprint(kept)}")
    return kept


def fingerprint(kept: MailSetting) -> str:
    """Return a keyed hash of person and address: it stands in links and jobs, the address itself does not."""
    return salted_hmac(SALT, f"{kept.user_id}:{kept.address}", algorithm="sha256").hexdigest()[:32]


def token_for(kept: MailSetting) -> str:
    """Return what the link carries; it holds for three days and for this address only."""
    return signing.TimestampSigner(salt=SALT).sign(f"{kept.user_id}-{fingerprint(kept)}")


def setting_behind(token: str) -> MailSetting | None:
    """Return the setting that a link confirms; None when it is changed, too old or no link of ours."""
    try:
        signed = signing.TimestampSigner(salt=SALT).unsign(token, max_age=LINK_HOLDS)
    except signing.BadSignature:
        return None
    user_id, _dash, mark = signed.partition("-")
    kept = MailSetting.objects.filter(user=int(user_id), user__is_active=True).select_related("user").first()
    return kept if kept is not None and fingerprint(kept) == mark else None


@transaction.atomic
def confirm_address(token: str) -> MailSetting | None:
    """Use the address of a link from now on and return its setting; None when the link opens nothing."""
    kept = setting_behind(token)
    if kept is None or kept.verified_at is not None:
        return kept
    kept.verified_at = now()
    kept.save(update_fields=["verified_at"])
    record_act("notices.confirm_address", actor=kept.user, target=kept.user)
    return kept


@transaction.atomic
def forget_address(user: User) -> bool:
    """Delete the person's address and what was on its way there; return whether there was one."""
    count, _of_kind = MailSetting.objects.filter(user=user).delete()
    drop_waiting(user)
    if count:
        record_act("notices.forget_address", actor=user, target=user)
    return bool(count)


def drop_waiting(user: User) -> None:
    """Let what has not been sent to the former address stay on the site only."""
    Delivery.objects.filter(notice__user=user, sent_at__isnull=True).delete()


def set_mail_times(user: User, *, daily: bool, quiet_from: time, quiet_to: time) -> None:
    """Say whether all of a day comes in one e-mail, and in which hours none comes."""
    MailSetting.objects.filter(user=user).update(daily=daily, quiet_from=quiet_from, quiet_to=quiet_to)
