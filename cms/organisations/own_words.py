"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_choices, register_codes, register_fields
from cms.organisations.enums import DisputeStatus, MembershipKind, OrganisationKind, Role

register_acts(
    {
        "organisations.admit_members": _("Added members from a list"),
        "organisations.answer_dispute": _("Answered an objection"),
        "organisations.begin_site": _("Created when the site was set up"),
        "organisations.close_account": _("Closed an account"),
        "organisations.create": _("Added an organisation"),
        "organisations.deactivate": _("Closed an organisation"),
        "organisations.duties_expired": _("Duties ended by date"),
        "organisations.end_role": _("Ended a role"),
        "organisations.grant_role": _("Gave a role"),
        "organisations.join": _("Joined an organisation"),
        "organisations.move": _("Moved an organisation"),
        "organisations.open_dispute": _("Objected to stored data"),
        "organisations.reactivate": _("Opened an organisation again"),
        "organisations.rename": _("Changed the name of an organisation"),
        "organisations.reopen_account": _("Opened an account again"),
        "organisations.reset_second_factor": _("Reset the second factor"),
        "organisations.see_contact": _("Looked up a phone number"),
        "organisations.set_password": _("Set a first password"),
        "organisations.transfer": _("Moved a member to another organisation"),
        "organisations.unlock_account": _("Lifted the pause after wrong passwords"),
    }
)
register_fields(
    {
        "active": _("In use"),
        "as": _("As"),
        "away": _("Away for work"),
        "code": _("Code"),
        "counters": _("Counted wrong passwords"),
        "factors": _("Second factors"),
        "from": _("From"),
        "home_delivery": _("Lessons at home"),
        "organisation": _("Organisation"),
        "organisations.name": _("Name of the organisation"),
        "parent": _("Stands below"),
        "people": _("People"),
        "role": _("Role"),
        "roles": _("Roles"),
        "short_name": _("Short name"),
        "source": _("Kind of data"),
        "to": _("Until"),
    }
)
register_codes(
    {
        ("organisations.factors", "totp"): _("Authenticator app"),
        ("organisations.factors", "webauthn"): _("Passkey"),
        ("organisations.factors", "recovery_codes"): _("Recovery codes"),
    }
)
# What a node of the tree is, and as what a person belongs to it: no code stands in both.
register_choices("organisations.kind", OrganisationKind)
register_choices("organisations.kind", MembershipKind)
register_choices("organisations.role", Role)
register_choices("organisations.status", DisputeStatus)
