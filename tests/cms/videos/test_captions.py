import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.videos import captions
from cms.videos.captions import CaptionsUnreadable, Cue, clean, parse_captions, peel, to_vtt

SRT = "1\r\n00:00:01,000 --> 00:00:03,500\r\n<i>老井的故事</i>\r\n\r\n2\r\n00:00:04,000 --> 00:00:06,000\r\n我们在村里看到的\r\n第二行\r\n"
CUES = [Cue(1.0, 3.5, "老井的故事"), Cue(4.0, 6.0, "我们在村里看到的\n第二行")]

TEXTS = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Zs")), min_size=1, max_size=40
    )
    .map(clean)
    .filter(lambda text: text and "-->" not in text and not text.isdigit())
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    assert parse_captions(SRT.encode(encoding)) == CUES


def test_traditional_chinese_in_big5_is_read() -> None:
    text = "1\n00:00:01,000 --> 00:00:03,000\n我們來到這個地方,說的是為國家出生的人\n"
    assert parse_captions(text.encode("big5"))[0].text == "我們來到這個地方,說的是為國家出生的人"


def test_styles_notes_regions_and_settings_are_left_out() -> None:
    vtt = (
        "WEBVTT - title\n\nSTYLE\n::cue { background: url(http://x/) }\n00:00.000 --> 00:09.000\n\n"
        "NOTE 00:00:00.000 --> 00:00:01.000\nsecret\n\nREGION\nid:fred\n\n"
        "intro\n00:01.000 --> 00:02.000 align:start position:0%\n<v 张三>你好 &amp; 再见</v><c.red>!</c>\n"
    )
    assert parse_captions(vtt.encode()) == [Cue(1.0, 2.0, "你好 & 再见!")]


def test_cues_are_put_in_order_of_time() -> None:
    text = "WEBVTT\n\n00:05.000 --> 00:06.000\nb\n\n00:01.000 --> 00:02.000\na\n"
    assert [cue.text for cue in parse_captions(text.encode())] == ["a", "b"]


def test_a_cue_that_ends_before_it_starts_is_left_out() -> None:
    text = "WEBVTT\n\n00:05.000 --> 00:04.000\nx\n\n00:06.000 --> 00:07.000\ny\n"
    assert parse_captions(text.encode()) == [Cue(6.0, 7.0, "y")]


def test_cues_without_empty_lines_between_them_are_told_apart() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:04,000\nb\n"
    assert [cue.text for cue in parse_captions(text.encode())] == ["a", "b"]


@pytest.mark.parametrize(
    ("hostile", "text"),
    [
        ("<script>alert(1)</script>x", "alert(1)x"),
        ("<scr<b>ipt>x", "x"),
        ("&lt;script&gt;x", "x"),
        ("&amp;lt;img src=x&amp;gt;y", "y"),
        ("{\\an8}上面", "上面"),
        ("a\u202eb\x07", "ab"),
    ],
)
def test_markup_of_any_kind_is_gone(hostile: str, text: str) -> None:
    assert parse_captions(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{hostile}\n".encode()) == [Cue(1.0, 2.0, text)]


def test_text_that_only_looks_like_markup_stays() -> None:
    assert [clean(line) for line in ("a < b & c", "{x} <- y", "a &amp; b")] == ["a < b & c", "{x} <- y", "a & b"]


@pytest.mark.parametrize("layers", [100, 400_000])
@pytest.mark.parametrize(("layer", "tail"), [("amp;", ""), ("amp;", "lt;b&gt;"), ("<", "")])
def test_layers_without_end_are_peeled_a_few_times_and_then_lose_their_signs(
    monkeypatch: pytest.MonkeyPatch, layer: str, tail: str, layers: int
) -> None:
    looked_at: list[int] = []

    def counted(text: str) -> str:
        looked_at.append(len(text))
        return peel(text)

    monkeypatch.setattr(captions, "peel", counted)
    text = clean("&" + layer * layers + tail)
    assert len(looked_at) <= captions.MAX_ROUNDS
    assert sum(looked_at) <= captions.MAX_ROUNDS * captions.MAX_LINE
    assert not {"<", ">"} <= set(text)
    assert clean(text) == text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "captions_no_cues"),
        (b"hello", "captions_no_cues"),
        (b"\xff\xff\xff\x80\x81", "captions_encoding"),
        (b"x" * (2 << 20) + b"x", "captions_too_large"),
    ],
)
def test_what_holds_no_captions_is_refused_with_a_code(data: bytes, code: str) -> None:
    with pytest.raises(CaptionsUnreadable) as refused:
        parse_captions(data)
    assert refused.value.code == code


def test_the_text_is_escaped_when_written() -> None:
    assert to_vtt([Cue(3661.5, 3662.0, "a < b & c")]) == "WEBVTT\n\n01:01:01.500 --> 01:01:02.000\na &lt; b &amp; c\n"


@given(
    st.lists(st.tuples(st.integers(0, 86_000_000), st.integers(1, 300_000), TEXTS), min_size=1, max_size=15).map(
        lambda rows: sorted(
            (Cue(at / 1000, (at + length) / 1000, text) for at, length, text in rows),
            key=lambda cue: (cue.start_s, cue.end_s),
        )
    )
)
@pytest.mark.long
def test_what_was_written_is_read_back_the_same(cues: list[Cue]) -> None:
    assert parse_captions(to_vtt(cues).encode()) == cues


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_give_cues_or_a_refusal(data: bytes) -> None:
    try:
        cues = parse_captions(data)
    except CaptionsUnreadable:
        return
    assert all("<" not in cue.text or ">" not in cue.text.split("<", 1)[1] for cue in cues)
    assert parse_captions(to_vtt(cues).encode()) == cues


def test_more_captions_than_are_kept_are_refused_and_none_is_dropped() -> None:
    def file(count: int) -> bytes:
        cues = [Cue(float(n), n + 0.5, "字") for n in range(count)]
        return to_vtt(cues).encode()

    assert len(parse_captions(file(3000))) == 3000
    with pytest.raises(CaptionsUnreadable) as caught:
        parse_captions(file(3001))
    assert caught.value.code == "captions_too_many"
