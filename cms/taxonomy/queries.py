"""The one visibility filter: pages, API, search and media ask here."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from cms.accounts.models import User
from cms.organisations.queries import ancestor_paths, standing_of
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import Audience, Label, Topic, VisibleModel
from search.schema import Facet, Viewer
from search.schema import Visibility as DocumentVisibility

_place_labels: set[type[Label]] = set()
LEAVING = (Visibility.PUBLIC, Visibility.ORGANISATION)


def all_topics() -> QuerySet[Topic]:
    """Return the topics in their order."""
    return Topic.objects.all()


def all_audiences() -> QuerySet[Audience]:
    """Return the audiences in their order."""
    return Audience.objects.all()


def picture_of(label: Label) -> dict[str, str | int]:
    """Return how a topic, an audience or a method stands in the audit log."""
    return {"name": label.name, "name_en": label.name_en, "slug": label.slug, "order": label.order}


def viewer_for(user: User | AnonymousUser) -> Viewer:
    """Return what the search engine needs to know about the person who asks."""
    standing = standing_of(user)
    return Viewer(
        authenticated=user.is_authenticated,
        organisation_paths=standing.organisation_paths,
        roles=tuple(sorted({role for role, _path in standing.duties})),
        all_seeing=False,
    )


def visible_q(user: User | AnonymousUser, prefix: str = "") -> Q:
    """Return the filter for rows the person may see; `prefix` such as "video__" reaches through a relation."""
    viewer = viewer_for(user)
    allowed = Q(**{f"{prefix}visibility": Visibility.PUBLIC})
    above = sorted({path for own in viewer.organisation_paths for path in ancestor_paths(own)})
    if above:
        allowed |= Q(
            **{f"{prefix}visibility": Visibility.ORGANISATION, f"{prefix}visible_organisation__path__in": above}
        )
    if viewer.roles:
        allowed |= Q(**{f"{prefix}visibility": Visibility.ROLE, f"{prefix}visible_role__in": viewer.roles})
    return allowed


def leaves_site() -> Q:
    """Return the filter for rows that may be handed on outside the site, by those who see them.

    A file on a stick asks nobody who holds it: what holders of a role see stays here.
    """
    return Q(visibility__in=LEAVING)


def may_leave_site(row: VisibleModel) -> bool:
    """Return whether this row may be handed on outside the site (see `leaves_site`)."""
    return row.visibility in LEAVING


def is_visible_to(row: VisibleModel, user: User | AnonymousUser) -> bool:
    """Return whether the person may see this row; the same rule as `visible_q`, without a query for public rows."""
    if row.visibility == Visibility.PUBLIC:
        return True
    viewer = viewer_for(user)
    if row.visibility == Visibility.ORGANISATION and row.visible_organisation is not None:
        return any(path.startswith(row.visible_organisation.path) for path in viewer.organisation_paths)
    return row.visibility == Visibility.ROLE and row.visible_role in viewer.roles


def reach_of(row: VisibleModel) -> tuple[str, int | None, str]:
    """Return whom the row is meant for."""
    return row.visibility, row.visible_organisation_id, row.visible_role


def is_seen_with(row: VisibleModel, entry: VisibleModel) -> bool:
    """Return whether words of the row may stand in what search keeps of another: all who find that see the row."""
    return row.visibility == Visibility.PUBLIC or reach_of(row) == reach_of(entry)


def name_places_after(model: type[Label]) -> None:
    """Say which labels name places; the room that has them calls it from `AppConfig.ready`."""
    _place_labels.add(model)


def names_places(model: type[Model]) -> bool:
    """Return whether labels of this kind name places."""
    return model in _place_labels


def place_facet(text: str) -> tuple[Facet, ...]:
    """Return a place that was written freely as search keeps it: the label of that name if there is one."""
    if not text:
        return ()
    for model in _place_labels:
        label = model._default_manager.filter(name=text).first()
        if label is not None:
            return (Facet(label.slug, label.name),)
    # Addresses part several values by commas.
    return (Facet(text.replace(",", "，"), text),)


def document_visibility(row: VisibleModel) -> DocumentVisibility:
    """Return the row's visibility in the words of the search index."""
    below = row.visible_organisation
    return DocumentVisibility(
        public=row.visibility == Visibility.PUBLIC,
        organisations=(below.path,) if row.visibility == Visibility.ORGANISATION and below else (),
        roles=(row.visible_role,) if row.visibility == Visibility.ROLE else (),
    )
