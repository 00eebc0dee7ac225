"""Fetch doors: the address with the token opens the form to listeners, the results open to those on duty."""

from django.http import Http404

from cms.accounts.models import User
from cms.evaluations.models import Evaluation
from cms.evaluations.queries import HANDLING_ROLES, evaluations_for
from cms.organisations.queries import standing_of


def get_evaluation_by_token(token: str) -> Evaluation:
    """Return the evaluation behind an address that was shown to listeners; raises Http404 for an unknown one."""
    found = Evaluation.objects.filter(token=token).first()
    if found is None:
        raise Http404
    return found


def get_evaluation_for(user: User, pk: int) -> Evaluation:
    """Return an evaluation of an organisation for which the person holds a duty; raises Http404 otherwise.

    Nobody looks at the single evaluation of the own teaching here: remarks stand on that page.
    """
    found = evaluations_for(user).filter(pk=pk).first()
    if found is None or found.marked_person_id == user.pk:
        raise Http404
    return found


def may_handle_evaluations(user: User) -> bool:
    """Return whether the person holds a duty for which there are evaluations."""
    return standing_of(user).has_role(*HANDLING_ROLES)
