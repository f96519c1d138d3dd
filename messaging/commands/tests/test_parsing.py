"""What is a command, and what is text that begins with a slash."""

import pytest

from messaging.commands.parsing import action_in, as_text, expanded, shown, stripped, typed_in

COMMANDS = {
    "/me waves": ("me", "waves"),
    "/topic": ("topic", ""),
    "/Topic  Lunch": ("topic", "Lunch"),
    "/topic a/b": ("topic", "a/b"),
    "/topic: Lunch": ("topic:", "Lunch"),
    "／remind tomorrow": ("remind", "tomorrow"),
    "/mañana": ("mañana", ""),
    "/tmp is full": ("tmp", "is full"),
    "/me waves\nand bows": ("me", "waves\nand bows"),
}
TEXTS = [
    *("/etc/passwd", "/home/ana and more", "//comment", "/", "/ or", "/1", "/1 of 2", "/?"),
    *("/**", "/@ana", "/_x", " /me waves", "no /me", "/invite/@ana", "", "1/2", "/me/you"),
]


@pytest.mark.parametrize("body", COMMANDS)
def test_a_word_behind_a_slash_is_a_command(body):
    assert typed_in(body) == COMMANDS[body]


@pytest.mark.parametrize("body", TEXTS)
def test_paths_and_signs_are_text(body):
    assert typed_in(body) is None
    assert as_text(body) == body


def test_a_long_word_takes_linear_time():
    assert typed_in("/" + "a" * 100_000 + "/") is None


@pytest.mark.parametrize("body", COMMANDS)
def test_the_text_of_a_program_is_no_command(body):
    assert typed_in(as_text(body)) is None
    assert as_text(f" \n\n{body}") == as_text(body)
    assert shown(as_text(body)) == body


def test_one_space_before_a_slash_stays():
    assert [stripped(line) for line in ("  /x ", "/x ", " x ", "\t/x", " 1/2")] == [
        *(" /x", "/x", "x", " /x", "1/2")
    ]


def test_a_shrug_follows_the_text():
    assert expanded("/shrug") == "¯\\_(ツ)_/¯"
    assert expanded("/SHRUG so *be* it") == "so *be* it ¯\\_(ツ)_/¯"
    assert expanded("/shrugs") == "/shrugs"


def test_an_action_needs_something_to_do():
    assert [action_in(body) for body in ("/me waves", "/me", "/me  ", "x")] == [
        *("waves", None, None, None)
    ]
