"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.enums import CodeKind
from cms.accounts.record_words import register_acts, register_choices, register_codes, register_fields

register_acts(
    {
        "accounts.add_group": _("Added a group in the admin"),
        "accounts.change_account": _("Changed an account in the admin"),
        "accounts.change_group": _("Changed a group in the admin"),
        "accounts.change_password": _("Changed the password"),
        "accounts.delete_account": _("Deleted an account"),
        "accounts.delete_group": _("Deleted a group in the admin"),
        "accounts.end_sessions": _("Ended the sign-ins on other devices"),
        "accounts.forget_old_acts": _("Deleted entries whose time was over"),
        "accounts.give_permission": _("Gave a group in the admin a permission"),
        "accounts.issue_api_token": _("Issued a key for programs"),
        "accounts.issue_code": _("Issued a sign-in code"),
        "accounts.open_account": _("Opened an account"),
        "accounts.recovery_codes_generated": _("Made recovery codes"),
        "accounts.take_permission": _("Took a permission from a group in the admin"),
        "accounts.totp_activated": _("Set up an authenticator app"),
        "accounts.totp_deactivated": _("Removed the authenticator app"),
        "accounts.use_code": _("Signed in with a code of the branch"),
        "accounts.webauthn_added": _("Added a passkey"),
        "accounts.webauthn_removed": _("Removed a passkey"),
    }
)
register_fields(
    {
        "about": _("About"),
        "action": _("Act"),
        "address": _("Network address"),
        "answer": _("Answer"),
        "at": _("Time"),
        "before": _("Older than"),
        "browser": _("Browser"),
        "by": _("By"),
        "collection": _("Collection"),
        "created": _("Set up"),
        "days": _("Valid for days"),
        "elder_view": _("Elder view"),
        "groups": _("Groups in the admin"),
        "joined": _("Joined"),
        "kind": _("Kind"),
        "language": _("Language"),
        "last_sign_in": _("Last sign-in"),
        "last_used": _("Last used"),
        "name": _("Name"),
        "password": _("Password"),
        "permission": _("Permission"),
        "phone": _("Phone"),
        "reason": _("Reason"),
        "rows": _("Number of entries"),
        "second_factor_required": _("Needs a second factor"),
        "signed_out": _("Signed out"),
        "staff_number": _("Staff number"),
        "state": _("State"),
        "status": _("State"),
        "superuser": _("Looks after the whole site"),
        "text": _("Text"),
        "title": _("Title"),
        "username": _("User name"),
    }
)
register_codes(
    {
        ("accounts.password", "changed"): _("changed"),
        ("kind", "totp"): _("Authenticator app"),
        ("kind", "webauthn"): _("Passkey"),
        ("kind", "recovery_codes"): _("Recovery codes"),
        ("language", "zh-hans"): _("Simplified Chinese"),
        ("language", "en"): _("English"),
    }
)
register_choices("accounts.kind", CodeKind)
