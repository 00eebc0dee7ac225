"""Forms of the portal."""

from typing import Any

from django import forms
from django.db.models import F
from wagtail.admin.forms import WagtailAdminModelForm

from cms.portal.models import SynonymSet
from search.analysis import MAX_QUERY_CHARS


class SynonymForm(WagtailAdminModelForm):
    """A set of words; saving it tells every process that the words changed."""

    class Meta:
        model = SynonymSet
        fields = ["words", "one_way", "active", "note"]

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  # Django's signature
        if self.instance.pk:
            self.instance.version = F("version") + 1
        return super().save(commit=commit)


class ComparisonForm(forms.Form):
    """What an editor has typed so far, and the question to try it with; `set` is the stored set it would replace."""

    q = forms.CharField(max_length=MAX_QUERY_CHARS, required=False)
    words = forms.CharField(required=False)
    one_way = forms.BooleanField(required=False)
    active = forms.BooleanField(required=False)
    set = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
