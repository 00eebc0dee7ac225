"""Still pictures in the format and the size that a device can use, and the smallest where data is spared."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

WEBP = {"small": "/v/poster-320.webp", "medium": "/v/poster-640.webp", "large": "/v/poster-1280.webp"}
ALL = "/v/poster-320.webp 320w, /v/poster-640.webp 640w"


def drawn(component: str, spares: str = "off", **values: object) -> str:
    """Return a component as it is drawn for a browser that spares data, or does not."""
    request = RequestFactory().get("/", headers={"Save-Data": spares})
    return render_to_string(f"core/components/{component}.html", values, request)


@pytest.mark.parametrize(("spares", "offered"), [("off", ALL), ("on", "/v/poster-320.webp 320w")])
def test_a_card_offers_webp_before_the_jpeg_that_everybody_reads(spares: str, offered: str) -> None:
    page = drawn("thumb", spares, poster="/v/poster.jpg", webp=WEBP)
    assert f'<picture><source type="image/webp" srcset="{offered}"' in page
    assert (
        '<img src="/v/poster.jpg" alt="" loading="lazy" decoding="async" width="320" height="180"></picture>' in page
    )


@pytest.mark.parametrize(
    ("spares", "offered"), [("off", f"{ALL}, /v/poster-1280.webp 1280w"), ("on", "/v/poster-320.webp 320w")]
)
def test_the_player_offers_the_large_one_as_well(spares: str, offered: str) -> None:
    page = drawn("player", spares, player={"poster": "/v/poster.jpg", "poster_webp": WEBP, "saver": "/v/saver.m3u8"})
    assert f'<source type="image/webp" srcset="{offered}"' in page
    assert '<img src="/v/poster.jpg" alt="" loading="lazy"' in page
    assert 'data-saver-hls="/v/saver.m3u8"' in page


@pytest.mark.parametrize("component", ["thumb", "player"])
def test_a_picture_without_other_sizes_is_shown_as_it_is(component: str) -> None:
    values = {"poster": "/v/poster.jpg"}
    page = drawn(component, **values, player=values)
    assert ("<source type=" in page, "<picture" in page, 'src="/v/poster.jpg"' in page) == (False, True, True)
