"""Who may see and change uploads and videos, and the doors that let nobody else through."""

import uuid
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.accounts.models import User
from cms.organisations.enums import Role
from cms.organisations.queries import home_organisation, standing_of
from cms.taxonomy.queries import is_visible_to
from cms.videos.enums import VideoStatus
from cms.videos.models import Upload, Video
from cms.videos.uses import was_handed_in

Person = User | AnonymousUser
REVIEWING = (Role.BRANCH_SECRETARY, Role.BRANCH_ADMIN, Role.EDITOR, Role.REVIEWER)
MANAGING = (Role.EDITOR,)


def may_see(user: Person, video: Video) -> bool:
    """Whoever it is published to, the owner, and those who review the owner's branch once it was given to them."""
    return is_visible_to(video, user) or is_owner(user, video) or has_duty(user, video, REVIEWING)


def may_manage(user: Person, video: Video) -> bool:
    """The owner, and editors for the owner's branch once it was given to them."""
    return is_owner(user, video) or has_duty(user, video, MANAGING)


def is_owner(user: Person, video: Video) -> bool:
    """Whether the person sent the video."""
    return user.is_authenticated and video.owner_id == user.pk


def has_duty(user: Person, video: Video, roles: tuple[Role, ...]) -> bool:
    """Whether the person holds one of the roles for the owner's branch and the owner handed the video in.

    What a member only tries out is nobody else's business.
    """
    standing = standing_of(user)
    if not standing.has_role(*roles):
        return False
    home = home_organisation(video.owner)
    return home is not None and standing.has_role_at(roles, home.path) and was_handed_in(video)


ACTIONS = {"see": may_see, "manage": may_manage}


def get_video_for(user: Person, pk: int, *, to: str = "see") -> Video:
    """Return the video if the person may see it (`to="manage"`: retry, cancel, delete it).

    Raises Http404 for a missing one and for one that is not meant for the person, so that neither can be told apart.
    """
    found = Video.objects.select_related("owner", "visible_organisation").filter(pk=pk).first()
    if found is None or not ACTIONS[to](user, found):
        raise Http404
    return found


def get_own_video_for(user: Person, pk: int) -> Video:
    """Return the person's own video, unless it was cancelled.

    Raises Http404 for a missing one and for another person's alike.
    """
    found = Video.objects.owned_by(user).exclude(status=VideoStatus.CANCELLED).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_upload_for(user: Person, pk: Any) -> Upload:
    """Return the person's own upload.

    Raises Http404 for a missing one, a malformed key and another person's upload alike.
    """
    try:
        key = uuid.UUID(str(pk))
    except ValueError:
        raise Http404 from None
    found = Upload.objects.select_related("video", "owner").filter(pk=key, owner_id=user.pk).first()
    if found is None:
        raise Http404
    return found
