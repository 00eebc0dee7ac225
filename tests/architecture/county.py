"""A small county with one thing of every kind, so that every address has something to be asked for."""

from dataclasses import dataclass
from typing import Any

from cms.accounts.models import User
from cms.core.clock import now
from cms.lessons.models import MicroLesson
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.models import DataDispute, MemberImport, Organisation
from cms.quizzes.services import start_attempt
from cms.review.services import ensure_workflow
from cms.watching.services import start_session
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.feedback import ProblemReportFactory
from tests.factories.ledger import HourDisputeFactory, HourEntryFactory
from tests.factories.lessons import Stage, make_draft, make_published, make_submitted, make_video
from tests.factories.notices import NoticeFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory
from tests.factories.quizzes import make_quiz
from tests.factories.watching import WatchableVideoFactory

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
    """The people by role and the arguments of every address that has some."""

    people: dict[str, User]
    arguments: dict[str, dict[str, Any]]


def make_people() -> tuple[Stage, dict[str, User]]:
    """Return the organisations and one person for each role, with a second factor where the role needs one."""
    ensure_workflow()
    committee = OrganisationFactory(kind=OrganisationKind.COMMITTEE)
    branch = OrganisationFactory(parent=committee)
    people: dict[str, User] = {"member": UserFactory(), "member2": UserFactory()}
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
    lessons = {"published": make_published(stage), "draft": make_draft(stage), "submitted": make_submitted(stage)}
    arguments = {**addresses_of_lessons(lessons), **addresses_of_rooms(stage, owner), **addresses_of_watching(owner)}
    return County(people, arguments)


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
        "lessons:detach": {"pk": draft.pk, "document": 1},
        "lessons:withdraw": {"pk": submitted.pk},
        "lessons:restore": {"pk": published.pk},
        "lessons:author": {"pk": published.author_id},
        "lessons:review_document": {"pk": state.pk, "document": 1},
        "lessons:upload_discard": {"pk": "00000000-0000-4000-8000-000000000000"},
    }


def addresses_of_rooms(stage: Stage, owner: User) -> dict[str, dict[str, Any]]:
    """Return the arguments of everything about people, hours, reports and notices."""
    entry = HourEntryFactory(user=owner)
    hours = HourDisputeFactory(entry=entry, user=owner, organisation=stage.branch)
    report = ProblemReportFactory(reporter=owner, organisation=stage.branch)
    dispute = DataDispute.objects.create(user=owner, source="account", text="不对", created_at=now())
    sheet = MemberImport.objects.create(actor=stage.secretary, filename="a.xlsx", created_at=now(), rows=[], faults={})
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
    return found | {
        "organisations:end_role": {"pk": role.pk},
        "organisations:answer_dispute": {"pk": dispute.pk},
        "organisations:dispute": {"slug": "account"},
        "ledger:export": {"form": "csv"},
        "ledger:dispute": {"pk": entry.pk},
        "ledger:answer": {"pk": hours.pk},
        "feedback:close": {"pk": report.pk},
        "feedback:answer": {"pk": report.pk},
        "notices:read": {"pk": NoticeFactory(user=owner).pk},
        "mfa_remove_webauthn": {"pk": 1},
        "mfa_edit_webauthn": {"pk": 1},
        "portal:help": {"role": "member"},
        "portal:about": {"page": "privacy"},
        "accounts:qr": {"token": "no-such-token"},
        "assets:site_file": {"name": "no-such-file.jpg"},
    }


def addresses_of_watching(owner: User) -> dict[str, dict[str, Any]]:
    """Return the arguments of videos, sessions and quizzes: the video is private, the quiz is public."""
    private, public = make_video(owner), WatchableVideoFactory()
    quiz = make_quiz()
    attempt = start_attempt(owner, quiz)
    session = start_session(owner, public)
    return {
        **{f"videos:{name}": {"pk": private.pk} for name in ("retry", "cancel", "delete")},
        "videos:upload": {"key": "00000000-0000-4000-8000-000000000000"},
        "videos:rendition": {"signature": "0-x", "uuid": str(private.uuid), "generation": "a", "name": "poster.jpg"},
        **{f"api:{name}_video": {"video_id": private.pk} for name in ("show", "delete", "retry", "cancel")},
        "watching:add_note": {"pk": public.pk},
        "quizzes:answer": {"pk": quiz.pk},
        "api:beat": {"session_id": session.pk},
        "api:begin": {"quiz_id": quiz.pk},
        "api:save": {"attempt_id": attempt.pk, "question_id": quiz.versions.get().pk},
        "api:submit": {"attempt_id": attempt.pk},
    }
