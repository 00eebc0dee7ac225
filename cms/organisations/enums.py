"""Kinds of organisations, memberships and roles (glossary: docs/architecture.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """What a node of the tree is."""

    COMMITTEE = "committee", _("committee")
    WORK_COMMITTEE = "work_committee", _("working committee")
    ORG_DEPARTMENT = "org_department", _("organisation department")
    GENERAL_BRANCH = "general_branch", _("general branch")
    BRANCH = "branch", _("branch")
    GROUP = "group", _("group")


class MembershipKind(models.TextChoices):
    """As what a person belongs to an organisation."""

    MEMBER = "member", _("member")
    PROBATIONARY = "probationary", _("probationary member")
    CANDIDATE = "candidate", _("candidate")
    APPLICANT = "applicant", _("applicant")


class Role(models.TextChoices):
    """A duty given for an organisation; it reaches the whole subtree below it."""

    BRANCH_SECRETARY = "branch_secretary", _("branch secretary")
    BRANCH_ADMIN = "branch_admin", _("branch administrator")
    LECTURER = "lecturer", _("lecturer")
    EDITOR = "editor", _("content editor")
    REVIEWER = "reviewer", _("reviewer")
    AUDITOR = "auditor", _("auditor")
    SECURITY_OFFICER = "security_officer", _("security officer")


# Duties whose holders see or change what belongs to others: they sign in with a second factor.
STAFF_ROLES = frozenset(
    {Role.BRANCH_SECRETARY, Role.BRANCH_ADMIN, Role.EDITOR, Role.REVIEWER, Role.AUDITOR, Role.SECURITY_OFFICER}
)
# Who keeps a branch's members and issues their sign-in codes.
MANAGING_ROLES = frozenset({Role.BRANCH_SECRETARY, Role.BRANCH_ADMIN})
# Who keeps the tree below the own organisations: what is added, renamed, moved, closed.
TREE_ROLES = frozenset({Role.BRANCH_ADMIN, Role.SECURITY_OFFICER})
# Three duties that three different people hold.
SEPARATED_ROLES = frozenset({Role.REVIEWER, Role.AUDITOR, Role.SECURITY_OFFICER})


class DisputeStatus(models.TextChoices):
    """Whether somebody has answered an objection to stored data."""

    OPEN = "open", _("open")
    ANSWERED = "answered", _("answered")
