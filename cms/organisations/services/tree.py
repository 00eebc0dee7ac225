"""The tree of organisations: what hangs where, under which name. Nothing is ever deleted, codes never change."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import today
from cms.core.errors import InvalidInput
from cms.core.events import publish
from cms.organisations.enums import OrganisationKind
from cms.organisations.events import OrganisationClosed, OrganisationReopened, SubtreeChanged
from cms.organisations.models import Organisation
from cms.organisations.queries import current_memberships, current_roles

# Paths have 4 characters a level and 255 at most; far fewer levels are ever of use.
MAX_DEPTH = 12


def lock_tree() -> None:
    """Let one change of the tree's shape at a time through: paths are computed from what stands there.

    Rows that only name a root need not wait: whoever writes one may hold what the change is waiting for.
    """
    list(
        Organisation.objects.select_for_update(no_key=True).filter(depth=1).order_by("pk").values_list("pk", flat=True)
    )


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

    Raises InvalidInput when the code is taken (`code_taken`), the parent is closed (`closed`) or too far below (`too_deep`).
    """
    lock_tree()
    if Organisation.objects.filter(code=code).exists():
        raise InvalidInput(_("This code is taken."), code="code_taken", fields={"code": [_("This code is taken.")]})
    fields = {"name": name, "code": code, "kind": kind, "short_name": short_name}
    if parent is None:
        made = Organisation.add_root(**fields)
    else:
        fresh = Organisation.objects.get(pk=parent.pk)
        refuse_parent(fresh, levels=1)
        made = fresh.add_child(**fields)
    created: Organisation = Organisation.objects.get(pk=made.pk)
    record_act("organisations.create", actor=actor, target=created, after={**fields, "parent": str(parent or "")})
    return created


def refuse_parent(parent: Organisation, *, levels: int) -> None:
    """Raise InvalidInput when nothing, or nothing of so many levels, can hang below the organisation."""
    if not parent.is_active:
        raise InvalidInput(_("This organisation is closed."), code="closed")
    if parent.depth + levels > MAX_DEPTH:
        raise InvalidInput(_("The tree has at most %(count)s levels.") % {"count": MAX_DEPTH}, code="too_deep")


@transaction.atomic
def rename_organisation(
    organisation: Organisation, *, name: str, short_name: str = "", actor: User | None = None
) -> Organisation:
    """Give the organisation another name; its code stays."""
    before = {"name": organisation.name, "short_name": organisation.short_name}
    after = {"name": name, "short_name": short_name}
    Organisation.objects.filter(pk=organisation.pk).update(**after)
    organisation.refresh_from_db()
    publish(SubtreeChanged(organisation.path))
    record_act("organisations.rename", actor=actor, target=organisation, before=before, after=after)
    return organisation


@transaction.atomic
def move_organisation(organisation: Organisation, *, parent: Organisation, actor: User | None = None) -> Organisation:
    """Hang the organisation with everything below it under another parent.

    Memberships and roles stay with their organisations; whoever holds a role above the new place reaches it from now on.
    Raises InvalidInput when the parent lies inside what is moved (`cycle`), is the present one (`same`), is closed
    (`closed`) or too far below (`too_deep`).
    """
    lock_tree()
    fresh = Organisation.objects.get(pk=organisation.pk)
    below = Organisation.objects.get(pk=parent.pk)
    if below.path.startswith(fresh.path):
        raise InvalidInput(_("An organisation cannot stand below itself."), code="cycle")
    present = fresh.get_parent()
    if present is not None and present.pk == below.pk:
        raise InvalidInput(_("It stands there already."), code="same")
    deepest = Organisation.objects.filter(path__startswith=fresh.path).aggregate(deepest=Max("depth"))["deepest"]
    refuse_parent(below, levels=deepest - fresh.depth + 1)
    before = {"parent": str(present or "")}
    fresh.move(below, pos="last-child")
    moved: Organisation = Organisation.objects.get(pk=organisation.pk)
    publish(SubtreeChanged(moved.path))
    record_act("organisations.move", actor=actor, target=moved, before=before, after={"parent": str(below)})
    return moved


@transaction.atomic
def deactivate_organisation(organisation: Organisation, *, actor: User | None = None, reason: str = "") -> None:
    """Close an organisation in which nobody and nothing active is left; its history stays.

    Raises InvalidInput (`not_empty`) while members, roles or active organisations below it remain.
    """
    lock_tree()
    fresh = Organisation.objects.get(pk=organisation.pk)
    inside = {"organisation__path__startswith": fresh.path}
    if (
        current_memberships(today()).filter(**inside).exists()
        or current_roles(today()).filter(**inside).exists()
        or Organisation.objects.filter(path__startswith=fresh.path, is_active=True).exclude(pk=fresh.pk).exists()
    ):
        raise InvalidInput(_("People or organisations below it have to move first."), code="not_empty")
    Organisation.objects.filter(pk=fresh.pk).update(is_active=False)
    publish(OrganisationClosed(fresh.pk))
    record_act("organisations.deactivate", actor=actor, target=fresh, before={"active": True}, reason=reason)
    organisation.is_active = False


@transaction.atomic
def reactivate_organisation(organisation: Organisation, *, actor: User | None = None) -> None:
    """Open a closed organisation again, under the same code and with its history.

    Raises InvalidInput (`closed`) while the organisation above it is closed.
    """
    lock_tree()
    fresh = Organisation.objects.get(pk=organisation.pk)
    above = fresh.get_parent()
    if above is not None and not above.is_active:
        raise InvalidInput(_("The organisation above it is closed; please open that one first."), code="closed")
    Organisation.objects.filter(pk=fresh.pk).update(is_active=True)
    publish(OrganisationReopened(fresh.pk))
    record_act("organisations.reactivate", actor=actor, target=fresh, before={"active": False}, after={"active": True})
    organisation.is_active = True
