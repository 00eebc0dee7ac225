"""The order in which the demonstration is built."""

from dataclasses import dataclass

from cms.accounts.models import User
from cms.demo.clips import make_clips
from cms.demo.content import Cast, appoint_secretaries, make_lessons
from cms.demo.labels import ensure_labels
from cms.demo.people import Tree, give_duties, plant_tree, settle_members
from cms.ledger.services import ensure_default_rules
from cms.lessons.models import MicroLesson
from cms.review.services import ensure_workflow


@dataclass(frozen=True)
class County:
    """What later steps refer to: organisations by code, role accounts by role."""

    tree: Tree
    people: dict[str, User]


def seed_people() -> County:
    """Build the tree, the members, the role accounts and what the site needs before the first lesson."""
    tree = plant_tree()
    settle_members(tree)
    people = give_duties(tree)
    appoint_secretaries(tree)
    ensure_labels()
    ensure_default_rules()
    ensure_workflow()
    return County(tree, people)


def seed_content(county: County) -> list[MicroLesson]:
    """Make the clips and the lessons on them."""
    clips = make_clips(county.people["editor"])
    return make_lessons(Cast(county.tree, county.people, clips))
