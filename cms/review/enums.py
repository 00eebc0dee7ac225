"""The two looks that content gets before it is shown."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.organisations.enums import Role


class Stage(models.TextChoices):
    """Who looks: the author's own branch first, then an editor, whose approval publishes."""

    BRANCH = "branch", _("branch check")
    EDITOR = "editor", _("editor review")


# Whose duty a look is; roles reach down the tree, so a committee's secretary can step in for a branch.
STAGE_ROLES: dict[str, frozenset[Role]] = {
    Stage.BRANCH: frozenset({Role.BRANCH_SECRETARY, Role.BRANCH_ADMIN}),
    Stage.EDITOR: frozenset({Role.EDITOR, Role.REVIEWER}),
}
# Working days within which the look is expected.
STAGE_DAYS: dict[str, int] = {Stage.BRANCH: 3, Stage.EDITOR: 3}


class Check(models.TextChoices):
    """The editorial checklist, 小 · 实 · 活 · 精: what a reviewer finds fulfilled."""

    SMALL = "small", _("Small: one thing, told from one post")
    REAL = "real", _("Real: it happened, names and numbers are right")
    LIVELY = "lively", _("Lively: a person speaks, not a paper")
    REFINED = "refined", _("Refined: short, clear, worth seeing twice")


# What became of a look, in the site's words: Wagtail says "rejected" where we return with a reason.
DECISIONS: dict[str, str | Promise] = {
    "in_progress": _("being reviewed"),
    "approved": _("approved"),
    "rejected": _("returned"),
    "skipped": _("skipped"),
    "cancelled": _("withdrawn"),
}
