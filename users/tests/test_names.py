"""Which names are equal, and which characters they may contain."""

import pytest
from django.forms import ValidationError

from core.forms import NameField
from core.text import fold, has_invisible
from users.forms import UsernameField, refuse_display_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana", "ANA"),
        ("ana", "ａｎａ"),
        ("Straße", "STRASSE"),
        ("a  b", "A\u00a0b"),
        ("ana", "a\u200bn\u00ada\ufe0f"),
        ("ﬁn", "fin"),
        ("é", "e\u0301"),
    ],
)
def test_names_that_read_alike_are_the_same(one, other):
    assert fold(one) == fold(other)


def test_names_that_read_differently_are_not():
    assert len({fold(name) for name in ["ana", "anna", "aná", "a.na", "an a"]}) == 5


@pytest.mark.parametrize("name", ["a\u200b", "\u202eana", "a\x00", "\u3164", "\u2800", "a\ufe0f"])
def test_invisible_characters_are_found(name):
    assert has_invisible(name)


@pytest.mark.parametrize("name", ["Ana", "José Ñ.", "李雷", "❤️", "👩🏽‍💻", "नमस्ते"])
def test_visible_characters_are_not(name):
    assert not has_invisible(name)


@pytest.mark.parametrize("name", ["", "   ", "\u3000", "\u200b", "x" * 9, "\ufdfa"])
def test_a_field_refuses_empty_invisible_and_too_long_names(name):
    with pytest.raises(ValidationError):
        NameField(max_length=8).clean(name)


def test_a_field_returns_one_normalized_line():
    assert NameField().clean(" Ａna\r\n  Bcc: x ") == "Ana Bcc: x"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["all", "HERE", "ｒｏｏｍ", "Todos", "everyone"])
def test_words_for_many_people_are_nobodys_name(name):
    for take in (UsernameField().clean, refuse_display_name):
        with pytest.raises(ValidationError, match="is reserved"):
            take(name)
