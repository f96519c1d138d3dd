"""Headings, tables, tasks and emoji, and what of them is dangerous or only looks like them."""

import pytest

from core.emoji.table import emoji_of
from messaging.markdown.rendering import render_body, shows_nothing

from .formatted import drawn, shown

TABLE = "| Who | What | How many |\n|:---|:-:|---:|\n| Ana | **tea** | 2 |\n| Bruno | a \\| b |"


def test_lines_with_number_signs_are_headings():
    page = drawn("# Plan\ntea\n## *Today* at 5\n#### Last")
    headings = page.select("h3, h4, h5, h6")
    assert [(each.name, each.get_text()) for each in headings] == [
        *(("h3", "Plan"), ("h4", "Today at 5"), ("h6", "Last"))
    ]
    assert [p.get_text() for p in page.select("p")] == ["tea"]


def test_a_table_has_a_head_and_rows_with_aligned_cells():
    page = drawn(f"before\n{TABLE}\nafter")
    rows = [[cell.get_text() for cell in row.select("th, td")] for row in page.select("tr")]
    assert rows == [["Who", "What", "How many"], ["Ana", "tea", "2"], ["Bruno", "a | b"]]
    assert [cell.get("class") for cell in page.select("tbody tr:first-child td")] == [
        *(None, ["center"], ["end"])
    ]
    assert page.select_one("thead th").name == "th" and page.select_one("td strong")
    assert [p.get_text() for p in page.select("p")] == ["before", "after"]


@pytest.mark.parametrize(
    "body", ["a | b\n- | -\nc | d", "|a|b|\n|-|-|\n|c|d|\n\nend", "> " + "a|b\n> -|-\n> c|d"]
)
def test_tables_need_no_outer_lines(body):
    assert [cell.get_text() for cell in drawn(body).select("td")] == ["c", "d"]


def test_tasks_have_boxes_and_no_inputs():
    page = drawn("- [ ] buy tea\n- [x] boil **water**\n  - [X] deep\n- [] none\n- [y] none")
    tasks = [task.find(string=True) for task in page.select("li.task")]
    assert [str(text) for text in tasks] == ["☐ buy tea", "☑ boil ", "☑ deep"]
    assert page.select("input") == [] and len(page.select("li")) == 5


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("party :tada:!", "party 🎉!"),
        (":tada::tada: :+1:, :-1:", "🎉🎉 👍, 👎"),
        ("(:heart:) **:smile:** 谢谢:tada:你", "(❤️) 😄 谢谢🎉你"),
        ("# :tada: x\n- :tada: y\n> :tada: z", "🎉 x\n🎉 y\n🎉 z"),
        (":Tada: :tada : :no_such:", ":Tada: :tada : :no_such:"),
        ("`:tada:` [:tada:](http://a.b) http://a.b/:tada:", ":tada: :tada: http://a.b/:tada:"),
        ("key:tada:value 1:100:2 std::tada::x", "key:tada:value 1:100:2 std::tada::x"),
        (":umbrella: :bride_with_veil:", "☔ 👰‍♀️"),
    ],
)
def test_names_of_emoji_are_shown_as_emoji(body, text):
    assert shown(body) == text


def test_both_sets_of_names_are_known():
    assert emoji_of("man-raising-hand") == emoji_of("raising_hand_man") == "🙋‍♂️"
    assert emoji_of("thumbsup") == emoji_of("+1") == "👍"


@pytest.mark.parametrize(
    "body",
    ["🎉", ":tada:", "❤️ 👩‍👩‍👧\n👍🏽", "🇪🇸🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣", ":tada:" * 27, "👍 " * 27, "☀️", "✨⚡"],
)
def test_emoji_alone_are_large(body):
    page = drawn(body)
    assert len(page.select("p.emoji")) == len(page.find_all(True)) - len(page.select("br")) == 1


@pytest.mark.parametrize(
    "body",
    ["🎉!", "a 🎉", "🎉" * 28, "1", "12", "#", "*", "©", "🎉\n\n🎉", "> 🎉", "`🎉`", "\u200d"],
)
def test_other_texts_are_not_large(body):
    assert drawn(body).select(".emoji") == []


@pytest.mark.parametrize(
    "body",
    [
        "# <img src=x onerror=alert(1)>",
        '| <script>x</script> | b |\n|-|-|\n| <b onclick=x>c</b> | "><svg onload=x> |',
        "- [x] <input type=checkbox onclick=x>",
        ":<b>: <div class=table><table><tr><td style=x>",
        '<p class="emoji" id="compose">x</p>',
    ],
)
def test_what_is_typed_as_html_is_text_there_too(body):
    for element in drawn(body).find_all(True):
        assert element.name not in {"img", "script", "svg", "input", "b"}
        assert set(element.attrs) <= {"class"}
    assert "<" in shown(body) and ">" in shown(body)


@pytest.mark.parametrize("body", ["| |\n|-|\n| |", "|\u200b|\n|-|\n| |", "# \u200b"])
def test_what_is_empty_shows_nothing(body):
    assert shows_nothing(body) or shown(body).strip("#| -\n\u200b") == ""


def test_a_body_of_many_columns_stays_short():
    body = "|" * 2_000 + "\n" + "|-" * 1_999 + "|\n" + "|\n" * 2_000
    assert len(render_body(body)) <= 2_000 + 5 * len(body)
