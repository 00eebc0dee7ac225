"""People who sign in, their one-time codes, API tokens and the append-only audit log."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from cms.accounts.enums import CodeKind
from cms.accounts.record_words import act_words
from cms.accounts.validators import validate_phone, validate_staff_number


class User(AbstractUser):
    """A person: name, ways to sign in, preferences. Where the person belongs stands in `organisations`."""

    # One name field: splitting Han names into first and last is wrong more often than right.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    name = models.CharField(_("full name"), max_length=60)
    phone = models.CharField(
        _("phone"), max_length=20, unique=True, null=True, blank=True, validators=[validate_phone]
    )  # unique, so absence must be NULL
    staff_number = models.CharField(  # unique, so absence must be NULL
        _("staff number"), max_length=32, unique=True, null=True, blank=True, validators=[validate_staff_number]
    )
    elder_view = models.BooleanField(_("elder view"), default=False)
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=settings.LANGUAGES,
        help_text=_("For notices, and for pages on a device where no other language was chosen."),
    )
    session_epoch = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("Counting up signs the person out everywhere.")
    )
    mfa_required = models.BooleanField(
        _("second factor required"),
        default=False,
        help_text=_("Set by the person's roles; staff sign in with a second factor."),
    )

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """Return the name as written; Wagtail and log entries ask for it."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the name as written."""
        return str(self)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie sessions to the password, as Django does, and to the epoch: no list of devices has to be kept."""
        return salted_hmac(
            "weike.session", f"{self.session_epoch}:{self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()


class SignInName(models.Model):
    """A name under which somebody signs in, in small letters. Written by triggers of the database only."""

    name = models.CharField(max_length=150, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_names")

    class Meta:
        verbose_name = _("sign-in name")
        verbose_name_plural = _("sign-in names")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OneTimeCode(models.Model):
    """A sign-in code or QR that a branch issued for one person; only its hash is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="one_time_codes")
    kind = models.CharField(max_length=16, choices=CodeKind.choices)
    digest = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return f"{self.user} {self.issued_at:%Y-%m-%d %H:%M}"


class ApiToken(models.Model):
    """A bearer token for scripts; only its hash is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="script_tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.user} → {self.expires_at:%Y-%m-%d}"


class AuditEntry(models.Model):
    """Who did what to what, with before and after. Database triggers forbid changing or deleting a row."""

    at = models.DateTimeField(db_index=True)
    # No cascade and no protect: the log outlives the account, so the key is plain and the name is copied.
    actor_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    actor_name = models.CharField(max_length=60, blank=True)
    action = models.CharField(max_length=60, db_index=True)
    target_kind = models.CharField(max_length=60, blank=True)
    target_id = models.CharField(max_length=60, blank=True)
    target_label = models.CharField(max_length=200, blank=True)
    before: Any = models.JSONField(default=dict, blank=True)
    after: Any = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["target_kind", "target_id"], name="audit_target")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action}"

    @property
    def action_words(self) -> str:
        """What was done, in words for people."""
        return act_words(self.action)
