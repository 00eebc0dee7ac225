"""Topics and audiences of the demonstration."""

from cms.demo.people import read_data
from cms.taxonomy.models import Audience, Topic


def ensure_labels() -> None:
    """Create the topics and audiences that are missing."""
    labels = read_data("labels")
    for model, rows in ((Topic, labels["topics"]), (Audience, labels["audiences"])):
        for order, (slug, name, english) in enumerate(rows):
            model.objects.get_or_create(slug=slug, defaults={"name": name, "name_en": english, "order": order})
