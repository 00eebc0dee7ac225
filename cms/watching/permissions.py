"""Fetch doors: a session and a note open for their person only."""

import uuid

from django.http import Http404

from cms.accounts.models import User
from cms.watching.models import PrivateNote, WatchSession


def get_session_for(user: User, pk: uuid.UUID) -> WatchSession:
    """Return the person's own session; raises Http404 for anybody else's."""
    session = WatchSession.objects.filter(pk=pk, user=user).first()
    if session is None:
        raise Http404
    return session


def get_note_for(user: User, pk: int) -> PrivateNote:
    """Return the person's own note; raises Http404 for anybody else's."""
    note = PrivateNote.objects.filter(pk=pk, user=user).first()
    if note is None:
        raise Http404
    return note
