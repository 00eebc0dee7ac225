"""A small county with one thing of every kind, so that every address has something to be asked for."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import resolve

from cms.accounts.enums import CodeKind
from cms.accounts.models import User
from cms.accounts.services import issue_code
from cms.assets.models import SiteDocument, SiteRendition
from cms.assets.services import collection_named
from cms.core.clock import now
from cms.jobs.enums import JobStatus
from cms.ledger.models import HourRule
from cms.lessons.models import MicroLesson
from cms.lessons.services import attach_document, set_captions, submit_lesson
from cms.lessons.services.groups import LIBRARY_COLLECTION
from cms.lessons.services.parts import CueInput
from cms.library.models import ResourcePage
from cms.library.services import ensure_sections
from cms.notices.services import set_address
from cms.notices.services.choosing import token_for
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import DataDispute, MemberImport, Organisation
from cms.portal.models import SynonymSet
from cms.portal.services import save_search
from cms.quizzes.services import start_attempt
from cms.review.services import approve, ensure_workflow, submit
from cms.taxonomy.enums import Visibility
from cms.taxonomy.services import write_visibility
from cms.videos.media_urls import folder_url
from cms.videos.models import Video
from cms.videos.rendition_stores import rendition_store
from cms.videos.services import start_upload
from cms.watching.services import start_session
from tests.architecture.county_bookings import addresses_of_bookings
from tests.architecture.county_courses import addresses_of_courses
from tests.architecture.county_lecturers import addresses_of_lecturers
from tests.architecture.county_pages import addresses_of_kinds
from tests.architecture.county_places import addresses_of_places
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.assets import PDF, DocumentFactory, ImageFactory, jpeg, sized_copy
from tests.factories.evaluations import make_evaluation
from tests.factories.feedback import ProblemReportFactory
from tests.factories.jobs import JobFactory
from tests.factories.lecturers import LecturerFactory
from tests.factories.ledger import HourDisputeFactory, HourEntryFactory
from tests.factories.lessons import Stage, make_draft, make_video
from tests.factories.library import make_editor, make_resource, publish_page
from tests.factories.notices import NoticeFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory
from tests.factories.quizzes import make_quiz
from tests.factories.search import make_dead_letter
from tests.factories.venues import VenueFactory
from tests.factories.watching import PrivateNoteFactory, WatchableVideoFactory

# In the order of the table's columns. `member` made everything there is; `member2` belongs to another branch.
STAFF = {
    "secretary": Role.BRANCH_SECRETARY,
    "editor": Role.EDITOR,
    "reviewer": Role.REVIEWER,
    "auditor": Role.AUDITOR,
    "security_officer": Role.SECURITY_OFFICER,
    "lecturer": Role.LECTURER,
    "branch_admin": Role.BRANCH_ADMIN,
}
ROLES = ("anonymous", "member", "member2", *STAFF)
OF_THE_BRANCH = {"secretary", "branch_admin", "lecturer"}


@dataclass
class County:
    """The people by role, and what each address needs: its arguments, what is posted, what stands behind the `?`.

    `files` are addresses outside our own tables: documents, images and pages of Wagtail's.
    """

    people: dict[str, User]
    arguments: dict[str, dict[str, Any]]
    forms: dict[str, dict[str, Any]]
    questions: dict[str, dict[str, Any]]
    files: dict[str, str]


def make_people() -> tuple[Stage, dict[str, User]]:
    """Return the organisations and one person for each role, with a second factor where the role needs one."""
    ensure_workflow()
    committee = OrganisationFactory(kind=OrganisationKind.COMMITTEE)
    branch = OrganisationFactory(parent=committee)
    people: dict[str, User] = {"member": UserFactory(), "member2": UserFactory()}
    people["superuser"] = UserFactory(is_superuser=True, is_staff=True, mfa_required=True)
    give_second_factor(people["superuser"])
    MembershipFactory(user=people["member"], organisation=branch)
    MembershipFactory(user=people["member2"], organisation=OrganisationFactory(parent=committee))
    for name, role in STAFF.items():
        place: Organisation = branch if name in OF_THE_BRANCH else committee
        people[name] = UserFactory(mfa_required=role != Role.LECTURER)
        give_second_factor(people[name])
        MembershipFactory(user=people[name], organisation=place)
        RoleAssignmentFactory(user=people[name], organisation=place, role=role)
    stage = Stage(committee, branch, people["member"], people["secretary"], people["editor"], people["member2"])
    return stage, people


def make_county() -> County:
    """Return people and things; whatever has an owner belongs to `member`."""
    stage, people = make_people()
    owner = people["member"]
    lessons = make_lessons(stage)
    note = PrivateNoteFactory(user=owner)
    arguments = {**addresses_of_lessons(lessons), **addresses_of_rooms(stage, owner), **addresses_of_watching(owner)}
    arguments |= addresses_of_bookings(stage, owner)
    arguments |= addresses_of_lecturers(owner)
    arguments |= addresses_of_courses(stage, owner)
    pages = make_pages(stage)
    arguments |= addresses_of_library(pages)
    arguments |= addresses_of_places(stage, owner)
    return County(
        people,
        arguments,
        forms={"watching:delete_note": {"note": note.pk}},
        questions={"feedback:report": {"kind": "lesson", "id": lessons["published"].pk}},
        files=addresses_of_files(stage, lessons, owner) | names_of_pages(pages) | addresses_of_kinds(stage),
    )


def make_lessons(stage: Stage) -> dict[str, MicroLesson]:
    """Return a draft, one that waits for the branch and a published one, each with captions and a document."""
    lessons = {}
    for name in ("draft", "submitted", "published"):
        lesson = make_draft(stage)
        set_captions(lesson, [CueInput(0.0, 2.0, "大家好")], actor=stage.author)
        attach_document(lesson, ContentFile(PDF, name=f"{name}.pdf"), actor=stage.author)
        if name != "draft":
            submit_lesson(lesson, actor=stage.author)
        lessons[name] = MicroLesson.objects.get(pk=lesson.pk)
    approve(lessons["published"], actor=stage.secretary)
    approve(MicroLesson.objects.get(pk=lessons["published"].pk), actor=stage.editor)
    return {name: MicroLesson.objects.get(pk=lesson.pk) for name, lesson in lessons.items()}


def make_pages(stage: Stage) -> dict[str, ResourcePage]:
    """Return a draft, one that waits for the editors, a published page, and the draft of an organisation elsewhere."""
    other = OrganisationFactory()
    stranger, keeper = make_editor(other), make_editor(stage.committee)
    document = DocumentFactory(uploaded_by_user=keeper, collection=collection_named(LIBRARY_COLLECTION))
    cover = ImageFactory(uploaded_by_user=keeper, collection=collection_named(LIBRARY_COLLECTION))
    # The pages would make it while they are asked for.
    sized_copy(cover, "width-1200")
    pages = {
        name: make_resource(keeper, stage.committee, title=name, file=document, cover=cover)
        for name in ("page_draft", "page_submitted", "page")
    }
    submit(pages["page_submitted"], actor=keeper)
    pages["page"] = publish_page(pages["page"], stage.editor)
    pages["page_submitted"] = ResourcePage.objects.get(pk=pages["page_submitted"].pk)
    return pages | {"page_elsewhere": make_resource(stranger, other, title="page_elsewhere")}


def addresses_of_library(pages: dict[str, ResourcePage]) -> dict[str, dict[str, Any]]:
    """Return the arguments of the library's addresses."""
    waiting = pages["page_submitted"]
    copy = SiteRendition.objects.get(image=waiting.cover, filter_spec="width-1200")
    look = {"pk": waiting.current_workflow_task_state.pk}
    return {
        **{f"library:{name}": {"pk": pages["page"].pk} for name in ("mark", "unpublish", "take_down", "restore")},
        "library:review": look,
        "library:review_shown": look,
        "library:review_document": look | {"document": waiting.file_id},
        "library:review_picture": look | {"copy": copy.pk},
        "library:draft_document": {"pk": pages["page_draft"].pk, "document": pages["page_draft"].file_id},
        "library:draft_picture": {"pk": pages["page_draft"].pk, "copy": copy.pk},
    }


def names_of_pages(pages: dict[str, ResourcePage]) -> dict[str, str]:
    """Return the pages by the names that admin.txt uses in braces: keys, and the address of the one that is shown."""
    keys = {name: str(page.pk) for name, page in pages.items()}
    section = ensure_sections()["library"]
    return keys | {
        "section": str(section.pk),
        "home_page": str(section.get_parent().pk),
        "page_url": pages["page"].url,
    }


def document_of(lesson: MicroLesson) -> SiteDocument:
    """Return the document of the newest draft."""
    found: SiteDocument = lesson.get_latest_revision_as_object().attachments.all()[0].document
    return found


def addresses_of_lessons(lessons: dict[str, MicroLesson]) -> dict[str, dict[str, Any]]:
    """Return the arguments of the lessons' addresses: shown ones for the published, private ones for the draft."""
    published, draft, submitted = (lessons[name] for name in ("published", "draft", "submitted"))
    state = submitted.current_workflow_task_state
    mine = {"pk": draft.pk}
    found: dict[str, dict[str, Any]] = {
        f"lessons:{name}": mine
        for name in (
            "edit",
            "save",
            "speakers",
            "replace_file",
            "captions",
            "draft_captions_vtt",
            "questions",
            "attachments",
            "consent",
            "submit",
            "discard",
        )
    }
    found |= {
        f"lessons:{name}": {"pk": published.pk}
        for name in ("watch", "screen", "captions_vtt", "unpublish", "take_down")
    }
    found |= {f"lessons:{name}": {"pk": state.pk} for name in ("review", "review_captions_vtt")}
    return found | {
        "lessons:detach": {"pk": draft.pk, "document": document_of(draft).pk},
        "lessons:withdraw": {"pk": submitted.pk},
        "lessons:restore": {"pk": published.pk},
        "lessons:author": {"pk": published.author_id},
        "lessons:review_document": {"pk": state.pk, "document": document_of(submitted).pk},
    }


def addresses_of_rooms(stage: Stage, owner: User) -> dict[str, dict[str, Any]]:
    """Return the arguments of everything about people, hours, reports and notices."""
    entry = HourEntryFactory(user=owner)
    hours = HourDisputeFactory(entry=entry, user=owner, organisation=stage.branch)
    report = ProblemReportFactory(reporter=owner, organisation=stage.branch)
    dispute = DataDispute.objects.create(user=owner, source="accounts.account", text="不对", created_at=now())
    sheet = MemberImport.objects.create(actor=stage.secretary, filename="a.xlsx", created_at=now(), rows=[], faults={})
    evaluation = make_evaluation(stage.branch, number=stage.branch.pk)
    lower = OrganisationFactory(parent=stage.branch)
    role = RoleAssignmentFactory(user=UserFactory(), organisation=stage.branch, role=Role.LECTURER)
    person = {"pk": owner.pk}
    found: dict[str, dict[str, Any]] = {
        f"organisations:{name}": person
        for name in (
            *("member", "transfer", "contact", "issue_code", "account", "grant_role", "close_account"),
            *("reopen_account", "unlock_account", "reset_factor", "set_password"),
        )
    }
    found |= {
        f"organisations:{name}": {"pk": lower.pk}
        for name in ("organisation", *(f"{act}_organisation" for act in ("add", "rename", "move", "close", "reopen")))
    }
    found |= {
        f"organisations:{name}": {"uuid": sheet.uuid} for name in ("import_look", "import_confirm", "import_errors")
    }
    found |= {f"evaluations:{name}": {"pk": evaluation.pk} for name in ("evaluation", "codes", "close")}
    return found | {
        "evaluations:mark": {"token": evaluation.token},
        "organisations:end_role": {"pk": role.pk},
        "organisations:answer_dispute": {"pk": dispute.pk},
        "organisations:dispute": {"slug": "accounts.account"},
        "ledger:export": {"form": "csv"},
        "ledger:dispute": {"pk": entry.pk},
        "ledger:answer": {"pk": hours.pk},
        "feedback:close": {"pk": report.pk},
        "feedback:answer": {"pk": report.pk},
        "notices:confirm": {"token": token_for(set_address(owner, "member@example.org"))},
        "notices:read": {"pk": NoticeFactory(user=owner).pk},
        "mfa_remove_webauthn": {"pk": 1},
        "mfa_edit_webauthn": {"pk": 1},
        "portal:help": {"role": "member"},
        "portal:about": {"page": "privacy"},
        "accounts:qr": {"token": issue_code(owner, kind=CodeKind.QR, actor=stage.secretary)},
        "assets:site_file": {"name": public_picture()},
    }


def public_picture() -> str:
    """Return the file's name of a sized copy that everybody may see."""
    image = ImageFactory()
    write_visibility(image, Visibility.PUBLIC, None, "")
    return str(sized_copy(image).file)


def shown_rendition(video: Video) -> dict[str, Any]:
    """Return the arguments of a signed address behind which a file lies."""
    made = settings.WORK_ROOT / "poster"
    made.mkdir(parents=True, exist_ok=True)
    (made / "poster.jpg").write_bytes(jpeg())
    rendition_store().publish(made, str(video.uuid), video.generation, lambda: None)
    return dict(resolve(f"{folder_url(video)}poster.jpg").kwargs)


def addresses_of_watching(owner: User) -> dict[str, dict[str, Any]]:
    """Return the arguments of uploads, videos, sessions and quizzes: the video is private, the quiz is public."""
    private, public = make_video(owner), WatchableVideoFactory(generation="a1")
    quiz = make_quiz()
    attempt = start_attempt(owner, quiz)
    session = start_session(owner, public)
    upload = start_upload(owner, length=1000)
    return {
        **{f"videos:{name}": {"pk": private.pk} for name in ("retry", "cancel", "delete", "original")},
        "portal:mend_video": {"pk": private.pk},
        "portal:delete_saved_search": {"pk": save_search(owner, "q=1", label="1").pk},
        "portal:retry_job": {"pk": JobFactory(status=JobStatus.FAILED).pk},
        "portal:index_again": {"pk": make_dead_letter(pk=str(owner.pk)).pk},
        "videos:upload": {"key": str(upload.pk)},
        "lessons:upload_discard": {"pk": upload.pk},
        "videos:rendition": shown_rendition(public),
        **{f"api:{name}_video": {"video_id": private.pk} for name in ("show", "delete", "retry", "cancel")},
        "watching:add_note": {"pk": public.pk},
        "quizzes:answer": {"pk": quiz.pk},
        "api:beat": {"session_id": session.pk},
        "api:begin": {"quiz_id": quiz.pk},
        "api:save": {"attempt_id": attempt.pk, "question_id": quiz.versions.get().pk},
        "api:submit": {"attempt_id": attempt.pk},
    }


def addresses_of_files(stage: Stage, lessons: dict[str, MicroLesson], owner: User) -> dict[str, str]:
    """Return addresses by the names that admin.txt uses in braces."""
    library = DocumentFactory(uploaded_by_user=stage.editor, collection=collection_named(LIBRARY_COLLECTION))
    private = document_of(lessons["draft"])
    image = ImageFactory(uploaded_by_user=owner)
    return {
        "published": str(lessons["published"].pk),
        "draft": str(lessons["draft"].pk),
        "submitted": str(lessons["submitted"].pk),
        "submitted_look": str(lessons["submitted"].current_workflow_task_state.pk),
        "rule": str(HourRule.objects.order_by("pk")[0].pk),
        "synonyms": str(SynonymSet.objects.order_by("pk")[0].pk),
        "library_document": str(library.pk),
        "private_document": str(private.pk),
        "private_file": private.url,
        "published_file": document_of(lessons["published"]).url,
        "private_image": str(image.pk),
        "private_picture": image.file.url,
        "owner": str(owner.pk),
        "venue": str(VenueFactory(organisation=stage.branch).pk),
        "lecturer": str(LecturerFactory(organisation=stage.branch).pk),
    }
