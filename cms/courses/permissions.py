"""Fetch doors: playlists open to the people below their organisation, and to those who keep them."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.accounts.models import User
from cms.courses.models import Playlist, TopicWish
from cms.courses.queries.playlists import managed_playlists, managed_wishes, playlists_for, wishes_of
from cms.organisations.enums import MANAGING_ROLES
from cms.organisations.queries import standing_of


def may_keep_playlists(user: User | AnonymousUser) -> bool:
    """Return whether the person holds a duty that answers wishes and makes playlists."""
    return standing_of(user).has_role(*MANAGING_ROLES)


def get_playlist_for(user: User, pk: int) -> Playlist:
    """Return a playlist of the person's organisation or one above, or one the person keeps. Raises Http404."""
    found = playlists_for(user).filter(pk=pk).first() or managed_playlists(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_kept_playlist_for(user: User, pk: int) -> Playlist:
    """Return a playlist that the person may change. Raises Http404."""
    found = managed_playlists(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_wish_for(user: User, pk: int) -> TopicWish:
    """Return a topic that the person answers for a branch. Raises Http404."""
    found = managed_wishes(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_own_wish_for(user: User, pk: int) -> TopicWish:
    """Return a topic that the person asked for. Raises Http404 for any other."""
    found = wishes_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
