"""Who works in the admin: groups follow the roles that organisations give.

This is the one place that does so: when a duty is given or ended, at sign-in, and hourly for duties that ran out by date.
"""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import GroupCollectionPermission

from cms.accounts.models import User
from cms.assets.services import collection_named
from cms.core.clock import today
from cms.organisations.enums import Role
from cms.organisations.queries import current_roles

# Stored once as data, so the names are in the site's language.
GROUPS: dict[str, str] = {Role.EDITOR: "内容编辑", Role.REVIEWER: "审核员"}
ADMIN = ("wagtailadmin", "access_admin")
PERMISSIONS: dict[str, tuple[tuple[str, str], ...]] = {
    Role.EDITOR: (
        ADMIN,
        ("taxonomy", "add_topic"),
        ("taxonomy", "change_topic"),
        ("taxonomy", "view_topic"),
        ("taxonomy", "add_audience"),
        ("taxonomy", "change_audience"),
        ("taxonomy", "view_audience"),
        ("taxonomy", "add_teachingmethod"),
        ("taxonomy", "change_teachingmethod"),
        ("taxonomy", "view_teachingmethod"),
    ),
    Role.REVIEWER: (
        ADMIN,
        ("taxonomy", "view_topic"),
        ("taxonomy", "view_audience"),
        ("taxonomy", "view_teachingmethod"),
    ),
}
# Wagtail asks for the permissions of its own models, also where the site has others in their place.
LIBRARY_MODELS = (("wagtailimages", "image"), ("wagtaildocs", "document"))
COLLECTION_PERMISSIONS: dict[str, tuple[tuple[str, str], ...]] = {
    Role.EDITOR: tuple(
        (app, f"{action}_{model}") for app, model in LIBRARY_MODELS for action in ("add", "change", "delete", "choose")
    ),
    Role.REVIEWER: tuple((app, f"choose_{model}") for app, model in LIBRARY_MODELS),
}
# What the site's editors look after; what members attach lies beside it and stays theirs.
LIBRARY_COLLECTION = "资源库"


@transaction.atomic
def ensure_editor_permissions() -> None:
    """Create the groups of editors and reviewers with what they need in the admin; safe to repeat.

    Lessons need no model permission: `LessonPermissionPolicy` asks for the role at the lesson's organisation.
    """
    for label in ("wagtailadmin", "wagtailimages", "wagtaildocs", "taxonomy"):
        create_permissions(apps.get_app_config(label), verbosity=0)
    library = collection_named(LIBRARY_COLLECTION)
    for role, name in GROUPS.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*(find(app, code) for app, code in PERMISSIONS[role]))
        for app, code in COLLECTION_PERMISSIONS[role]:
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=library, permission=find(app, code)
            )


def find(app: str, codename: str) -> Permission:
    """Return a permission by app and name."""
    return Permission.objects.get(content_type__app_label=app, codename=codename)


@transaction.atomic
def sync_editor_groups(user: User) -> None:
    """Put the person into the groups of the roles held today, and out of the others (asked at every sign-in)."""
    held = current_roles(today()).filter(user=user, role__in=GROUPS).values_list("role", flat=True)
    wanted = {GROUPS[role] for role in held}
    given = set(user.groups.filter(name__in=GROUPS.values()).values_list("name", flat=True))
    if wanted - given:
        user.groups.add(*Group.objects.filter(name__in=wanted - given))
    if given - wanted:
        user.groups.remove(*Group.objects.filter(name__in=given - wanted))


def sync_all_editors() -> int:
    """Bring everybody who holds or held one of the roles into the right groups; return how many were looked at."""
    holders = current_roles(today()).filter(role__in=GROUPS).values("user")
    people = User.objects.filter(Q(groups__name__in=GROUPS.values()) | Q(pk__in=holders)).distinct()
    for user in people:
        sync_editor_groups(user)
    return len(people)
