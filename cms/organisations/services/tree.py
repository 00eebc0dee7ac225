"""The tree of organisations."""

from django.db import transaction
from django.utils.translation import gettext as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import today
from cms.core.errors import InvalidInput
from cms.organisations.enums import OrganisationKind
from cms.organisations.models import Organisation
from cms.organisations.queries import current_memberships, current_roles


@transaction.atomic
def create_organisation(
    *,
    name: str,
    code: str,
    kind: OrganisationKind,
    parent: Organisation | None = None,
    short_name: str = "",
    actor: User | None = None,
) -> Organisation:
    """Add an organisation to the tree, below `parent` or as a root, and return it.

    Raises InvalidInput when the code is taken or the parent is closed.
    """
    if Organisation.objects.filter(code=code).exists():
        raise InvalidInput(_("This code is taken."), code="code_taken", fields={"code": [_("This code is taken.")]})
    fields = {"name": name, "code": code, "kind": kind, "short_name": short_name}
    if parent is None:
        made = Organisation.add_root(**fields)
    else:
        fresh = Organisation.objects.select_for_update().get(pk=parent.pk)
        if not fresh.is_active:
            raise InvalidInput(_("This organisation is closed."), code="closed")
        made = fresh.add_child(**fields)
    created: Organisation = Organisation.objects.get(pk=made.pk)
    record_act("organisations.create", actor=actor, target=created, after={**fields, "parent": str(parent or "")})
    return created


@transaction.atomic
def rename_organisation(
    organisation: Organisation, *, name: str, short_name: str = "", actor: User | None = None
) -> Organisation:
    """Give the organisation another name; its code stays."""
    before = {"name": organisation.name, "short_name": organisation.short_name}
    after = {"name": name, "short_name": short_name}
    Organisation.objects.filter(pk=organisation.pk).update(**after)
    organisation.refresh_from_db()
    record_act("organisations.rename", actor=actor, target=organisation, before=before, after=after)
    return organisation


@transaction.atomic
def move_organisation(organisation: Organisation, *, parent: Organisation, actor: User | None = None) -> Organisation:
    """Hang the organisation with everything below it under another parent.

    Raises InvalidInput when the parent lies inside what is moved.
    """
    fresh = Organisation.objects.get(pk=organisation.pk)
    below = Organisation.objects.get(pk=parent.pk)
    if below.path.startswith(fresh.path):
        raise InvalidInput(_("An organisation cannot stand below itself."), code="cycle")
    before = {"parent": str(fresh.get_parent() or "")}
    fresh.move(below, pos="last-child")
    moved: Organisation = Organisation.objects.get(pk=organisation.pk)
    record_act("organisations.move", actor=actor, target=moved, before=before, after={"parent": str(below)})
    return moved


@transaction.atomic
def deactivate_organisation(organisation: Organisation, *, actor: User | None = None, reason: str = "") -> None:
    """Close an organisation in which nobody and nothing active is left; its history stays.

    Raises InvalidInput (`not_empty`) while members, roles or active organisations below it remain.
    """
    fresh = Organisation.objects.select_for_update().get(pk=organisation.pk)
    inside = {"organisation__path__startswith": fresh.path}
    if (
        current_memberships(today()).filter(**inside).exists()
        or current_roles(today()).filter(**inside).exists()
        or Organisation.objects.filter(path__startswith=fresh.path, is_active=True).exclude(pk=fresh.pk).exists()
    ):
        raise InvalidInput(_("People or organisations below it have to move first."), code="not_empty")
    Organisation.objects.filter(pk=fresh.pk).update(is_active=False)
    record_act("organisations.deactivate", actor=actor, target=fresh, before={"active": True}, reason=reason)
    organisation.is_active = False
