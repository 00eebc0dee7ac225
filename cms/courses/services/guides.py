"""What a branch makes of a month's guide: its own copy, kept apart from the original."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.errors import InvalidInput
from cms.courses.models import BranchGuide, BranchItem, GuideItem, GuidePage
from cms.courses.queries.guides import copy_of, keys_not_taken
from cms.courses.queries.playlists import managed_organisations
from cms.organisations.models import Organisation

MAX_OWN_ITEMS = 20


@dataclass(frozen=True)
class LineInput:
    """What the branch says about one line."""

    note: str = ""
    left_out: bool = False


@transaction.atomic
def copy_guide(guide: GuidePage, organisation: Organisation, *, actor: User) -> BranchGuide:
    """Make the guide the branch's own, with all its items; a second time returns the first copy.

    Raises PermissionDenied outside the person's duty.
    """
    if not managed_organisations(actor).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    known = copy_of(guide, organisation)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            made = BranchGuide.objects.create(
                guide_id=guide.pk, organisation=organisation, made_by=actor, taken_from_id=guide.live_revision_id
            )
    except IntegrityError:
        # Somebody copied it at the same moment.
        return BranchGuide.objects.get(guide=guide.pk, organisation=organisation)
    BranchItem.objects.bulk_create(
        BranchItem(copy=made, key=item.key, position=place)
        for place, item in enumerate(GuideItem.objects.filter(guide=guide.pk), start=1)
    )
    record_act("courses.copy_guide", actor=actor, target=made)
    return made


@transaction.atomic
def adapt_guide(
    copy: BranchGuide, *, note: str, together_on: date | None, lines: Mapping[int, LineInput], actor: User
) -> None:
    """Write the branch's note, its day, and what it says about each line (by the line's key)."""
    copy.note, copy.together_on = note.strip(), together_on
    copy.save(update_fields=["note", "together_on"])
    rows = list(copy.items.filter(pk__in=lines))
    for row in rows:
        row.note, row.left_out = lines[row.pk].note.strip(), lines[row.pk].left_out
    BranchItem.objects.bulk_update(rows, ["note", "left_out"])
    record_act("courses.adapt_guide", actor=actor, target=copy)


@transaction.atomic
def add_own_item(copy: BranchGuide, *, title: str, note: str = "", actor: User) -> BranchItem:
    """Add a task of the branch's own at the end. Raises InvalidInput without a heading or beyond MAX_OWN_ITEMS."""
    words = title.strip()
    if not words:
        sentence = gettext_lazy("Please give the task a heading.")
        raise InvalidInput(sentence, fields={"title": [sentence]})
    if copy.items.filter(key__isnull=True).count() >= MAX_OWN_ITEMS:
        sentence_of_many = _("At most %(count)s tasks of your own, please.") % {"count": MAX_OWN_ITEMS}
        raise InvalidInput(sentence_of_many, fields={"title": [sentence_of_many]})
    item = BranchItem.objects.create(copy=copy, position=last_place(copy) + 1, title=words, note=note.strip())
    record_act("courses.adapt_guide", actor=actor, target=copy, after={"title": words})
    return item


def last_place(copy: BranchGuide) -> int:
    """Return the last place that is taken."""
    return copy.items.aggregate(last=Max("position"))["last"] or 0


@transaction.atomic
def remove_own_item(copy: BranchGuide, item_id: int, *, actor: User) -> None:
    """Take a task of the branch's own out; items of the original are left out instead."""
    item = copy.items.filter(pk=item_id, key__isnull=True).first()
    if item is not None:
        item.delete()
        record_act("courses.adapt_guide", actor=actor, target=copy, before={"title": item.title})


@transaction.atomic
def move_item(copy: BranchGuide, item_id: int, *, steps: int) -> None:
    """Move a line up (negative) or down; beyond the ends it stays there."""
    BranchGuide.objects.select_for_update(of=("self",)).get(pk=copy.pk)
    rows = list(copy.items.all())
    place = next((n for n, row in enumerate(rows) if row.pk == item_id), None)
    if place is None:
        return
    rows.insert(min(max(place + steps, 0), len(rows) - 1), rows.pop(place))
    for position, row in enumerate(rows, start=1):
        row.position = position
    BranchItem.objects.bulk_update(rows, ["position"])


@transaction.atomic
def take_over_changes(copy: BranchGuide, *, actor: User) -> None:
    """Add what the original has by now at the end, drop what it no longer has; the branch's notes stay."""
    kept = GuideItem.objects.filter(guide=copy.guide_id).values("key")
    copy.items.filter(key__isnull=False).exclude(key__in=kept).delete()
    place = last_place(copy)
    BranchItem.objects.bulk_create(
        BranchItem(copy=copy, key=item.key, position=place + n) for n, item in enumerate(keys_not_taken(copy), start=1)
    )
    BranchGuide.objects.filter(pk=copy.pk).update(taken_from=copy.guide.live_revision_id)
    record_act("courses.take_over_guide", actor=actor, target=copy)
