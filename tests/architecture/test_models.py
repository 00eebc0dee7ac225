import tomllib

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.tree import ROOT


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith(("cms.", "search."))]


def floors() -> dict[str, int]:
    """Return for each room its floor by the import contract: lower rooms have smaller numbers."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rooms = next(contract for contract in contracts if contract["id"] == "rooms")
    by_floor = enumerate(reversed(rooms["layers"]))
    return {name.strip(" ()"): floor for floor, names in by_floor for name in names.replace(":", "|").split("|")}


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_model_says_what_it_is(model: type[models.Model]) -> None:
    said = [cls for cls in model.__mro__ if "__str__" in vars(cls)][0]  # noqa: RUF015  # next() hides the intent
    assert said is not models.Model


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_relations_point_to_the_own_room_or_a_lower_one(model: type[models.Model]) -> None:
    floor = floors()
    own = model._meta.app_label
    relations = [field for field in model._meta.get_fields() if field.is_relation and not field.auto_created]
    targets = {field.name: field.related_model._meta.app_label for field in relations if field.related_model}
    upward = {name: label for name, label in targets.items() if label in floor and floor[label] > floor.get(own, -1)}
    across = {
        name: label
        for name, label in targets.items()
        if floor.get(label) == floor.get(own, -1) and label != own and label in floor
    }
    assert {**upward, **across} == {}


def test_nobody_is_ranked() -> None:
    """Law and house rule: no points, streaks, leaderboards or forced check-ins, in any form."""
    words = ("rank", "leaderboard", "streak", "checkin", "check_in", "attention")
    named = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if any(word in field.name.lower() for word in words)
    ]
    assert named == []
