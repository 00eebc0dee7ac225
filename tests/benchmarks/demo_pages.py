"""Every page of the site with something of the demonstration in it, and who looks at it."""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from cms.accounts.models import User
from cms.booking.enums import BookingStatus
from cms.booking.models import BookingRequest
from cms.courses.models import BranchGuide, CoursePage, GuidePage, Playlist, TopicWish
from cms.demo.accounts import ACCOUNTS
from cms.evaluations.models import Evaluation
from cms.feedback.models import ProblemReport
from cms.itineraries.models import ItineraryPage
from cms.lecturers.models import Lecturer, Schedule
from cms.lessons.models import MicroLesson
from cms.library.models import ContentPage, ResourcePage, SectionPage
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.queries import below, home_organisation, standing_of
from cms.review.queries import within_reach
from cms.venues.models import Venue

PAGES: dict[str, tuple[str, ...]] = {
    "visitor": (
        *("account_login", "accounts:code", "account_reset_password", "account_inactive"),
        *("portal:about", "portal:help", "feedback:report", "evaluations:mark"),
    ),
    "member": (
        *("portal:home", "portal:search", "portal:me", "portal:saved_searches", "portal:design"),
        *("lessons:browse", "lessons:watch", "lessons:screen", "lessons:author", "lessons:mine", "lessons:upload"),
        *("lessons:edit", "lessons:captions", "lessons:questions", "lessons:attachments"),
        *("lessons:consent", "lessons:submit", "videos:mine"),
        *("courses:browse", "courses:guides", "courses:wishes", "courses:playlist", "courses:playlist_screen"),
        *("courses:branch_guide", "library:browse", "library:announcements", "lecturers:directory"),
        *("lecturers:lecturer", "venues:browse", "venues:venue", "itineraries:browse", "itineraries:booklet"),
        *("feedback:mine", "feedback:answers", "notices:list", "notices:preferences", "ledger:record"),
        *("ledger:teaching", "organisations:my_data", "organisations:dispute", "accounts:settings", "mfa_index"),
        *("account_change_password", "mfa_list_webauthn", "booking:missed"),
    ),
    "secretary": (
        *("portal:workbench", "booking:ask", "booking:booking", "booking:cancel", "booking:deliver"),
        *("booking:overview", "courses:answer_wish", "courses:assign", "courses:assignments", "courses:branch_guides"),
        *("courses:copy_guide", "courses:playlists", "courses:edit_playlist", "courses:delete_playlist"),
        *("courses:edit_branch_guide", "evaluations:list", "evaluations:evaluation", "feedback:reports"),
        *("itineraries:visit", "venues:visit", "venues:visits", "venues:guests", "ledger:disputes", "lessons:review"),
        *("organisations:members", "organisations:member", "organisations:import", "organisations:disputes"),
    ),
    "editor": (
        *(
            "portal:work",
            "feedback:answer",
            "wagtailadmin_home",
            "lessons:unpublish",
            "lessons:take_down",
            "library:unpublish",
        ),
        *("library:take_down", "library_care", "lecturers:keeping", "lecturers:standing", "lecturers:new_term"),
        *("lecturers:last_day", "lecturers:new_suspension", "lecturers:rule"),
    ),
    "reviewer": ("courses:badge", "library:review", "library:review_shown", "venues:review"),
    "lecturer": (
        *("lecturers:my_schedule", "lecturers:schedule", "lecturers:profile", "lecturers:limits"),
        *(
            "lecturers:new_hours",
            "lecturers:hours",
            "lecturers:new_days",
            "lecturers:new_offer",
            "lecturers:offer",
            "booking:decline",
            "booking:counter",
        ),
    ),
    "security_officer": (
        *("organisations:accounts", "organisations:account", "organisations:tree", "organisations:organisation"),
    ),
    "auditor": ("organisations:audit",),
}
# What is looked for, and whose page it is read on.
QUESTIONS = {"portal:search": "?q=记录", "feedback:report": "?kind=site"}
WRITING = ("edit", "captions", "questions", "attachments", "consent", "submit")
# Files, forms of a moment and addresses for machines: nobody waits for them as for a page.
NO_PAGES = {
    *("account_logout", "account_reauthenticate", "mfa_reauthenticate", "accounts:qr", "notices:confirm"),
    *("organisations:import_look", "organisations:import_errors", "organisations:import_template"),
    *("organisations:export_data", "ledger:export", "booking:calendar", "itineraries:calendar", "itineraries:gpx"),
    *("lessons:captions_vtt", "lessons:draft_captions_vtt", "lessons:review_captions_vtt", "lessons:review_document"),
    *(
        "library:review_document",
        "library:review_picture",
        "library:draft_document",
        "library:draft_picture",
        "venues:review_picture",
        "venues:draft_picture",
        "videos:rendition",
        "videos:original",
        "videos:upload",
        "videos:uploads",
    ),
    *("courses:course_pack", "courses:guide_pack", "courses:branch_guide_pack", "courses:playlist_pack"),
    *("assets:site_file", "portal:healthz", "ledger:answer", "ledger:dispute"),
    # Of things that the demonstration does not hold in this state.
    *("lessons:discard", "lessons:restore", "library:restore", "videos:cancel", "videos:delete"),
    # Asked for while one types.
    *("lessons:speakers", "lessons:own_speakers"),
}


def person(role: str) -> User:
    """Return the demonstration's account of a role."""
    username = next(one.username for one in ACCOUNTS if one.role == role)
    found: User = User.objects.get(username=username)
    return found


def asked(role: str, status: BookingStatus) -> dict[str, Any]:
    """Return the argument of a request in this state: one that the lecturer has, or of the secretary's branch."""
    rows = BookingRequest.objects.filter(status=status)
    if role == "lecturer":
        rows = rows.filter(lecturer__user=person(role))
    else:
        rows = rows.filter(organisation=home_organisation(person(role)))
    return {"public_id": rows.order_by("pk")[0].public_id}


def look(role: str, model: type[Any]) -> dict[str, Any]:
    """Return the argument of a look at such a thing that was the person's duty."""
    kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
    return key(within_reach(person(role)).filter(workflow_state__content_type=kind).order_by("status"))


def key(rows: Any) -> dict[str, Any]:
    """Return the argument of the first row."""
    return {"pk": rows.order_by("pk")[0].pk}


def own_draft() -> dict[str, Any]:
    """Return the argument of the member's own lesson that is still being written."""
    return key(MicroLesson.objects.filter(author=person("member"), live=False))


def own_lecturer() -> dict[str, Any]:
    """Return the argument of the demonstration's lecturer."""
    return key(Lecturer.objects.filter(user=person("lecturer")))


def own_hours() -> dict[str, Any]:
    """Return the arguments of the lecturer's weekly hours."""
    return own_lecturer() | {"row": Schedule.objects.filter(lecturer__user=person("lecturer"))[0].pk}


THINGS: dict[str, Callable[[], dict[str, Any]]] = {
    **dict.fromkeys((f"lessons:{n}" for n in ("watch", "screen", "unpublish", "take_down")), lambda: key(shown())),
    **dict.fromkeys((f"lessons:{n}" for n in WRITING), own_draft),
    "lessons:author": lambda: {"pk": shown()[0].author_id},
    "lessons:review": lambda: look("secretary", MicroLesson),
    "portal:about": lambda: {"page": "privacy"},
    "portal:help": lambda: {"role": "member"},
    "evaluations:mark": lambda: {"token": Evaluation.objects.order_by("-pk")[0].token},
    "evaluations:evaluation": lambda: key(of_branch(Evaluation)),
    **dict.fromkeys(
        (f"courses:{n}" for n in ("playlist", "playlist_screen", "edit_playlist", "delete_playlist")),
        lambda: key(of_branch(Playlist)),
    ),
    **dict.fromkeys(
        ("courses:branch_guide", "courses:edit_branch_guide"),
        lambda: key(of_branch(BranchGuide)),
    ),
    **dict.fromkeys(("courses:assign", "courses:badge"), lambda: key(CoursePage.objects.live())),
    "courses:copy_guide": lambda: key(GuidePage.objects.live()),
    "courses:answer_wish": lambda: key(TopicWish.objects.all()),
    "lecturers:lecturer": own_lecturer,
    **dict.fromkeys(
        (f"lecturers:{n}" for n in ("schedule", "profile", "limits", "new_hours", "new_days")), own_lecturer
    ),
    "lecturers:hours": own_hours,
    **dict.fromkeys((f"lecturers:{n}" for n in ("new_offer", "standing", "new_term", "new_suspension")), own_lecturer),
    "lecturers:offer": lambda: own_lecturer() | {"row": person("lecturer").lecturer.offers.all()[0].pk},
    "lecturers:last_day": lambda: own_lecturer() | {"row": person("lecturer").lecturer.terms.all()[0].pk},
    "lecturers:rule": lambda: {"pk": person("lecturer").lecturer.organisation_id},
    "booking:ask": own_lecturer,
    **dict.fromkeys(("booking:booking", "booking:cancel"), lambda: asked("secretary", BookingStatus.ACCEPTED)),
    "booking:deliver": lambda: asked("secretary", BookingStatus.ACCEPTED),
    **dict.fromkeys(("booking:decline", "booking:counter"), lambda: asked("lecturer", BookingStatus.PENDING)),
    **dict.fromkeys(
        ("venues:venue", "venues:visit"), lambda: key(Venue.objects.filter(live=True, visibility="public"))
    ),
    **dict.fromkeys(("itineraries:booklet", "itineraries:visit"), lambda: key(ItineraryPage.objects.live())),
    "organisations:dispute": lambda: {"slug": "accounts.account"},
    "organisations:member": lambda: key(User.objects.filter(pk=person("member").pk)),
    "organisations:account": lambda: key(User.objects.filter(pk=person("member").pk)),
    "organisations:organisation": lambda: key(Organisation.objects.filter(depth=2)),
    "feedback:answer": lambda: key(ProblemReport.objects.all()),
    **dict.fromkeys(("library:unpublish", "library:take_down"), lambda: key(ResourcePage.objects.live())),
    **dict.fromkeys(("library:review", "library:review_shown"), lambda: look("reviewer", ResourcePage)),
    "venues:review": lambda: look("reviewer", Venue),
}


def shown() -> Any:
    """Return the lessons that everybody may see."""
    return MicroLesson.objects.filter(live=True, visibility="public").order_by("pk")


def of_branch(model: type[Any]) -> Any:
    """Return the things of the secretary's branch."""
    return model.objects.filter(organisation=home_organisation(person("secretary")))


def published_pages() -> Iterator[tuple[str, Any]]:
    """Yield the name of each kind of page in the tree, and one of it."""
    models: list[Any] = [kind for kind in apps.get_models() if issubclass(kind, ContentPage)]
    models.remove(ContentPage)
    for model in [SectionPage, *models]:
        page = model.objects.filter(live=True).order_by("pk").first()
        if page is not None:
            yield model._meta.label, page


def all_pages() -> Iterator[tuple[str, str, str]]:
    """Yield the role, the name and the path of every page; one of each kind as a member reads it and as it is edited."""
    for role, names in PAGES.items():
        for name in names:
            made = THINGS.get(name)
            yield role, name, reverse(name, kwargs=made() if made else None) + QUESTIONS.get(name, "")
    for kind, page in published_pages():
        yield "member", kind, page.get_url()
        yield "editor", f"form of {kind}", reverse("wagtailadmin_pages:edit", args=[page.pk])
    own = Organisation.objects.filter(below(standing_of(person("editor")).paths_of(Role.EDITOR)))
    snippets: dict[str, Any] = {
        "lessons_microlesson": MicroLesson,
        "venues_venue": Venue,
        "lecturers_lecturer": Lecturer,
    }
    for kind, model in snippets.items():
        edit, listing = f"wagtailsnippets_{kind}:edit", f"wagtailsnippets_{kind}:list"
        yield "editor", edit, reverse(edit, args=[key(model.objects.filter(organisation__in=own))["pk"]])
        yield "editor", listing, reverse(listing)
    for name in ("library_content:index", "itineraries_closed_days"):
        yield "editor", name, reverse(name)
