"""Who may see a thing."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Visibility(models.TextChoices):
    """PRIVATE is for things that are not published: only the doors of their owner and reviewers open them."""

    PRIVATE = "private", _("not published")
    PUBLIC = "public", _("everybody")
    ORGANISATION = "organisation", _("an organisation and all below it")
    ROLE = "role", _("holders of a role")
