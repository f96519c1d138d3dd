"""Texts and payloads that were made to break the converter."""

import gc
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.slack_text import payload_to_markdown, text_to_markdown

FRAGMENTS = [
    *("*", "**", "_", "~", "~~", "`", "``", "```", "<", ">", "|", "&", "&gt;", "&lt;!here&gt;"),
    *("<http://a.b|", "<http://a.b>", "<http://a.b|c>", "<@U1>", "<@U1|", "<#C1|a>", "<!here>"),
    *("<!date^1^{date}^http://a.b|c>", "<!date^", "<mailto:a@b.c|d>", ":tada:", ":a", ":", "::"),
    *(":+1::skin-tone-2:", "\n", "\n&gt;&gt;&gt;", "\n• ", " ", "a", "é", "\ud800", "\x00"),
    *("\ue000", "\ue001", "<!", "&amp;", "[", "]", "(", ")", "@", "#", "http://", "<http://a.b/((", "<http://[::1]|x>"),
]  # fmt: skip
KEYS = [
    *("type", "text", "elements", "blocks", "attachments", "fields", "title", "value", "style"),
    *("url", "rows", "title_link", "ts", "accessory", "user_id", "name", "indent", "footer"),
]
TYPES = [
    *(
        "section",
        "header",
        "context",
        "actions",
        "image",
        "rich_text",
        "rich_text_section",
        "table",
    ),
    *(
        "rich_text_list",
        "rich_text_quote",
        "rich_text_preformatted",
        "text",
        "link",
        "user",
        "date",
    ),
    *("table", "date", "emoji", "broadcast", "plain_text", "mrkdwn", "ordered", "unknown"),
]
texts = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | st.sampled_from(TYPES),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=30,
)


@given(texts | st.text())
def test_no_text_raises_or_leaves_what_cannot_be_stored(text):
    said = text_to_markdown(text)
    said.encode()
    assert not {"\x00", "\ue000", "\ue001"} & {*said}


@given(values)
def test_no_payload_raises(value):
    said = payload_to_markdown(value)
    said.encode()
    payload_to_markdown({"text": value, "blocks": [value], "attachments": [value]}).encode()


def test_deep_payloads_end():
    deep = {"type": "unknown", "text": "end"}
    for _ in range(500):
        deep = {"type": "rich_text", "elements": [deep], "text": [deep], "blocks": [deep]}
    payload_to_markdown({"blocks": [deep, {"type": "x", "y": deep}], "attachments": [deep]})


def seconds_for(convert, value):
    """Return the CPU time, the best of three; `gc` would look at the objects of all tests."""
    gc.disable()
    times = []
    for _ in range(3):
        begun = time.process_time()
        convert(value)
        times.append(time.process_time() - begun)
    gc.enable()
    return min(times)


@pytest.mark.parametrize("unit", [*FRAGMENTS, "*a ", "<a", "`a ", "*a* ", "~a", "```a\n", "a*b"])
def test_the_time_grows_with_the_length_only(unit):
    short = seconds_for(text_to_markdown, (unit * 20_000)[:20_000])
    long = seconds_for(text_to_markdown, (unit * 80_000)[:80_000])
    assert long < 9 * short + 0.05  # four times the text; quadratic time would be 16 times


@pytest.mark.parametrize("unit", ["a", "*", "a ", "\n", "`", "@", "<@U1>"])
def test_the_time_for_blocks_grows_with_their_length_only(unit):
    def block(count):
        elements = [{"type": "text", "text": unit, "style": {"bold": n % 2}} for n in range(400)]
        elements += [{"type": "text", "text": unit * count, "style": {"bold": True}}]
        part = {"type": "rich_text_section", "elements": elements}
        return {"blocks": [{"type": "rich_text", "elements": [part] * 5}]}

    short, long = (seconds_for(payload_to_markdown, block(count)) for count in (10_000, 40_000))
    assert long < 12 * short + 0.05
