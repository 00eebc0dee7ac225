"""What the admin checks of a whole course."""

from typing import Any

from django.utils.translation import gettext as _

from cms.courses.enums import ItemKind
from cms.courses.prerequisites import way_back
from cms.courses.queries.courses import circle_words, requirements
from cms.library.editing import ContentPageForm

# A page that is not stored yet has no key; nothing can need it.
NEW = 0
LEADS_TO = frozenset({"lesson", "page"})


class ItemsPageForm(ContentPageForm):
    """A page with items; one whose lesson or page is taken out by hand, with a heading of its own, becomes a task."""

    def is_valid(self) -> bool:
        rows = self.formsets["items"]
        # Asking for the errors reads what was typed into the rows, before it is asked what they lack.
        if self.is_bound and rows.errors is not None:
            for form in rows.forms:
                if LEADS_TO & set(form.changed_data) and form.instance.kind == ItemKind.GONE:
                    form.instance.leads = False
        return bool(super().is_valid())


class CoursePageForm(ItemsPageForm):
    """A course; one that would come before itself, also around corners, is refused with the way in words."""

    def is_valid(self) -> bool:
        return bool(super().is_valid()) and self.has_no_circle()

    def has_no_circle(self) -> bool:
        """Return whether no course comes before itself; else say so at the first row that leads there."""
        rows = [(form, needed) for form in self.formsets["prerequisites"].forms if (needed := needed_in(form))]
        key, met = self.instance.pk or NEW, set()
        for form, needed in rows:
            way = way_back(key, requirements(instead=(key, [needed])))
            if way:
                form.add_error("needed", circle_words(way))
            elif needed in met:
                form.add_error("needed", _("This course stands there twice."))
            met.add(needed)
        return not any(form.errors for form, _needed in rows)


def needed_in(form: Any) -> int | None:
    """Return the course that a row names; None for empty and deleted rows."""
    values = getattr(form, "cleaned_data", None) or {}
    needed = values.get("needed")
    return needed.pk if needed is not None and not values.get("DELETE") else None
