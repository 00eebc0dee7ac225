"""What the admin offers of organisations: the windows in which forms choose one."""

from typing import Any

from wagtail import hooks

from cms.organisations.admin_choosers import CHOOSERS


@hooks.register("register_admin_viewset")
def offer_choosers() -> list[Any]:
    """Add the windows' addresses."""
    return list(CHOOSERS)
