"""Blocks and attachments as Markdown."""

import pytest

from messaging.slack_text import payload_to_markdown


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def plain(text):
    return {"type": "plain_text", "text": text, "emoji": True}


def styled(text, **style):
    return {"type": "text", "text": text, "style": style}


def rich(*elements):
    return {"type": "rich_text", "elements": list(elements)}


def line(*elements, kind="rich_text_section"):
    return {"type": kind, "elements": list(elements)}


def entries(*texts, **listed):
    elements = [line({"type": "text", "text": text}) for text in texts]
    return {"type": "rich_text_list", "elements": elements, **listed}


BUTTONS = [
    {"type": "button", "text": plain("Open"), "url": "https://example.com/1"},
    {"type": "button", "text": plain("Approve"), "action_id": "yes"},
    {"type": "button", "text": plain("Log"), "url": "https://example.com/2"},
]
PICTURE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart"}

BLOCKS = [
    ({"type": "header", "text": plain("Deploy\n:tada: &amp; done")}, "## Deploy 🎉 & done"),
    (section("*a* <@U1|ana>"), "**a** @ana"),
    ({"type": "section", "text": plain("*a* <@U1|ana>")}, "*a* <@U1|ana>"),
    ({"type": "section", "fields": [plain("One"), {"type": "mrkdwn", "text": "*2*"}]},
     "One\n**2**"),
    (section("a") | {"accessory": BUTTONS[0]}, "a\n[Open](https://example.com/1)"),
    (section("a") | {"accessory": PICTURE}, "a\n[A chart](https://example.com/a.png)"),
    ({"type": "context", "elements": [PICTURE, plain("by ana")]},
     "[A chart](https://example.com/a.png) by ana"),
    ({"type": "actions", "elements": BUTTONS},
     "[Open](https://example.com/1) · [Log](https://example.com/2)"),
    (PICTURE | {"title": plain("Load")}, "[A chart](https://example.com/a.png)"),
    ({"type": "divider"}, ""),
    ({"type": "markdown", "text": "**bold**"}, "**bold**"),
    ({"type": "video", "title": plain("Demo"), "title_url": "https://example.com/v",
      "description": plain("How")}, "[Demo](https://example.com/v)\nHow"),
    ({"type": "input", "label": plain("Name"), "hint": {"deep": [plain("Any")]}}, "Name\nAny"),
    (rich(line(styled("bold", bold=True), styled(" "), styled("all ", bold=True, italic=True))),
     "**bold** **_all_** "),
    (rich(line(styled("half", bold=True), styled("way"))), "halfway"),
    (rich(line(styled("a`b", code=True), styled(" "), styled("x", strike=True))), "``a`b`` ~~x~~"),
    (rich(line({"type": "user", "user_id": "U2"}, styled("s "), {"type": "channel",
      "channel_id": "C1"}, styled(" "), {"type": "broadcast", "range": "channel"})),
     "@Bruno s #C1 @room"),
    (rich(line({"type": "usergroup", "usergroup_id": "S1"}, styled(" "),
      {"type": "emoji", "name": "clap::skin-tone-2"}, {"type": "emoji", "name": "ours"})),
     "@S1 👏:ours:"),
    (rich(line({"type": "link", "url": "https://example.com", "text": "site"}, styled(" "),
      {"type": "link", "url": "https://example.com"}, {"type": "color", "value": "#ff0000"})),
     "[site](https://example.com) https://example.com #ff0000"),
    (rich(line({"type": "date", "timestamp": 1392734382, "format": "{date}"})),
     "2014-02-18 14:39 UTC"),
    (rich(line(styled("said\ntwice"), kind="rich_text_quote"), line(styled("then"))),
     "> said\n> twice\nthen"),
    (rich(line(styled("a = 1\n"), {"type": "link", "url": "https://example.com"},
      kind="rich_text_preformatted")), "```\na = 1\nhttps://example.com\n```"),
    (rich(line(styled("```x```"), kind="rich_text_preformatted")), "````\n```x```\n````"),
    (rich(entries("a", style="bullet"), entries("b", "c", style="bullet", indent=1)),
     "- a\n  - b\n  - c"),
    (rich(entries("a", "b", style="ordered"), entries("c", style="bullet", indent=1),
      entries("d", style="ordered")), "1. a\n2. b\n  - c\n3. d"),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "A|B"}], [rich(line(styled("1"))),
      {"type": "raw_text", "text": "2\n3"}]]}, "| A\\|B |  |\n| --- | --- |\n| 1 | 2 3 |"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "markdown"), BLOCKS)
def test_a_block_becomes_markdown(block, markdown):
    assert payload_to_markdown({"blocks": [block]}, {"U2": "Bruno"}.get) == markdown


def test_an_attachment_shows_all_its_parts():
    attachment = {
        "fallback": "never shown", "color": "#ff0000", "pretext": "Look:",
        "author_name": "ana", "author_link": "https://example.com/ana",
        "title": "[FIRING:1] High &amp; dry", "title_link": "https://example.com/1",
        "text": "*now*", "footer": "Grafana", "ts": 1392734382, "mrkdwn_in": ["text"],
        "fields": [{"title": "Host", "value": "a1", "short": True}, {"title": "Load", "value": 5},
                   {"title": None, "value": "x"}, {"title": "Log", "value": "a\nb"}, None],
        "image_url": "https://example.com/a.png", "thumb_url": "https://example.com/t.png",
        "actions": [{"type": "button", "text": "Open", "url": "https://example.com/2"}],
        "blocks": [section("nested")],
    }  # fmt: skip
    assert payload_to_markdown({"attachments": [attachment]}).split("\n") == [
        "Look:",
        "[ana](https://example.com/ana)",
        "**[[FIRING:1] High & dry](https://example.com/1)**",
        "**now**",
        "**Host:** a1",
        "**Load:** 5",
        "x",
        "**Log**",
        "a",
        "b",
        "https://example.com/a.png",
        "[Open](https://example.com/2)",
        "Grafana · 2014-02-18 14:39 UTC",
        "",
        "nested",
    ]


def test_the_fallback_is_shown_if_there_is_nothing_else():
    attachment = {"fallback": "Build *passed*", "color": "good", "title": None}
    assert payload_to_markdown({"attachments": [attachment]}) == "Build **passed**"


def test_text_comes_before_attachments():
    payload = {"text": "Build", "attachments": [{"text": "passed"}, {"text": None}, None]}
    assert payload_to_markdown(payload) == "Build\n\npassed"


def test_a_text_that_repeats_the_blocks_is_said_once():
    blocks = [section("Build *passed* <https://example.com/5|#5>")]
    said = payload_to_markdown({"text": "Build passed", "blocks": blocks})
    assert said == "Build **passed** [#5](https://example.com/5)"
    said = payload_to_markdown({"text": "Hello", "blocks": blocks})
    assert said == "Hello\n\nBuild **passed** [#5](https://example.com/5)"


def test_previews_of_links_in_the_text_are_left_out():
    preview = {"from_url": "https://example.com/a", "title": "A page", "text": "of theirs"}
    payload = {"text": "see <https://example.com/a>", "attachments": [preview]}
    assert payload_to_markdown(payload) == "see https://example.com/a"
    shared = preview | {"is_share": True}
    assert "of theirs" in payload_to_markdown(payload | {"attachments": [shared]})


WITHOUT_TEXT = [
    *(None, [], "text", 5, {}, {"text": None}, {"text": "", "blocks": None, "attachments": None}),
    *({"text": [], "blocks": {"a": 1}, "attachments": "x"}, {"blocks": [None, 3, "x", []]}),
    *({"blocks": [{"type": None, "text": None}]}, {"blocks": [{"type": "divider"}]}),
    {"attachments": [{"fields": [{"title": None}]}, {"color": "good", "ts": "x"}]},
]


@pytest.mark.parametrize("payload", WITHOUT_TEXT)
def test_without_any_text_there_is_none(payload):
    assert payload_to_markdown(payload) == ""


def test_too_many_parts_are_cut_with_a_sign():
    said = payload_to_markdown({"attachments": [{"text": str(n)} for n in range(300)]})
    assert said.split("\n\n") == [*map(str, range(100)), "…"]
