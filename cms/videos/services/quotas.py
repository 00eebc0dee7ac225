"""How much a person, and all of one organisation together, may keep: bytes, number and minutes of videos."""

from dataclasses import dataclass

from django.conf import settings

from cms.accounts.models import User
from cms.organisations.models import Organisation
from cms.organisations.queries import home_organisation
from cms.videos.errors import UploadRefused, VideoRefused
from cms.videos.models import Video
from cms.videos.queries import Usage, usage_of, usage_of_organisation


@dataclass(frozen=True, slots=True)
class Quota:
    """What may be kept; 0 minutes, and for an organisation 0 of anything, means no limit."""

    bytes: int
    count: int
    minutes: int

    def is_any(self) -> bool:
        return bool(self.bytes or self.count or self.minutes)


def own_quota() -> Quota:
    """Return what each person may keep."""
    return Quota(settings.UPLOAD_QUOTA_BYTES, settings.UPLOAD_QUOTA_COUNT, settings.UPLOAD_QUOTA_MINUTES)


def organisation_quota() -> Quota:
    """Return what all who belong to one organisation may keep together."""
    return Quota(
        settings.ORGANISATION_QUOTA_BYTES, settings.ORGANISATION_QUOTA_COUNT, settings.ORGANISATION_QUOTA_MINUTES
    )


def limited_home(owner: User) -> Organisation | None:
    """Return the organisation whose quota the person shares, or None where there is no such quota."""
    return home_organisation(owner) if organisation_quota().is_any() else None


def hold_quotas(owner: User) -> None:
    """Keep the quotas as they are until the transaction ends: two beginnings must not both find the same room."""
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if home := limited_home(owner):
        Organisation.objects.select_for_update(no_key=True).get(pk=home.pk)


def require_quotas(owner: User, *, length: int) -> None:
    """Refuse one more file of `length` bytes beyond the number, the minutes or the organisation's quota.

    The file's own minutes are known only when it is here: see `require_minutes`.
    Raises UploadRefused (413): quota_count, quota_minutes, quota_organisation.
    """
    used, quota = usage_of(owner), own_quota()
    if used.count >= quota.count:
        raise UploadRefused("quota_count", status=413)
    if quota.minutes and used.seconds >= quota.minutes * 60:
        raise UploadRefused("quota_minutes", status=413)
    home = limited_home(owner)
    if home and exceeds(usage_of_organisation(home), organisation_quota(), length=length):
        raise UploadRefused("quota_organisation", status=413)


def exceeds(used: Usage, quota: Quota, *, length: int) -> bool:
    """Return whether one more file has no room; a limit of 0 is none."""
    return (
        (quota.bytes > 0 and used.bytes + length > quota.bytes)
        or (quota.count > 0 and used.count >= quota.count)
        or (quota.minutes > 0 and used.seconds >= quota.minutes * 60)
    )


def require_minutes(video: Video, duration_s: float) -> None:
    """Refuse a recording of which all is here now, because it is longer than the room that is left.

    Its file is kept: once others were deleted it is converted by pressing "again". One whose minutes count already was
    let in by an attempt before this one, and may be playing. Nobody else finds the same room until the transaction ends.
    Raises VideoRefused: quota_minutes, quota_organisation.
    """
    if video.duration_s:
        return
    own, together = own_quota(), organisation_quota()
    if own.minutes:
        User.objects.select_for_update(no_key=True).get(pk=video.owner_id)
        if is_too_long(usage_of(video.owner).seconds + duration_s, own):
            raise VideoRefused("quota_minutes")
    home = home_organisation(video.owner) if together.minutes else None
    if home:
        Organisation.objects.select_for_update(no_key=True).get(pk=home.pk)
        if is_too_long(usage_of_organisation(home).seconds + duration_s, together):
            raise VideoRefused("quota_organisation")


def is_too_long(seconds: float, quota: Quota) -> bool:
    return seconds > quota.minutes * 60
