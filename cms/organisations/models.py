"""The tree of organisations, memberships with history and roles scoped to a subtree."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from cms.organisations.enums import DisputeStatus, MembershipKind, OrganisationKind, Role


class Organisation(MP_Node):
    """A committee, branch or group; `path` (treebeard) makes a subtree one prefix."""

    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    code = models.SlugField(_("code"), max_length=60, unique=True, help_text=_("Stable name for imports and scripts."))
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.short_name or self.name


class Membership(models.Model):
    """A person belongs to an organisation from a day to a day; a transfer ends one row and begins another."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField(_("kind"), max_length=20, choices=MembershipKind.choices, default=MembershipKind.MEMBER)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day."))
    is_mobile = models.BooleanField(_("away for more than six months"), default=False)
    needs_home_delivery = models.BooleanField(_("prefers lessons brought home"), default=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ends_on__isnull=True), name="one_open_membership"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="membership_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"


class RoleAssignment(models.Model):
    """A person holds a role for an organisation and everything below it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_assignments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="role_assignments")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day."))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], condition=Q(ends_on__isnull=True), name="one_open_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"


class DataDispute(models.Model):
    """A person objects to what is stored about the person; `source` is a slug of `core.personal_data`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_disputes")
    source = models.CharField(_("kind of data"), max_length=60)
    text = models.TextField(_("what is not right"))
    status = models.CharField(
        _("status"), max_length=16, choices=DisputeStatus.choices, default=DisputeStatus.OPEN, db_index=True
    )
    created_at = models.DateTimeField(_("sent"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("objection to stored data")
        verbose_name_plural = _("objections to stored data")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} · {self.source}"


class MemberImport(models.Model):
    """A list of members that was read and waits for the confirmation; deleted a day later."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    rows: Any = models.JSONField(help_text=_("Each row as it was read."))
    faults: Any = models.JSONField(help_text=_("Sentences by row number."))
    imported = models.PositiveIntegerField(null=True, blank=True, help_text=_("How many people were added."))

    class Meta:
        verbose_name = _("import of members")
        verbose_name_plural = _("imports of members")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.filename
