"""Reads of monthly guides and of what branches made of them."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cms.accounts.models import User
from cms.core.clock import today
from cms.courses.models import BranchGuide, BranchItem, GuideItem, GuidePage
from cms.courses.queries.courses import shown
from cms.organisations.enums import MANAGING_ROLES
from cms.organisations.models import Organisation
from cms.organisations.queries import ancestor_paths, below, standing_of


@dataclass(frozen=True)
class BranchLine:
    """A line of the branch's list: the branch's row, and the guide's item it stands for (None: the branch's own task)."""

    row: BranchItem
    item: GuideItem | None


def visible_guides(user: User | AnonymousUser) -> QuerySet[GuidePage]:
    """Return the guides that the person may see, the latest month first."""
    return shown(GuidePage, user).order_by("-month", "-pk")


def guide_of_month(user: User | AnonymousUser, day: date | None = None) -> GuidePage | None:
    """Return the newest guide of the day's month that the person may see, or None."""
    on = day or today()
    return visible_guides(user).filter(month__year=on.year, month__month=on.month).first()


def copies() -> QuerySet[BranchGuide]:
    """Return branches' guides with what tells whether the original changed."""
    return BranchGuide.objects.select_related("guide", "organisation").filter(
        guide__live=True, guide__taken_down_at__isnull=True
    )


def copies_for(user: User | AnonymousUser) -> QuerySet[BranchGuide]:
    """Return the guides of the person's organisation and those above it, the nearest first."""
    above = sorted({path for own in standing_of(user).organisation_paths for path in ancestor_paths(own)})
    return copies().filter(organisation__path__in=above).order_by("-organisation__depth", "-pk")


def next_meeting_for(user: User | AnonymousUser, day: date) -> date | None:
    """Return the next day, from this one on, that the person's branch or one above it set for its guide, or None."""
    found: date | None = (
        copies_for(user)
        .filter(together_on__gte=day)
        .order_by("together_on")
        .values_list("together_on", flat=True)
        .first()
    )
    return found


def managed_copies(user: User) -> QuerySet[BranchGuide]:
    """Return the branches' guides that the person keeps, the latest month first."""
    paths = standing_of(user).paths_of(*MANAGING_ROLES)
    return copies().filter(below(paths, "organisation__")).order_by("-guide__month", "-pk")


def copy_for(user: User | AnonymousUser, guide: GuidePage) -> BranchGuide | None:
    """Return what the person's own branch made of the guide, or the nearest organisation above it."""
    return copies_for(user).filter(guide=guide.pk).first()


def copy_of(guide: GuidePage, organisation: Organisation) -> BranchGuide | None:
    """Return what the organisation made of the guide."""
    return copies().filter(guide=guide.pk, organisation=organisation).first()


def lines_of_copy(copy: BranchGuide) -> list[BranchLine]:
    """Return the branch's list in order; what the original no longer has is left out."""
    items = {item.key: item for item in GuideItem.objects.filter(guide=copy.guide_id)}
    rows = list(copy.items.all())
    return [
        BranchLine(row, items.get(row.key) if row.key else None) for row in rows if row.key is None or row.key in items
    ]


def keys_not_taken(copy: BranchGuide) -> list[GuideItem]:
    """Return what the original has by now and the branch's list does not know."""
    known = copy.items.filter(key__isnull=False).values("key")
    return list(GuideItem.objects.filter(guide=copy.guide_id).exclude(key__in=known))
