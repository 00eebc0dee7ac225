"""Topics, audiences and teaching methods of the demonstration."""

from cms.demo.people import read_data
from cms.taxonomy.models import Audience, Label, TeachingMethod, Topic


def ensure_labels() -> None:
    """Create the labels that are missing."""
    labels = read_data("labels")
    models: dict[str, type[Label]] = {"topics": Topic, "audiences": Audience, "methods": TeachingMethod}
    for kind, model in models.items():
        for order, (slug, name, english) in enumerate(labels[kind]):
            model._default_manager.get_or_create(
                slug=slug, defaults={"name": name, "name_en": english, "order": order}
            )
