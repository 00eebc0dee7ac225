import re

import pytest

from cms.courses.models import GuideFile, GuideItem
from cms.courses.services.guides import add_own_item, copy_guide
from cms.organisations.enums import Role
from cms.taxonomy.enums import Visibility
from tests.factories.assets import DocumentFactory
from tests.factories.courses import make_guide, make_list
from tests.factories.lessons import Stage, make_published, make_stage
from tests.factories.library import make_editor, make_reading_list, make_resource, publish_page
from tests.factories.packs import lesson_with_film, page_of, taken
from tests.standing_rows import standing_scene

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ADDRESS = re.compile(r'(?:href|src|poster)="([^"]+)"')


stage = standing_scene(make_stage)


def test_a_guide_goes_with_its_points_files_and_links(stage: Stage) -> None:
    guide = make_guide(stage, lesson_with_film(stage, title="冬季用电"))
    document = DocumentFactory(title="活动方案", visibility=Visibility.PUBLIC)
    GuideFile.objects.create(guide=guide, document=document)
    files = taken(stage.secretary, f"/guides/{guide.pk}/pack/")
    index, leader = page_of(files, "index.html"), page_of(files, "leader.html")
    for words in ("冬季安全", "冬季用电", "https://example.org/a", "哪里容易忽略？", "活动方案"):
        assert words in index
    assert ("怎么改？" in leader, "questions.html" in files) == (True, False)


def test_a_branch_takes_its_own_version_of_a_guide(stage: Stage) -> None:
    guide = make_guide(stage, lesson_with_film(stage, title="冬季用电"), make_published(stage, title="不看的课"))
    copy = copy_guide(guide, stage.branch, actor=stage.secretary)
    copy.items.filter(key=guide.items.get(lesson__title="不看的课").key).update(left_out=True)
    copy.items.filter(key=guide.items.get(lesson__title="冬季用电").key).update(note="看完说一说")
    add_own_item(copy, title="去配电房看一看", note="戴好安全帽", actor=stage.secretary)
    type(copy).objects.update(note="周四晚上")
    files = taken(stage.secretary, f"/guides/branch/{copy.pk}/pack/")
    index = page_of(files, "index.html")
    for words in (
        "冬季安全生产",
        stage.branch.name,
        "周四晚上",
        "冬季用电",
        "看完说一说",
        "去配电房看一看",
        "戴好安全帽",
        "怎么改？",
    ):
        assert words in index
    assert ("不看的课" in index, "不在包里" in index) == (False, False)


def test_a_playlist_goes_along_in_its_order(stage: Stage) -> None:
    first, second = lesson_with_film(stage, title="甲课"), lesson_with_film(stage, title="乙课")
    playlist = make_list(stage, second, first, note="带上笔")
    files = taken(stage.secretary, f"/playlists/{playlist.pk}/pack/")
    index = page_of(files, "index.html")
    assert "带上笔" in index
    assert index.index("乙课") < index.index("甲课")
    assert "乙课" in page_of(files, "lessons/01.html")


def test_a_reading_list_brings_its_pages(stage: Stage) -> None:
    reviewer = make_editor(stage.committee, Role.REVIEWER)
    book = publish_page(make_resource(stage.editor, stage.committee, title="巡线手册"), reviewer)
    shelf = make_reading_list(stage.editor, stage.committee)
    shelf.entries.create(target=book, note="先读这本", sort_order=0)
    shelf.save_revision(user=stage.editor)
    shelf = publish_page(shelf, reviewer)
    guide = make_guide(stage, items=[GuideItem(page=shelf)])
    files = taken(stage.secretary, f"/guides/{guide.pk}/pack/")
    assert 'href="../pages/02.html">巡线手册</a>' in page_of(files, "pages/01.html")
    assert "先看杆基，再看导线。" in page_of(files, "pages/02.html")
