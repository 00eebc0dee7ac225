"""The order in which the demonstration is built."""

from dataclasses import dataclass

from django.db import transaction

from cms.accounts.models import User
from cms.demo.bookings import make_bookings, make_catch_up
from cms.demo.calendar import days_ago, living_at
from cms.demo.clips import Footage
from cms.demo.content import appoint_secretaries, make_lessons
from cms.demo.courses import make_courses
from cms.demo.history import make_history
from cms.demo.labels import ensure_labels
from cms.demo.lecturers import make_lecturers
from cms.demo.library import make_library
from cms.demo.people import Tree, give_duties, plant_tree, settle_members
from cms.demo.places import make_places
from cms.demo.searches import make_searches
from cms.demo.voices import make_suggestions, mark_evaluations
from cms.demo.writing import Cast
from cms.ledger.services import ensure_default_rules
from cms.lessons.models import MicroLesson
from cms.review.services import ensure_workflow

ON_DUTY_SINCE = 400


@dataclass(frozen=True)
class County:
    """What later steps refer to: organisations by code, role accounts by role."""

    tree: Tree
    people: dict[str, User]


def seed_people() -> County:
    """Build the tree, the members, the role accounts and what the site needs before the first lesson."""
    tree = plant_tree()
    settle_members(tree)
    # Before the first lesson was handed in: who reviews it must have had the duty by then.
    with living_at(days_ago(ON_DUTY_SINCE)):
        people = give_duties(tree)
        appoint_secretaries(tree)
    ensure_labels()
    ensure_default_rules()
    ensure_workflow()
    return County(tree, people)


@transaction.atomic
def seed_content(county: County, footage: Footage) -> list[MicroLesson]:
    """Make the lessons on the clips, and what people did with them.

    One transaction: nobody waits for the database meanwhile, and the index is told of everything at once.
    """
    cast = Cast(county.tree, county.people, footage.videos, failed=footage.failed, beginning=footage.beginning)
    lessons = make_lessons(cast)
    make_history(cast, lessons)
    make_lecturers(county.tree, county.people)
    make_places(county.tree, county.people, lessons)
    make_bookings(county.tree)
    make_library(county.people, county.tree)
    make_courses(county.people, county.tree)
    make_catch_up(county.people["secretary"])
    make_suggestions(county.people)
    make_searches()
    # After every room that opens evaluations has told what was held.
    mark_evaluations()
    return lessons
