"""Objections to what is stored about a person."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import InvalidInput
from cms.core.personal_data import personal_data_sources
from cms.notices.services import notify
from cms.organisations import lifecycle
from cms.organisations.enums import DisputeStatus
from cms.organisations.models import DataDispute
from cms.organisations.queries import handlers_of_disputes


@transaction.atomic
def open_dispute(user: User, *, source: str, text: str) -> DataDispute:
    """Take down that the person disagrees with what is stored, and tell those who can look into it.

    Raises InvalidInput for an unknown kind of data or an empty text.
    """
    if source not in {known.slug for known in personal_data_sources()}:
        raise InvalidInput(_("This kind of data does not exist."), code="source", status=404)
    if not text.strip():
        sentence = _("Please write what is not right.")
        raise InvalidInput(sentence, code="empty", fields={"text": [sentence]})
    made = DataDispute.objects.create(user=user, source=source, text=text.strip(), created_at=now())
    record_act("organisations.open_dispute", actor=user, target=made, after={"source": source})
    notify(
        handlers_of_disputes(user),
        kind="organisations.dispute",
        title=gettext_lazy("Somebody disputes what is stored about them"),
        # Not in the title, which goes out by e-mail.
        body=str(user),
        url="/workbench/disputes/",
    )
    return made


@transaction.atomic
def answer_dispute(dispute: DataDispute, *, actor: User, answer: str) -> DataDispute:
    """Answer a dispute; the person is told and reads the answer under "my data".

    Raises InvalidInput for an empty answer and StaleState when somebody else answered first.
    """
    if not answer.strip():
        sentence = _("Please write an answer.")
        raise InvalidInput(sentence, code="empty", fields={"answer": [sentence]})
    if dispute.user_id == actor.pk:
        raise InvalidInput(_("Nobody answers an own dispute."), code="own_dispute")
    lifecycle.advance(dispute, DisputeStatus.ANSWERED, actor=actor, reason=answer.strip())
    notify(
        [dispute.user],
        kind="organisations.dispute_answered",
        title=gettext_lazy("Your objection to stored data was answered"),
        url="/me/data/",
    )
    return dispute
