"""Addresses in a text: where they begin and end, how they are shown, and their targets."""

import pytest

from .formatted import drawn, shown

ADDRESS = "https://example.com/foo"


@pytest.mark.parametrize(
    "around",
    [
        *("（{}）", "{}。", "{}、{}", "「{}」", "谢谢{}", "{}，", "{}\u3000x", "{}！", "【{}】"),
        *("“{}”", "‘{}’", "«{}»", '"{}"', "'{}'", "{}’s", "({})", "[{}]", "<{}>", "{{{}}}"),
        *("{}～", "{}；", "{}﹐", "{}。次", "{}،ثم", "{}۔", "{}։", "{}។", "{}」、「{}」"),
        *("{}.", "{}, {}!", "{}?!", "{}…", "{}...", "({}).", "(see {}), {}", "{}.)", "|{}|"),
        *("**{}**", "_{}_", "~~{}~~", "***{}***", "{}؟", "{}،", "{}।", "{} ", "{}\u202e", "{};"),
    ],
)  # fmt: skip
def test_what_stands_around_an_address_is_no_part_of_it(around):
    for address in (ADDRESS, f"{ADDRESS}_(bar)", "www.example.com/__init__/x", "me@example.com"):
        links = drawn(around.format(address, address)).select("a")
        assert [link.get_text() for link in links] == [address] * around.count("{}")
        prefix = {"h": "", "w": "http://", "m": "mailto:"}[address[0]]
        assert {link["href"] for link in links} == {prefix + address}


@pytest.mark.parametrize("address", ["https://example.com", "www.example.co.jp", "me@example.com"])
def test_a_host_ends_where_a_script_without_spaces_goes_on(address):
    for text in (f"看{address}吧", f"{address}です。{address}を"):
        assert {link.get_text() for link in drawn(text).select("a")} == {address}


def test_hosts_and_paths_of_other_scripts_are_whole():
    for address in (
        "https://例子.中国",
        "https://zh.wikipedia.org/wiki/中国",
        "http://abc中文.com/x",
    ):
        assert [link.get_text() for link in drawn(f"{address} x").select("a")] == [address]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (
            "https://münchen.example/ä?q=é#ö",
            "https://xn--mnchen-3ya.example/%C3%A4?q=%C3%A9#%C3%B6",
        ),
        ("https://xn--80ak6aa92e.com/", "https://xn--80ak6aa92e.com/"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("https://example.com/%E2%80%AEcod.exe", "https://example.com/%E2%80%AEcod.exe"),
        ("HTTPS://EXAMPLE.COM/A", "https://EXAMPLE.COM/A"),
        ("http://localhost:8000/a", "http://localhost:8000/a"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("http://127.0.0.1/", "http://127.0.0.1/"),
        ("https://example.com/a_b*c*d_e", "https://example.com/a_b*c*d_e"),
        ("https://example.com?a[]=1&b={x}", "https://example.com?a[]=1&b=%7Bx%7D"),
        ("first.last+tag@sub.example.com", "mailto:first.last+tag@sub.example.com"),
    ],
)
def test_a_link_shows_what_was_typed_and_leads_there(typed, address):
    (link,) = drawn(f"x {typed} y").select("a")
    assert (link.get_text(), link["href"], link["dir"]) == (typed, address, "auto")


@pytest.mark.parametrize(
    "body",
    [
        *("http://999.1.1.1/", "http://a.b:99999/", "http://[zz]/", "http://1.2.3.4.5/", "x@y"),
        *("http://xn--a/", "http://%zz/", "http://a%00b/", "http://a_..b", "http://a^b.c/"),
        *("@a@b.example", "a@b.example@c", "www.x", "www..x.y", "xhttps://a.b", "x@y.z1"),
    ],
)  # fmt: skip
def test_no_link_leads_nowhere(body):
    for link in drawn(body).select("a"):
        assert link.get("href"), body
    assert shown(body) == body


def test_words_may_have_a_link_unless_they_are_an_address_themselves():
    (link,) = drawn("[the *plan*](https://example.com/a_(b))").select("a")
    assert (link.get_text(), link["href"]) == ("the *plan*", "https://example.com/a_(b)")
    links = drawn("[https://bank.example](https://evil.example)").select("a")
    assert [link.get_text() for link in links] == ["https://bank.example", "https://evil.example"]


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ("[[FIRING:1] High](http://a.b)", "[FIRING:1] High"),
        ("[a[b](http://a.b)", "b"),
        ("[[b](http://a.b)", "b"),
        ("[x] [b](http://a.b)", "b"),
    ],
)
def test_words_with_a_link_may_hold_brackets_that_are_paired(body, label):
    (link,) = drawn(body).select("a")
    assert (link.get_text(), link["href"]) == (label, "http://a.b")
