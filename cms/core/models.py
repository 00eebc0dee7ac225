"""The one table of the ground floor: how often somebody asked lately."""

from django.db import models


class RateWindow(models.Model):
    """How many requests one address or person made of one kind since the window opened.

    The key is a hash: who asked for what is not to be read here. `ends_at_s` is in seconds since 1970, so that one
    statement counts and opens the next window on every database.
    """

    key = models.CharField(max_length=100, primary_key=True)
    hits = models.PositiveIntegerField()
    ends_at_s = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.key
