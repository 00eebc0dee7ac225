"""Who is told of visits: a title and the page, never a note or a contact."""

from collections.abc import Callable, Iterable
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.accounts.models import User
from cms.core.templatetags.core_tags import local_date, local_datetime, local_time
from cms.notices.services import notify
from cms.organisations.enums import MANAGING_ROLES
from cms.organisations.queries import keepers_of, speakers_for, standing_of
from cms.venues.models import VenueVisit


def whom_to_ask(visit: VenueVisit) -> list[User]:
    """Return who answers for the visiting organisation: whoever agreed the visit, while on duty, else those who keep it."""
    person = visit.agreed_by
    if person is None or not person.is_active:
        return keepers_of(visit.organisation)
    on_duty = standing_of(person).has_role_at(MANAGING_ROLES, visit.organisation.path)
    return [person] if on_duty else keepers_of(visit.organisation)


def hosts_of(visit: VenueVisit, *, but: User | None) -> Iterable[User]:
    """Return who is told at the place, less the one who acted; nobody where an organisation goes to a place of its own."""
    if visit.organisation_id == visit.venue.organisation_id:
        return []
    return [person for person in speakers_for(visit.venue.organisation) if person != but]


def tell_agreed(visit: VenueVisit, *, but: User | None) -> None:
    """Tell those who keep the place who comes."""
    notify(
        hosts_of(visit, but=but),
        kind="venues.visit_agreed",
        title=lambda: _("%(branch)s comes to “%(place)s” on %(day)s") % names_in(visit),
        body=partial(when_words, visit),
        url=reverse("venues:guests"),
    )


def tell_given_back(visit: VenueVisit, *, but: User | None) -> None:
    """Tell those who keep the place who does not come."""
    notify(
        hosts_of(visit, but=but),
        kind="venues.visit_given_back",
        title=lambda: _("%(branch)s does not come to “%(place)s” on %(day)s") % names_in(visit),
        body=partial(when_words, visit),
        url=reverse("venues:guests"),
    )


def tell_shut(visit: VenueVisit, *, why: Callable[[], str]) -> None:
    """Tell the branch that the place cannot take it as agreed."""
    notify(
        whom_to_ask(visit),
        kind="venues.visit_shut",
        title=lambda: _("“%(place)s” cannot take %(branch)s on %(day)s as agreed") % names_in(visit),
        body=why,
        url=reverse("venues:visits"),
    )


def tell_open_again(visit: VenueVisit) -> None:
    """Tell the branch that was told the contrary that the place can take it after all."""
    notify(
        whom_to_ask(visit),
        kind="venues.visit_open_again",
        title=lambda: _("“%(place)s” can take %(branch)s on %(day)s after all") % names_in(visit),
        body=partial(when_words, visit),
        url=reverse("venues:visits"),
    )


def names_in(visit: VenueVisit) -> dict[str, str]:
    """Return what the titles name."""
    return {"branch": str(visit.organisation), "place": visit.venue.name, "day": local_date(visit.starts_at)}


def when_words(visit: VenueVisit) -> str:
    """Return from when to when, and how many people."""
    heads = ngettext("%(heads)s person", "%(heads)s people", visit.heads) % {"heads": visit.heads}
    return f"{local_datetime(visit.starts_at)}–{local_time(visit.ends_at)} · {heads}"
