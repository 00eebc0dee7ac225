"""What people ask of organisations."""

from cms.organisations.services.beginning import FirstPerson, begin_site
from cms.organisations.services.disputes import answer_dispute, open_dispute
from cms.organisations.services.members import Newcomer, admit_members, issue_code_for, join, transfer
from cms.organisations.services.roles import (
    close_account,
    end_expired_duties,
    end_role,
    grant_role,
    reopen_account,
    reset_second_factor,
    set_new_password,
    unlock_account,
)
from cms.organisations.services.tree import (
    create_organisation,
    deactivate_organisation,
    move_organisation,
    reactivate_organisation,
    rename_organisation,
)

__all__ = [
    "FirstPerson",
    "Newcomer",
    "admit_members",
    "answer_dispute",
    "begin_site",
    "close_account",
    "create_organisation",
    "deactivate_organisation",
    "end_expired_duties",
    "end_role",
    "grant_role",
    "issue_code_for",
    "join",
    "move_organisation",
    "open_dispute",
    "reactivate_organisation",
    "rename_organisation",
    "reopen_account",
    "reset_second_factor",
    "set_new_password",
    "transfer",
    "unlock_account",
]
