"""Slack's text as Markdown."""

import pytest
from bs4 import BeautifulSoup

from messaging.markdown.rendering import render_body
from messaging.slack_text import text_to_markdown

NAMES = {"U2": "Bruno", "C2": "cocina", "S1": "devs"}

TEXTS = [
    ("&lt;b&gt; &amp;amp; &amp;lt;", "<b> &amp; &lt;"),
    ("<@U1|ana> <@U1> <@U2|old> <@W9>", "@ana @U1 @Bruno @W9"),
    ("<@U1|ana>s a<@U1|ana>", "@ana s a @ana"),
    ("<#C1|general> <#C1> <#C1|> <#C2|kitchen>", "#general #C1 #C1 #cocina"),
    ("<!here> <!here|@here> <!channel> <!everyone>", "@here @here @room @room"),
    ("<!subteam^S1> <!subteam^S2|@ops>", "@devs @ops"),
    ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
    ("<!date^1392734382^{date}>", "2014-02-18 14:39 UTC"),
    ("<!date^1392734382^{date}^https://example.com/|Feb 18>", "[Feb 18](https://example.com/)"),
    ("<http://example.com/?a=1&amp;b=2|label>", "[label](http://example.com/?a=1&b=2)"),
    ("<http://example.com|example.com>.", "http://example.com."),
    ("<http://example.com> see<http://example.com>", "http://example.com see http://example.com"),
    ("<http://example.com>on (<http://example.com>)", "http://example.com on (http://example.com)"),
    ("<https://example.com/(a|[1] b>", "[[1] b](https://example.com/%28a)"),
    ("<https://example.com|a ]b[>", "a ]b[ (https://example.com)"),
    ("<mailto:a@example.com|a@example.com>", "a@example.com"),
    ("<mailto:a@example.com|Ana>", "[Ana](mailto:a@example.com)"),
    ("*bold* _italic_ ~struck~", "**bold** _italic_ ~~struck~~"),
    ("_*both*_ *_both_* *<http://a.example|b>*", "_**both**_ **_both_** **[b](http://a.example)**"),
    ("<http://a.example|*b*>, done", "**[b](http://a.example)**, done"),
    ("<http://a.example|_*b*_>", "_**[b](http://a.example)**_"),
    (
        "<http://a.example|`b`> <http://a.example|a_b>",
        "[b](http://a.example) [a_b](http://a.example)",
    ),
    ("2*3*4 a_b_c x~y~z *a b*c * a *", "2*3*4 a_b_c x~y~z *a b*c * a *"),
    ("*two\nlines*", "*two\nlines*"),
    ("`*a* &lt; <http://a.example> <@U2>`", "`*a* < http://a.example @Bruno`"),
    ("```*a*\n> b```", "```\n*a*\n> b\n```"),
    ("see ```a``` there", "see\n```\na\n```\nthere"),
    ("```not closed *b*", "```not closed **b**"),
    ("&gt; quoted\n&gt;too\nnot", "> quoted\n> too\nnot"),
    ("&gt;&gt;&gt; all\nof it", "> all\n> of it"),
    ("• one\n  ◦ two", "- one\n  - two"),
    (":tada: :clap::skin-tone-3: :unknown:", "🎉 👏 :unknown:"),
    ("10:30:45 std::vector::x", "10:30:45 std::vector::x"),
    (":satellite: is not the dish", "🛰️ is not the dish"),
    ("<javascript:alert(1)|x> <foo> <> a < b > c", "<javascript:alert(1)|x> <foo> <> a < b > c"),
    ("<!unknown> <!> <@> <#|>", "<!unknown> <!> <@> <#|>"),
    ("a\r\nb\x00\ud83d\ude00\ud800", "a\nb😀\ufffd"),
]


@pytest.mark.parametrize(("slack", "markdown"), TEXTS)
def test_slack_text_becomes_markdown(slack, markdown):
    assert text_to_markdown(slack, NAMES.get) == markdown


@pytest.mark.parametrize("value", [None, True, [], {}, [["a"]], b"a", object()])
def test_what_is_no_text_is_empty(value):
    assert text_to_markdown(value) == ""


def test_numbers_are_text():
    assert text_to_markdown(5) == "5"


def test_it_is_drawn_as_slack_draws_it():
    slack = "*bold* `*a*` <https://example.com|*site*>\n&gt; said\n:tada:"
    page = BeautifulSoup(render_body(text_to_markdown(slack)), "html.parser")
    assert page.select_one("strong").text == "bold"
    assert page.select_one("code").text == "*a*"
    assert page.select_one("a[href='https://example.com']").text == "site"
    assert page.select_one("blockquote").text == "said"


@pytest.mark.parametrize("address", ["http://good.example", "www.good.example", "ana@good.example"])
def test_a_label_cannot_hide_where_a_link_leads(address):
    text = text_to_markdown(f"<https://evil.example/|{address}>")
    page = BeautifulSoup(render_body(text), "html.parser")
    led = [link["href"] for link in page.select("a") if link.text == "https://evil.example/"]
    assert led == ["https://evil.example/"]
    assert text == f"{address} (https://evil.example/)"


@pytest.mark.parametrize(
    "scheme", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"]
)
@pytest.mark.parametrize("form", ["<{}|x>", "<{}>", "<!date^1^x^{}|x>"])
def test_only_web_and_mail_addresses_are_links(scheme, form):
    html = render_body(text_to_markdown(form.format(scheme)))
    assert BeautifulSoup(html, "html.parser").select("a") == []


def test_what_was_escaped_calls_nobody():
    assert text_to_markdown("&lt;!here&gt; &lt;@U2&gt;", NAMES.get) == "<!here> <@U2>"
