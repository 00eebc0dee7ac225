import pytest
from django.core.exceptions import ValidationError

from cms.core.choices import RowChoices
from cms.taxonomy.models import Topic
from tests.factories.taxonomy import TopicFactory


@pytest.mark.django_db
@pytest.mark.parametrize("key", [str(2**63), "9" * 5000, "-1", "²", "x"])
def test_what_can_be_no_key_is_refused_and_not_asked_for(key: str) -> None:
    field = RowChoices(Topic.objects.all())
    topic = TopicFactory()

    assert list(field.clean([str(topic.pk)])) == [topic]
    with pytest.raises(ValidationError):
        field.clean([str(topic.pk), key])
