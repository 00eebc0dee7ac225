"""Somebody at the admin, as the browser of a person with an editor's duty."""

from django.test import Client

from cms.accounts.models import User
from cms.lessons.services.groups import ensure_editor_permissions, sync_editor_groups


def in_admin(person: User) -> Client:
    """Return a browser in which the person is signed in, with the groups of the own duties."""
    ensure_editor_permissions()
    sync_editor_groups(person)
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client
