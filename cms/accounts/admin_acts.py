"""What staff change on the admin's own pages, written into the audit log.

A dozen views of Wagtail save the same row: forms, uploads of many files, choosers, bulk pages. They have in common that a
row is saved while the admin answers somebody. A room says which of its models are kept under watch, and how a row looks
in the log; nothing is written for what services do outside the admin, which write their own entries.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from wagtail.log_actions import get_active_log_context
from wagtail.models import GroupCollectionPermission

from cms.accounts.audit import record_act
from cms.accounts.models import User

Picture = dict[str, Any]
# In a picture only to be compared: the log says that it changed, never what it is.
UNTOLD = "password"
BEFORE = "_picture_before"


@dataclass(frozen=True)
class Watch:
    """A model under watch: its acts by name, and how to describe a row."""

    model: type[Model]
    added: str
    changed: str
    deleted: str
    picture: Callable[[Any], Picture]

    def begin(self) -> None:
        """Listen from now on."""
        for signal, listener in (
            (pre_save, self.remember),
            (post_save, self.note_saved),
            (pre_delete, self.note_gone),
        ):
            signal.connect(listener, sender=self.model, weak=False, dispatch_uid=f"{self.model._meta.label}.watched")

    def remember(self, instance: Model, **_signal: Any) -> None:
        """Keep how the row looked before it is saved."""
        if admin_actor() is not None:
            stored = self.model._default_manager.filter(pk=instance.pk).first() if instance.pk else None
            instance.__dict__[BEFORE] = self.picture(stored) if stored else {}

    def note_saved(self, instance: Model, created: bool, **_signal: Any) -> None:  # noqa: FBT001  # the signal's signature
        """Write down what was added or changed."""
        before = instance.__dict__.pop(BEFORE, None)
        if before is not None:
            note(self.added if created else self.changed, instance, before, self.picture(instance))

    def note_gone(self, instance: Model, **_signal: Any) -> None:
        """Write down what the row was."""
        note(self.deleted, instance, self.picture(instance), {})


def admin_actor() -> User | None:
    """Return whom the admin is answering, or None outside it."""
    actor = get_active_log_context().user
    return actor if actor is not None and actor.is_authenticated else None


def note(action: str, target: Model, before: Picture, after: Picture) -> None:
    """Write an entry with the fields that differ; none when the admin answers nobody or nothing differs.

    An empty text is as good as no field: of what is new only what it has is told.
    """
    actor = admin_actor()
    fields = [field for field in {**before, **after} if before.get(field, "") != after.get(field, "")]
    if actor is None or not fields:
        return
    told_before = {field: before[field] for field in fields if field in before and field != UNTOLD}
    told_after = {field: after[field] for field in fields if field in after and field != UNTOLD}
    if UNTOLD in fields and UNTOLD in before and UNTOLD in after:
        told_after[UNTOLD] = "changed"
    record_act(action, actor=actor, target=target, before=told_before, after=told_after)


def picture_of_user(user: User) -> Picture:
    """Return what of an account is written down; names of people and their phones stand elsewhere."""
    return {
        "username": user.username,
        "name": user.name,
        "active": user.is_active,
        "superuser": user.is_superuser,
        UNTOLD: user.password,
    }


def note_groups(instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **_signal: Any) -> None:  # noqa: FBT001  # the signal's signature
    """Write down who came into which group of the admin, or out of it."""
    if action not in {"post_add", "post_remove"} or not pk_set or admin_actor() is None:
        return
    people = User.objects.filter(pk__in=pk_set) if reverse else [instance]
    touched = {str(instance)} if reverse else set(group_names(pk_set))
    for user in people:
        now_in = {group.name for group in user.groups.all()}
        was_in = now_in - touched if action == "post_add" else now_in | touched
        note("accounts.change_account", user, {"groups": sorted(was_in)}, {"groups": sorted(now_in)})


def group_names(keys: set[int]) -> list[str]:
    """Return the names of these groups."""
    return list(Group.objects.filter(pk__in=keys).values_list("name", flat=True))


def picture_of_group(group: Group) -> Picture:
    """Return how a group of the admin stands in the log."""
    return {"name": group.name}


def picture_of_permission(given: GroupCollectionPermission) -> Picture:
    """Return how a group's permission for a collection stands in the log."""
    return {"groups": given.group.name, "permission": given.permission.name, "collection": given.collection.name}


def note_permissions(instance: Any, action: str, pk_set: set[int] | None, **_signal: Any) -> None:
    """Write down which permission was given to a group, or taken from it."""
    if action not in {"post_add", "post_remove"} or not isinstance(instance, Group):
        return
    for permission in Permission.objects.filter(pk__in=pk_set or ()):
        named = {"permission": permission.name}
        if action == "post_add":
            note("accounts.give_permission", instance, {}, named)
        else:
            note("accounts.take_permission", instance, named, {})


def watch_accounts() -> None:
    """Keep accounts, the groups of the admin and what these may do under watch."""
    acts = ("accounts.open_account", "accounts.change_account", "accounts.delete_account")
    Watch(User, *acts, picture=picture_of_user).begin()
    acts = ("accounts.add_group", "accounts.change_group", "accounts.delete_group")
    Watch(Group, *acts, picture=picture_of_group).begin()
    acts = ("accounts.give_permission", "accounts.change_group", "accounts.take_permission")
    Watch(GroupCollectionPermission, *acts, picture=picture_of_permission).begin()
    m2m_changed.connect(note_groups, sender=User.groups.through, dispatch_uid="accounts.groups.watched")
    m2m_changed.connect(
        note_permissions, sender=Group.permissions.through, dispatch_uid="accounts.permissions.watched"
    )
