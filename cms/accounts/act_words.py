"""What the codes of the audit log mean, in words for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTS: dict[str, str | Promise] = {
    "accounts.change_password": _("Changed the password"),
    "accounts.end_sessions": _("Signed out on all other devices"),
    "accounts.forget_old_acts": _("Deleted entries whose time was over"),
    "accounts.issue_api_token": _("Issued a key for programs"),
    "accounts.issue_code": _("Issued a sign-in code"),
    "accounts.open_account": _("Opened an account"),
    "accounts.use_code": _("Signed in with a code of the branch"),
    "accounts.totp_activated": _("Set up an authenticator app"),
    "accounts.totp_deactivated": _("Removed the authenticator app"),
    "accounts.webauthn_added": _("Added a passkey"),
    "accounts.webauthn_removed": _("Removed a passkey"),
    "accounts.recovery_codes_generated": _("Made recovery codes"),
    "feedback.take_on": _("Took on a problem report"),
    "jobs.cancel": _("Cancelled a piece of work"),
    "jobs.retry": _("Started a piece of work again"),
    "ledger.answer_dispute": _("Answered a question about hours"),
    "ledger.correct": _("Corrected hours"),
    "ledger.forget_old_hours": _("Deleted hours whose time was over"),
    "ledger.rule": _("Changed a rule for study hours"),
    "lessons.correct": _("Corrected a lesson"),
    "lessons.restore": _("Showed a lesson again"),
    "lessons.set_review_by": _("Set until when a lesson is to be looked at again"),
    "lessons.take_down": _("Took a lesson down"),
    "lessons.unpublish": _("Withdrew a lesson from the site"),
    "organisations.admit_members": _("Added members from a list"),
    "organisations.answer_dispute": _("Answered an objection"),
    "organisations.begin_site": _("Set up the site"),
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
    "organisations.rename": _("Renamed an organisation"),
    "organisations.reopen_account": _("Opened an account again"),
    "organisations.reset_second_factor": _("Removed lost second factors"),
    "organisations.see_contact": _("Looked up a phone number"),
    "organisations.set_password": _("Set a first password"),
    "organisations.transfer": _("Moved a member to another organisation"),
    "organisations.unlock_account": _("Lifted the pause after wrong passwords"),
    "review.approve": _("Approved a lesson"),
    "review.return": _("Returned a lesson with a remark"),
}


def act_words(action: str) -> str:
    """Return what an action is in words; one of an earlier version of the site stays as it was written."""
    return str(ACTS.get(action, action))
