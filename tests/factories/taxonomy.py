"""Topics and audiences for tests."""

import factory

from cms.taxonomy.models import Audience, Topic


class TopicFactory(factory.django.DjangoModelFactory[Topic]):
    """A topic."""

    class Meta:
        model = Topic

    name = factory.Sequence(lambda n: f"专题{n}")
    slug = factory.Sequence(lambda n: f"topic-{n}")


class AudienceFactory(factory.django.DjangoModelFactory[Audience]):
    """An audience."""

    class Meta:
        model = Audience

    name = factory.Sequence(lambda n: f"受众{n}")
    slug = factory.Sequence(lambda n: f"audience-{n}")
