"""What must be there before somebody reviews a thing. Its draft may lack all of it and keeps what was typed.

A kind names what it lacks beside its required fields (`lacking`) and how many parts it needs (`LEAST_PARTS`). The
editor's form says it where something is handed in, the review says it again whoever hands in. A contradiction is no
gap: more words do not heal it and the database would not keep it, so `clean` refuses it at once.
"""

from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from modelcluster.models import get_all_child_relations

Sentence = str | Promise


class WholeAtReview:
    """Mixin for what has drafts, and for the parts of it: whole when it is handed in, not before."""

    # By the name of the parts, how many there must be.
    LEAST_PARTS: ClassVar[dict[str, int]] = {}

    def lacking(self) -> dict[str, Sentence]:
        """Return by field what is lacking, beside required fields that are empty."""
        return {}


def gaps(thing: Any) -> dict[str, list[str]]:
    """Return by field, or by the name of the parts, all that a thing and its parts lack."""
    found = own_gaps(thing)
    for relation in get_all_child_relations(type(thing)):
        name = relation.get_accessor_name()
        parts = list(getattr(thing, name).all())
        sentences = [text for part in parts for texts in own_gaps(part, relation.field).values() for text in texts]
        least = getattr(thing, "LEAST_PARTS", {}).get(name, 0)
        if len(parts) < least:
            sentences.append(few_words(least, relation.related_model))
        if sentences:
            found[name] = list(dict.fromkeys(sentences))
    return found


def own_gaps(thing: Any, above: Any = None) -> dict[str, list[str]]:
    """Return by field what a thing lacks itself; `above` is the field that leads to what it is a part of."""
    found = {
        field.name: [_("“%(field)s” is still empty.") % {"field": field.verbose_name}]
        for field in thing._meta.concrete_fields
        if field.editable
        and not field.blank
        and field != above
        and field.value_from_object(thing) in field.empty_values
    }
    if isinstance(thing, WholeAtReview):
        for name, sentence in thing.lacking().items():
            found.setdefault(name, []).append(str(sentence))
    return found


def few_words(least: int, kind: Any) -> str:
    """Return that there are too few parts of a kind."""
    words = ngettext("At least %(count)s “%(kind)s” is needed.", "At least %(count)s “%(kind)s” are needed.", least)
    return words % {"count": least, "kind": kind._meta.verbose_name}


def name_the_least(form: Any) -> None:
    """Let the form of a thing say in these words that it has too few parts; Django's own speak of forms."""
    for name, least in getattr(form.instance, "LEAST_PARTS", {}).items():
        if name in form.formsets:
            parts = form.formsets[name]
            parts.error_messages["too_few_forms"] = few_words(least, parts.model)


def tell_gaps(form: Any) -> None:
    """Say at the fields of a valid model form, and of the forms of its parts, what its kind lacks.

    Empty required fields and too few parts are what the form has asked for already.
    """
    forms = [form, *(part for formset in getattr(form, "formsets", {}).values() for part in formset.forms)]
    for one in forms:
        kept = one.is_bound and not getattr(one, "cleaned_data", {}).get("DELETE") and is_used(one, form)
        if kept and isinstance(one.instance, WholeAtReview):
            for name, sentence in one.instance.lacking().items():
                field = name if name in one.fields else NON_FIELD_ERRORS
                if sentence not in one.errors.get(field, []):
                    one.add_error(None if field == NON_FIELD_ERRORS else name, sentence)


def is_used(form: Any, whole: Any) -> bool:
    """Return whether a form of a part holds anything; an empty one that was added and left makes no part."""
    return form is whole or not form.empty_permitted or bool(form.has_changed())
