"""The rendering of a body: ordinary text stays the same, and no word is lost."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from messaging.markdown.rendering import render_body, shows_nothing

from .formatted import drawn, shown

steadily = settings(derandomize=True, database=None, deadline=None, max_examples=500)


@pytest.mark.parametrize(
    "body",
    [
        r"¯\_(ツ)_/¯ and \\server\share and C:\new_folder\_x_ and \*x\*",
        ">:( and >_<",
        ">>> print(1)",
        ">" * 20 + " hello",
        ">no space",
        "5*3*2=30 and 2 * 3 * 4 and 2**3**2 and a*b*c",
        "snake_case_names, __init__, _private, *.txt *.md, **kwargs and *args",
        "-_- *_* ^_^ (*_*) *-* *.* T_T o_O",
        "1986. What a year\n7. Again\n1. One\n1. One",
        "+ x\n+1\n-1\n--\n—",
        "#no heading\n#42 nor this\n##\n##### nor this",
        "| a | b |\n| --- |\n| c | d |",
        "a | b\n---\nc | d",
        "|a|b|\n|-|x|\n|c|d|",
        "[ ] no task\n[x] nor this",
        ":nothing: 10:30:45 std::vector::tada::x a:tada:b :tada 12:00:tada: ::tada:",
        "---\n***\n===",
        "| a | b |\n| --- | --- |",
        "[x]: https\n[^1]: note",
        "&amp; &nbsp; &#65; <b>bold</b> <!-- note --> <http>",
        "a  b   c\n    four\n\tone tab",
        "~ ~~ ~/home ~5~",
        "~~~\nno fence\n~~~",
        "``` hello",
        "``` hello\nmore\n\nand more",
        "`unclosed and ``mixed",
        "*a\nb* **c\nd** _e\nf_",
        "a*b* *c*d un*frigging*believable",
        "[words](relative/path) [words](javascript:alert(1)) [words](ftp://x)",
        "README.md setup.py main.rs example.com e.g. 1.5",
        "ftp://x file:///C:/x irc://x/y javascript:alert(1) mailto: x:// ://",
        "http:// https://! http://..",
        "two  \nblanks",
        "key: value, i.e. *",
    ],
)
def test_ordinary_typing_is_shown_as_it_is(body):
    page = drawn(body)
    assert shown(body).replace("\n\n", "\n").strip() == body.replace("\n\n", "\n").strip()
    assert {element.name for element in page.find_all(True)} <= {"p", "br"}


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("**b** *i* _i_ ~~s~~", "<b>b</b> <i>i</i> <i>i</i> <s>s</s>"),
        ("***both*** **a _b_ c**", "<b><i>both</i></b> <b>a <i>b</i> c</b>"),
        ("**b *i*** *i **b***", "<b>b <i>i</i></b> <i>i <b>b</b></i>"),
        ("(**b**), “*i*”. ¡**b**! **b**…", "(<b>b</b>), “<i>i</i>”. ¡<b>b</b>! <b>b</b>…"),
        ("**$5** **#1** *@a* **-1**", "<b>$5</b> <b>#1</b> <i>@a</i> <b>-1</b>"),
        ("这是**重点**内容", "这是<b>重点</b>内容"),
        ("*é* *♥* **snake_case**", "<i>é</i> <i>♥</i> <b>snake_case</b>"),
        ("*a *b*", "*a <i>b</i>"),
        ("`a*b*` `` `x` `` ```y```!", "<code>a*b*</code> <code>`x`</code> <code>y</code>!"),
        ("**`x`**", "<b><code>x</code></b>"),
    ],
)  # fmt: skip
def test_marks_stand_around_words(body, html):
    for short, long in (("b", "strong"), ("i", "em")):
        html = html.replace(f"<{short}>", f"<{long}>").replace(f"</{short}>", f"</{long}>")
    assert render_body(body) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    ("body", "code", "around"),
    [
        ("```\na\n  b\n```", "a\n  b", []),
        ("```SELECT 1;\nSELECT 2;```", "SELECT 1;\nSELECT 2;", []),
        ("```python\nx\n```", "python\nx", []),
        ("``` hello ```", "hello", []),
        ("see ```\n> a\n- b\n``` and **more**\nlast", "> a\n- b", ["see", "and more\nlast"]),
        ("````\n```\nx\n```\n````", "```\nx\n```", []),
        ("```\n  indented\n```\nafter", "  indented", ["after"]),
    ],
)
def test_code_is_all_that_stands_between_the_backticks(body, code, around):
    page = drawn(body)
    assert [pre.get_text() for pre in page.select("pre > code")] == [code]
    assert [part.get_text() for part in page.select("p")] == around


def test_quotations_need_a_space_and_end_with_their_lines():
    page = drawn("> one\n>\n> > two\n> - x\nanswer")
    assert [p.get_text() for p in page.select("blockquote > p")] == ["one", "two"]
    assert page.select_one("blockquote > blockquote").get_text() == "two"
    assert page.select_one("blockquote li").get_text() == "x"
    assert page.find_all("p", recursive=False)[-1].get_text() == "answer"


def test_lists_stand_under_one_another():
    page = drawn("- a\n  - b\n   * c\n- d\n\n    - e\n- f")
    assert [li.get_text() for li in page.select("ul > li")] == ["a\nb\nc", "b", "c", "d", "e", "f"]
    assert [li.get_text() for li in page.select("li li")] == ["b", "c"]


MARKS = [
    *(
        "```",
        "``",
        "`",
        "**",
        "*",
        "_",
        "~~",
        "> ",
        ">",
        "- ",
        "* ",
        "1. ",
        "\n",
        "\n\n",
        " ",
        "  ",
    ),
    *("[", "]", "(", ")", "](", "@", "@here", "http://", "https://", "www.", "ab.cd", "://", "#"),
    *("# ", "## ", "|", " | ", "\n|-|\n", "\n|:-:|-:|\n", "- [ ] ", "- [x] ", ":", ":tada:", "\\|"),
    *("&amp;", "<b>", "\\", "\t", "!", "-", ".", "。", "你好", "ツ", "مرحبا", "é", "e\u0301"),
    *("\u202e", "\u200b", "  "),
]
PIECES = st.one_of(
    st.sampled_from(MARKS),
    st.from_regex(r"[a-z0-9]{1,4}", fullmatch=True),
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"),
)
BODIES = st.lists(PIECES, max_size=40).map("".join)
WORD = re.compile(r"[^\W_]+")


@steadily
@given(BODIES)
@example("```SELECT 1;\nSELECT 2;```\nand @here")
@example("- " * 10 + "deep")
@example("\n".join("  " * level + f"- level{level}" for level in range(12)))
@example("> " * 20 + "deep")
def test_every_word_is_shown_in_order(body):
    body = re.sub(r"\[[xX]\]", "", body)  # a box is drawn instead
    body = re.sub(r":[a-z0-9_+-]+:", "", body)
    page = drawn(body)
    for link in page.select("a"):  # only the address after [words] is not visible
        if f"[{link.get_text()}](" in body:
            link.append(" " + re.search(re.escape(f"[{link.get_text()}](") + r"(\S*?)\)", body)[1])
    for element in page.find_all(
        [
            "br",
            "p",
            "li",
            "td",
            "th",
            "h3",
            "h4",
            "h5",
            "h6",
            "pre",
            "code",
            "strong",
            "em",
            "s",
            "a",
        ]
    ):
        element.insert_before(" ")
        element.insert_after(" ")
    seen = "".join(WORD.findall(page.get_text()))
    assert seen == "".join(WORD.findall(body))


@steadily
@given(BODIES)
def test_what_shows_nothing_is_refused_and_nothing_else(body):
    text = "".join(WORD.findall(re.sub(r"\[[^\]\w]*\]\([^\s()]*\)", "", body)))
    is_seen = any(letter not in "ᅟᅠㅤﾠ" for letter in text)
    assert not (is_seen and shows_nothing(body))


@pytest.mark.parametrize(
    "body",
    [
        *(">", "- ", "*", "> > >", "- -", ">\n>\n- ", "> \u3164", "- \u200b"),
        *("\u3164", "\u2800", "\u200b\u2060\ufeff", "\u115f\uffa0\u17b4", "\u00ad", "\u2003"),
        *("\U000e0001\U000e0020", "\ufe0f\u200d", "**\u200b**", "`\u2060`", "```\n\u200b\n```"),
        *("[](https://example.com)", "[\u200b](https://example.com)", "[](x) > [ ](y)"),
    ],
)  # fmt: skip
def test_a_body_that_shows_nothing_is_known(body):
    assert shows_nothing(body)


@pytest.mark.parametrize("body", ["-_-", "+", ">>", ":)", "***", "---", "()", "> x", "👍"])
def test_a_body_that_shows_something_is_known(body):
    assert not shows_nothing(body)
    assert shown(body).strip()
