"""Choices among rows, in forms that anybody may post."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.core.converters import is_key


class RowChoice(forms.ModelChoiceField[Any]):
    """One row by its key; see `RowChoices`. Where one must be chosen, the empty line says so."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("required", True):
            kwargs.setdefault("empty_label", _("Please choose"))
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        if value not in self.empty_values and not is_key(str(getattr(value, "pk", value))):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class RowChoices(forms.ModelMultipleChoiceField[Any]):
    """Several rows by their keys; what can be no key is refused as an unknown choice is.

    Django asks the database for any number, and SQLite fails on one that has more than 64 bits.
    """

    def _check_values(self, value: Any) -> QuerySet[Any]:
        for key in value:
            if not is_key(str(key)):
                raise forms.ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": str(key)[:40]}
                )
        found: QuerySet[Any] = super()._check_values(value)  # type: ignore[misc]  # a step of clean() that the stubs lack
        return found
