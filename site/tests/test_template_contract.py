"""What a designer is told of an edited template: ten ways of breaking one, in words, by line."""

import shutil
import time

import pytest
from django.conf import settings
from django.template import engines

from messaging.message import rendering
from tertulia.design import fallback_loader
from tertulia.design.checks import all_problems
from tertulia.design.checks import templates as check
from tertulia.design.discovery import all_samples
from tertulia.design.drawing import draw
from tertulia.design.drawn_contract import uncollected_static_files
from tertulia.design.source import sources


@pytest.fixture
def copy(tmp_path):
    """The templates in a folder of their own, in which they may be broken."""
    folder = tmp_path / "templates"
    shutil.copytree(settings.BASE_DIR / "templates", folder)
    engine = engines["django"].engine
    before, engine.dirs = engine.dirs, [folder]
    engine.template_loaders[0].reset()
    rendering.forget()
    yield folder
    engine.dirs = before
    engine.template_loaders[0].reset()
    fallback_loader.forget()
    rendering.forget()


@pytest.fixture
def told(copy):
    """Return a function that changes one text of a template and gives what is then said of it."""

    def change(name, old, new):
        path = copy / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))
        engines["django"].engine.template_loaders[0].reset()
        rendering.forget()
        return [
            (problem.line, problem.words)
            for problem in all_problems(only=name)
            if problem.name == name
        ]

    return change


MESSAGE = "messaging/_message.html"


def line_of(name, text):
    """The number of the line of the template that holds `text` first."""
    lines = (settings.BASE_DIR / "templates" / name).read_text().split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_the_templates_as_they_are_keep_what_they_promise():
    assert [f"{warning.obj} {warning.msg}" for warning in check()] == []


def test_the_check_is_quick():
    """It costs few times what its drawings cost: a ratio, so that no machine is too slow for it."""
    check()  # compiles every template, and draws every sample
    assert cost_of(check) < 3 * cost_of(draw_every_sample)


def cost_of(work):
    """Return the less of two runs, in seconds of this process's computing."""
    return min(seconds_of(work) for _attempt in range(2))


def seconds_of(work):
    begun = time.process_time()
    work()
    return time.process_time() - begun


def draw_every_sample():
    with uncollected_static_files():
        for sample in all_samples():
            draw(sample)


def test_an_id_that_is_gone(told):
    [(line, words)] = told(MESSAGE, ' id="message-{{ id }}"', "")
    assert words == "no longer has “[id^=message-]”: live edits will not find it."
    assert line == line_of(MESSAGE, "<article")


def test_what_a_template_keeps_is_said_in_its_comment(told):
    new = "  #body[name=body]: the text is not sent, and drafts are not kept"
    added = told("messaging/message/_composer.html", new, f"{new}\n  #nosuch: nothing\n    works")
    assert [words for _line, words in added] == ["no longer has “#nosuch”: nothing works."]


def test_a_template_of_ones_own_must_keep_what_the_products_keeps(told, copy, tmp_path):
    """Even without the comment of the product's own."""
    own = tmp_path / "own" / "messaging" / "live" / "_typing.html"
    own.parent.mkdir(parents=True)
    own.write_text("{% comment %}Who is typing.{% endcomment %}<p>{{ user }}</p>")
    engines["django"].engine.dirs = [tmp_path / "own", copy]
    engines["django"].engine.template_loaders[0].reset()
    found = [
        problem for problem in all_problems("messaging/live/_typing.html") if problem.path == own
    ]
    assert [problem.words.split(":")[0] for problem in found] == [
        "no longer has “#typing”",
        "“user” is one reader's, and this is drawn once for all of them",
    ]


def test_every_line_under_keep_is_read():
    for source in sources():
        under = source.comment.partition("\nKeep:\n")[2].splitlines()[:-1]
        lines = [line for line in under if not line.startswith("    ")]
        assert len(lines) == len(source.keeps), source.name
        assert all(line.startswith("  ") for line in lines), source.name


def test_an_attribute_that_is_gone(told):
    [(_line, words)] = told(MESSAGE, ' data-position="{{ message.position }}"', "")
    assert words.startswith("no longer has “[data-position]”: live messages will not find")


def test_a_variable_that_is_misspelt(told):
    [(line, words)] = told("rooms/_people.html", "count=people|", "count=poeple|")
    assert line == line_of("rooms/_people.html", "count=")
    assert words.startswith("the variable “poeple” is not one that this template has")


def test_an_attribute_of_a_variable_that_is_misspelt(told):
    [(line, words)] = told("rooms/_room.html", "<bdi>{{ room.topic }}", "<bdi>{{ room.topci }}")
    assert line == line_of("rooms/_room.html", "<bdi>{{ room.topic }}")
    assert words == "“room.topci”: there is no “topci” of a Room. It is misspelt."


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{% endif %}", "", "something else is still open: {% endif %} is missing."),
        ("{% endwith %}", "", "{% with %} is never closed: {% endwith %} is missing."),
        (
            "{% load i18n static %}",
            "{% load static %}",
            "there is no tag {% translate %}: it is misspelt, or its {% load",
        ),
        ("</article>", "", "an element “article” is opened and not closed"),
        (
            "{{ message.position }}",
            "{{ message.position }",
            "stands in a tag that is not closed",
        ),
    ],
)
def test_a_tag_that_is_not_closed_or_unknown(told, old, new, words):
    assert words in "\n".join(said for _line, said in told(MESSAGE, old, new))


def test_a_style_attribute(told):
    [(line, words)] = told("users/people.html", '<ul class="list">', '<ul class="list" style="x">')
    assert line == line_of("users/people.html", '<ul class="list">')
    assert words.startswith("“style=” has no effect: the security policy of the pages forbids it.")


def test_an_inline_handler(told):
    [(_line, words)] = told("users/people.html", '<ul class="list">', '<ul onclick="x()">')
    assert words.startswith("“onclick=” has no effect")


def test_a_class_built_from_a_variable(told):
    changed = 'class="badge badge-{{ room.kind }}">{% translate "archived" %}'
    [(_line, words)] = told("rooms/_room.html", 'class="badge">{% translate "archived" %}', changed)
    assert words.startswith("the class “badge-{{ room.kind }}” is built from a variable")


@pytest.mark.parametrize("name", ["viewer", "membership", "room", "look", "workspace"])
def test_a_message_that_asks_for_what_it_never_gets(told, name):
    old = "Variables: message, is_author"
    told(MESSAGE, old, f"Variables: {name}, message, is_author")
    address = "{% url 'messaging:message' message.pk as address %}"
    problems = told(MESSAGE, address, f"{address}{{{{ {name}.name }}}}")
    [words] = {words for _line, words in problems if name in words}
    assert words.startswith(f"the variable “{name}.name” is not one that this template has.")


def test_a_thing_that_is_drawn_in_a_second_place(told):
    [(_line, words)] = told(
        "users/people.html",
        '<ul class="list">',
        '<ul class="list" id="message-{{ people.number }}">',
    )
    assert words.startswith("draws “message-…”, which messaging/_message.html draws")


def test_a_fragment_that_stands_on_a_page_twice(told):
    people = '{% include "rooms/_people.html" %}'
    [(_line, words), *_others] = told("messaging/conversation/room.html", people, people + people)
    assert words.startswith("draws “id=people” twice on one page")


def test_a_block_that_is_gone(told, copy):
    told("base.html", "{% block aside %}{% endblock %}", "")
    [aside] = [warning for warning in check() if "block aside" in warning.msg]
    assert str(aside.obj).startswith(str(copy / "messaging" / "conversation" / "room.html"))
    assert aside.msg == (
        "{% block aside %} is shown nowhere: base.html has no block of that name (any more)."
    )


def test_a_reader_in_what_is_pushed_to_all(told):
    [(_line, words)] = told(MESSAGE, '{% translate "edited" %}', "{{ request.user.name }}")
    assert words.startswith("“request” is one reader's, and this is drawn once for all of them")


def test_a_token_in_what_is_pushed_to_all(told):
    [(_line, words)] = told("rooms/_people.html", "<ul>", "{% csrf_token %}<ul>")
    assert words.startswith("“csrf_token” is one reader's")


def test_a_sentence_that_is_not_translated(told):
    [(line, words)] = told("rooms/home.html", "<ul", "<p>Welcome, all of you!</p><ul")
    assert line == line_of("rooms/home.html", "<ul")
    assert words.startswith("“Welcome, all of you!” is shown in English to everybody")


def test_a_worded_attribute_that_is_not_translated(told):
    [(_line, words)] = told("rooms/home.html", '<ul class="list">', '<ul title="The rooms">')
    assert words.startswith("“The rooms” is shown in English to everybody")


@pytest.mark.parametrize("name", ["method", "action"])
def test_a_form_that_goes_nowhere(told, name):
    part = {"method": ' method="post"', "action": " action=\"{% url 'users:profile' %}\""}[name]
    [(_line, words)] = told("users/profile.html", part, "")
    assert words == f"a form without “{name}=”: it does nothing where no script runs."


def test_a_link_that_leads_nowhere(told):
    [(_line, words)] = told("users/profile.html", "'users:profile'", "'users:profil'")
    assert words.startswith("cannot be drawn: a {% url %} leads nowhere.")


def test_a_fragment_that_does_not_say_what_it_is(told):
    [(_line, words)] = told("rooms/_unread.html", "{% comment %}", "{% comment 'x' %}")
    assert words == "a fragment begins with a {% comment %} that says what it is and its variables."
