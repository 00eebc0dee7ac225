"""The first page and lists: fewer cards in elder view; help, privacy and accessibility are linked from everywhere."""

import re

import pytest
from django.test import Client

from cms.accounts.models import User
from cms.lessons.models import MicroLesson
from tests.factories.accounts import UserFactory
from tests.factories.courses import make_guide
from tests.factories.lessons import Stage, make_stage, make_video
from tests.factories.organisations import MembershipFactory

pytestmark = pytest.mark.django_db
CARD = re.compile(r'href="/lessons/(\d+)/"')


@pytest.fixture
def stage() -> Stage:
    stage = make_stage()
    video = make_video(stage.author)
    MicroLesson.objects.bulk_create(
        MicroLesson(
            title=f"第{n}课",
            author=stage.author,
            organisation=stage.branch,
            video=video,
            live=True,
            visibility="public",
        )
        for n in range(30)
    )
    return stage


@pytest.fixture
def reader(stage: Stage) -> User:
    user: User = UserFactory()
    MembershipFactory(user=user, organisation=stage.branch)
    return user


def lessons_on(client: Client, address: str, part: str = "") -> int:
    page = client.get(address).content.decode()
    start = page.index(f'id="{part}') if part else 0
    end = page.find("</section>", start) if part else len(page)
    return len(set(CARD.findall(page[start:end])))


@pytest.mark.parametrize(("elder", "near", "newest"), [("0", 4, 8), ("1", 2, 4)])
def test_the_first_page_shows_half_as_many_lessons_in_elder_view(
    client: Client, reader: User, elder: str, near: int, newest: int
) -> None:
    client.force_login(reader)
    client.cookies["elder"] = elder
    assert (lessons_on(client, "/", "near"), lessons_on(client, "/", "newest")) == (near, newest)


@pytest.mark.parametrize("address", ["/lessons/", "/authors/{author}/"])
@pytest.mark.parametrize(("elder", "cards"), [("0", 24), ("1", 12)])
def test_a_list_holds_half_as_many_lessons_in_elder_view(
    client: Client, stage: Stage, address: str, elder: str, cards: int
) -> None:
    client.cookies["elder"] = elder
    assert lessons_on(client, address.format(author=stage.author.pk)) == cards


def test_who_chose_elder_view_in_the_settings_has_it_on_every_device(client: Client, reader: User) -> None:
    reader.elder_view = True
    reader.save(update_fields=["elder_view"])
    client.force_login(reader)
    assert lessons_on(client, "/lessons/") == 12


@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/nothing/"])
def test_every_page_leads_to_help_privacy_and_accessibility(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    foot = page[page.index('<footer class="foot"') : page.index("</footer>")]
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', foot)[:3] == [
        ("/help/", "帮助"),
        ("/about/privacy/", "隐私"),
        ("/about/accessibility/", "无障碍"),
    ]


def test_the_other_language_is_in_the_header_the_footer_and_on_the_own_page(client: Client, reader: User) -> None:
    client.force_login(reader)
    for address, places in (("/", 2), ("/me/", 3)):
        page = client.get(address).content.decode()
        assert len(re.findall(r'name="language" value="en"', page)) == places
        assert page.index('value="en"') < page.index("</header>")


@pytest.mark.long
def test_the_month_s_guide_is_ticked_on_the_first_page_and_leads_back_there(
    client: Client, stage: Stage, reader: User
) -> None:
    guide = make_guide(stage)
    key = guide.items.all()[0].key
    button = f'action="/courses/{guide.pk}/items/{key}/"'
    assert button not in client.get("/").content.decode()
    client.force_login(reader)
    assert button in client.get("/").content.decode()
    sent = client.post(f"/courses/{guide.pk}/items/{key}/", {"done": "1", "next": "/"})
    assert sent.headers["Location"] == f"/#item-{key}"
    assert f'class="is-done" id="item-{key}"' in client.get("/").content.decode()
