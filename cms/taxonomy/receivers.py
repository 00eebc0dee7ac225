"""Signals of labels enter here: what shows their names hears of a change."""

from typing import Any

from django.db.models.signals import post_save, pre_delete, pre_save

from cms.core.events import publish
from cms.taxonomy.events import LabelChanged
from cms.taxonomy.models import Label

BEFORE = "_called_before"


def follow(*models: type[Label]) -> None:
    """Publish LabelChanged from now on for labels of these kinds."""
    for model in models:
        for signal, listener in ((pre_save, remember), (post_save, tell_saved), (pre_delete, tell_going)):
            signal.connect(listener, sender=model, dispatch_uid=f"{model._meta.label}.{listener.__name__}")


def remember(instance: Label, **_signal: Any) -> None:
    """Keep how the label was called before it is saved."""
    rows = type(instance)._default_manager.filter(pk=instance.pk) if instance.pk else None
    instance.__dict__[BEFORE] = rows.values_list("name", "slug").first() if rows is not None else None


def tell_saved(instance: Label, **_signal: Any) -> None:
    """Tell of a new label, and of one with another name or slug; its order and English name stand in no entry."""
    before = instance.__dict__.pop(BEFORE, None)
    if before != (instance.name, instance.slug):
        names = dict.fromkeys((before[0], instance.name) if before else (instance.name,))
        publish(LabelChanged(type(instance), instance.pk, tuple(names)))


def tell_going(instance: Label, **_signal: Any) -> None:
    """Tell of a label that is being deleted, while what it hangs on can still be found."""
    publish(LabelChanged(type(instance), instance.pk, (instance.name,)))
