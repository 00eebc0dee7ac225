from django.utils import translation

from cms.taxonomy.models import Audience, Topic


def test_a_label_is_said_in_the_language_of_the_reader() -> None:
    topic = Topic(name="安全生产", name_en="Safety")
    with translation.override("en"):
        assert str(topic) == "Safety"
    with translation.override("zh-hans"):
        assert str(topic) == "安全生产"


def test_a_label_without_an_english_name_keeps_its_own() -> None:
    with translation.override("en"):
        assert str(Audience(name="老党员")) == "老党员"
