"""Topics, audiences and teaching methods for tests."""

import factory

from cms.taxonomy.models import Audience, TeachingMethod, Topic


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


class TeachingMethodFactory(factory.django.DjangoModelFactory[TeachingMethod]):
    """A way of teaching."""

    class Meta:
        model = TeachingMethod

    name = factory.Sequence(lambda n: f"方法{n}")
    slug = factory.Sequence(lambda n: f"method-{n}")
