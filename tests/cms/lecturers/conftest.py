"""A lecturer of a school with an account, the editor of the county, and somebody who has no business here."""

from dataclasses import dataclass

from cms.accounts.models import User
from cms.lecturers.models import Lecturer
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.lecturers import LecturerFactory, ScheduleFactory
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory
from tests.standing_rows import standing_scene


@dataclass
class Scene:
    """The lecturer, the person behind it, who keeps the pool, and a stranger with the same duty elsewhere."""

    county: Organisation
    lecturer: Lecturer
    person: User
    editor: User
    stranger: User


def make_scene() -> Scene:
    county = OrganisationFactory()
    person = UserFactory()
    editor, stranger = UserFactory(second_factor=True), UserFactory(second_factor=True)
    RoleAssignmentFactory(user=editor, organisation=county, role=Role.EDITOR)
    RoleAssignmentFactory(user=stranger, organisation=OrganisationFactory(), role=Role.EDITOR)
    lecturer = LecturerFactory(
        name="周砚秋",
        organisation=OrganisationFactory(parent=county),
        user=person,
        region="县城",
        contact_phone="19900001234",
        contact_email="zhou@example.org",
    )
    ScheduleFactory(lecturer=lecturer)
    return Scene(county, lecturer, person, editor, stranger)


scene = standing_scene(make_scene)
