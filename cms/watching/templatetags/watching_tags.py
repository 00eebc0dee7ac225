"""Private notes, for pages of rooms above."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.http import urlencode

from cms.accounts.models import User
from cms.videos.models import Video
from cms.watching.forms import NOTE_LENGTH
from cms.watching.queries import notes_of

register = template.Library()


@register.inclusion_tag("watching/_notes.html", takes_context=True)
def private_notes(context: Context, video: Video) -> dict[str, Any]:
    """Show the person's own notes on the video with forms to add and delete; nothing to a visitor."""
    request = context["request"]
    user = request.user
    if not isinstance(user, User):
        return {"signed_in": False}
    back = urlencode({"next": request.path})
    return {
        "signed_in": True,
        "notes": [{"id": note.pk, "at_s": note.moment_s, "text": note.text} for note in notes_of(user, video)],
        "add_url": f"{reverse('watching:add_note', args=[video.pk])}?{back}",
        "delete_url": f"{reverse('watching:delete_note')}?{back}",
        "csrf_token": context.get("csrf_token"),
        "limit": NOTE_LENGTH,
    }
