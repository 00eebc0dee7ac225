"""Whose files lie in a store: a mark that only this site's database knows, beside the files.

A sweep removes what no row names. With the wrong database before the right files that is everything, so nothing is swept
where another site's mark lies.
"""

from collections.abc import Collection
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from cms.videos.models import StoreOwner

FOLDER = "site"
NAME = f"{FOLDER}/owner"


def is_ours(alias: str, lying: Collection[Any], named: Collection[Any]) -> bool:
    """Tell whether the files in a store of the settings are this site's.

    A store without a mark gets ours as `adopt` says.
    """
    marked = is_marked(alias)
    return adopt(alias, lying, named) if marked is None else marked


def is_marked(alias: str) -> bool | None:
    """Tell whether the mark in a store is ours; None when there is none."""
    mark = own_mark()
    try:
        with storages[alias].open(NAME, "rb") as file:
            return bool(file.read(len(mark) + 1) == mark.encode())
    except FileNotFoundError:
        return None


def adopt(alias: str, lying: Collection[Any], named: Collection[Any]) -> bool:
    """Leave our mark in a store when it is ours beyond doubt, and tell whether it is.

    At least half of what lies there is `named` by rows of this database, and at least half of what they name lies there:
    in the folder on which a disk should be mounted lies at most what came since.
    """
    known = set(lying) & set(named)
    if not known or 2 * len(known) < max(len(lying), len(named)):
        return False
    storages[alias].save(NAME, ContentFile(own_mark().encode()))
    return True


def own_mark() -> str:
    """Return what this site's database calls itself, made at the first question."""
    owner, _made = StoreOwner.objects.get_or_create(pk=StoreOwner.ONLY)
    return owner.mark
