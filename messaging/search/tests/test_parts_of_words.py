"""Parts of words, and words of scripts without spaces, are found, highlighted and forgotten.

Runs on the database of DATABASE_URL: `site/tests/operations/test_postgresql.py` has it run on both.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.markdown.rendering import render_body
from messaging.message import actions
from messaging.models import Message
from messaging.search.index import holding, mark, terms_of

JAPANESE = "昨日の議事録を確認済みです。"
THAI = "สวัสดีครับ วันนี้ประชุมกี่โมง"


@pytest.mark.parametrize(
    ("words", "body"),
    [
        *[
            (words, JAPANESE)
            for words in ("確認", "確", "議事録", "確認済みで", "昨日 確認", '"録を確"')
        ],
        *[(words, THAI) for words in ("ประชุม", "วันนี้", "ดี", "ครับ")],
        *[
            ("会議", body)
            for body in ("明日会議室で", "会議", "Die 会議 ist", "x会議y", "「会議」")
        ],
        *[("회의", body) for body in ("내일 팀회의록을", "회의")],
        *[("カタ", body) for body in ("カタカナ", "ｶﾀｶﾅ", "平仮名カタ")],
        ("ortilla", "Tortilla with onions"),
        ("TILL", "Tortilla with onions"),
        ("orti nion", "Tortilla with onions"),
        ("afé", "un CAFETAL"),
        ("ação", "Coração"),
        ("иве", "ПРИВЕТ"),
        ("straß", "an der Bundesstraße"),
        ("nationalization", "internationalizations"),
        ("2026", "x20261"),
        ("xample.org/me", "https://example.org/menu"),
        ("ain_nam", "the column `domain_name`"),
        ("oana@example", "joana@example.org"),
        ("ok", "確認ok"),
        ("ａｂｃ", "xabcx"),
        ("a" * 60, "b" + "a" * 70),
    ],
)
def test_what_stands_within_a_word_is_found(lobby, ana, bruno, say, found, words, body):
    say(lobby, ana, body)
    say(lobby, ana, "something else, 其他")
    assert len(found(bruno, words)) == 1


@pytest.mark.parametrize(
    ("words", "body"),
    [
        ("認確", JAPANESE),
        ("確認 会議", JAPANESE),
        ("東京都", "東京と京都"),
        ("ortila", "Tortilla"),
        ("tortillas", "Tortilla"),
        ('"ortilla"', "Tortilla"),
        ("xample.com", "example.org and example dot com"),
        ("re-mail", "remote mail"),
        ("nationalisation", "internationalization"),
        ("link", "https://example.org"),
        ("from7", "hello"),
    ],
)
def test_other_words_are_not_found(lobby, ana, bruno, say, found, words, body):
    say(lobby, ana, body)
    assert found(bruno, words) == []


def test_parts_of_what_was_edited_or_deleted_are_found_no_more(lobby, ana, bruno, say, found):
    edited, deleted = say(lobby, ana, "確認済み tortilla"), say(lobby, ana, "確認済み again")
    actions.edit_message(edited, "会議 gazpacho")
    actions.delete_message(deleted, by=ana)
    assert found(bruno, "認済") == found(bruno, "ortil") == []
    assert found(bruno, "会議") == found(bruno, "azpach") == ["会議 gazpacho"]
    Message.objects.filter(pk=edited.pk).delete()
    assert found(bruno, "会議") == []


LETTERS = st.sampled_from("abcAé会議確認のカ回ก็ีя ß-.'\"%_\\2😀İ\u0301\u200b\x00ﷺ½")


@pytest.mark.django_db
@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(LETTERS, min_size=3, max_size=60), st.integers(0, 50), st.integers(3, 30))
def test_whatever_part_of_a_word_is_searched_for_is_found(lobby, ana, body, start, length):
    body = body.replace("\x00", "")
    part = body[start : start + length].strip()
    terms = terms_of(part)
    Message.objects.filter(room=lobby).delete()
    actions.post_message(lobby, ana, body, nonce=body)
    is_plain = part.isalpha() and part.isascii() and len(part) >= 3
    found = holding(Message.objects.all(), terms).count() if terms else None
    assert found == 1 or not is_plain


@pytest.mark.parametrize(
    ("body", "words", "marked"),
    [
        (JAPANESE, "確認 です", ["確認", "です"]),
        (JAPANESE, '"議事録"', ["議事録"]),
        (THAI, "ประชุม", ["ประชุม"]),
        ("日本語test確認", "tes 確", ["test", "確"]),
        ("ｶﾀｶﾅ", "カタ", ["ｶﾀ"]),
        ("Tortillas", "ortill", ["Tortillas"]),
        ("see example.org", "xample.org", ["example", "org"]),
        ("確認確認", "確認", ["確認確認"]),
        ("a & <b> 確認", "確認 amp", ["確認"]),
    ],
)
def test_what_was_searched_for_is_highlighted(body, words, marked):
    html = mark(render_body(body), terms_of(words))
    assert [part.split("</mark>")[0] for part in html.split("<mark>")[1:]] == marked
    assert html.replace("<mark>", "").replace("</mark>", "") == render_body(body)
