"""What a person chose to hear about first."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.taxonomy.models import Audience


class AudienceChoice(models.Model):
    """A person said "I belong to these": the home page shows what is meant for them first, and hides nothing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="audience_choices")
    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="+", verbose_name=_("audience"))

    class Meta:
        verbose_name = _("chosen audience")
        verbose_name_plural = _("chosen audiences")
        ordering = ["audience__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "audience"], name="one_choice_an_audience")]

    def __str__(self) -> str:
        return f"{self.user} · {self.audience}"
