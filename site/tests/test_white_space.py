"""What a template looks like to people is not what a browser is sent, and both show the same."""

import re

import pytest
from bs4 import BeautifulSoup, NavigableString
from django.conf import settings as configured
from django.template import Context, Origin, Template, engines
from django.template.base import Lexer
from django.utils import timezone

from tertulia.design.discovery import all_samples
from tertulia.design.drawing import draw
from tertulia.design.fallback_loader import ProductTemplate
from tertulia.design.white_space import BLOCKS, BOXES, compact

TEMPLATES = configured.BASE_DIR / "templates"
HTML = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


def compacted(text, **context):
    """What is rendered of a template with this text."""
    engine = engines["django"].engine
    origin = Origin("page.html", "page.html")
    return ProductTemplate(text, origin, "page.html", engine).render(Context(context))


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("<ul>\n  <li>One</li>\n  <li>Two</li>\n</ul>\n", "<ul><li>One</li><li>Two</li></ul>"),
        ('<p\n  class="a\n    b"\n  id="c"\n>\n  One\n</p>', '<p class="a b" id="c">One</p>'),
        ("{% load i18n %}\n{% if a %}\n  <p>One</p>\n{% endif %}\n<p>Two", "<p>Two"),
        ("<ul>\n{% for a in 'xy' %}\n <li>{{ a }}\n{% endfor %}\n</ul>", "<ul><li>x<li>y</ul>"),
        ("<button>\n  Send\n</button>", "<button>Send</button>"),
    ],
)
def test_line_breaks_that_nobody_sees_are_dropped(text, sent):
    assert compacted(text) == sent


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("<b>One</b>\n<i>two</i>", "<b>One</b> <i>two</i>"),
        ("{{ a }}\n{{ b }}", "1 2"),
        (
            "<b>One</b>\n{% if a %}\n<i>two</i>\n{% endif %}\n<u>x</u>",
            "<b>One</b> <i>two</i> <u>x</u>",
        ),
        ("<b>One</b>\n{% if not a %}\n<i>two</i>\n{% endif %}\n<u>x</u>", "<b>One</b> <u>x</u>"),
        ("<b>One</b>{% if not a %}<p>two</p>{% endif %}\n<u>x</u>", "<b>One</b> <u>x</u>"),
        ("{% for c in 'xy' %}\n<b>{{ c }}</b>\n{% endfor %}", "<b>x</b> <b>y</b> "),
        ("{% for c in 'xy' %}<b>{{ c }}</b>\n{% endfor %}z", "<b>x</b> <b>y</b> z"),
        ("<p>One <b>two</b> {% if a %} three{% endif %}</p>", "<p>One <b>two</b>  three</p>"),
        ('{% load i18n %}<p>{% translate "Open as" %}\n<a>', "<p>Open as <a>"),
        ("{% firstof 'x' %}\n<b>y</b>", "x <b>y</b>"),
    ],
)
def test_white_space_between_words_stays(text, sent):
    assert compacted(text, a=1, b=2) == sent


@pytest.mark.parametrize(
    "text",
    [
        "<pre>\n  <b>\n  </b>\n</pre>",
        "<textarea>\n  One\n  two</textarea>",
        "<code>a\n  b</code>",
        "<script>\n// one\ntwo()\n</script>",
        "<input value=\"one\n  two\" title='three\n four'>",
        "<!-- one\n  <p>\n -->",
        "{% load i18n %}{% blocktranslate %}one\n  two{% endblocktranslate %}",
    ],
)
def test_white_space_that_is_content_is_kept(text):
    assert compacted(text) == re.sub(r"{%.*?%}", "", text)


def test_a_mail_is_sent_as_it_is_written():
    origin = Origin("mail.txt", "mail.txt")
    text = "One\n\n  two\n"
    template = ProductTemplate(text, origin, "mail.txt", engines["django"].engine)
    assert template.render(Context()) == text


def test_an_error_is_reported_in_the_line_where_it_is():
    text = "<p>\n</p>\n\n{% nosuch %}"
    with pytest.raises(Exception, match="on line 4"):
        compacted(text)


def visible_text(html):
    """The words of a page, with a line break at the edge of each block element."""
    parts = []
    _gather(BeautifulSoup(html, "html.parser"), parts)
    return re.sub(r"[\s\0]*\0[\s\0]*", "\n", re.sub(r"\s+", " ", "".join(parts))).strip()


def _gather(element, parts):
    for child in element.children:
        if type(child) is NavigableString:
            parts.append(re.sub(r"\s", "\1", child) if element.name in {"pre", "code"} else child)
        elif not isinstance(child, NavigableString):
            edge = "\0" * (child.name in BLOCKS | BOXES)
            parts.append(edge)
            _gather(child, parts)
            parts.append(edge)


@pytest.fixture(scope="module")
def samples():
    return all_samples()


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_sample_shows_what_its_template_says(samples, language, monkeypatch):
    """As a browser would show it with every line break of every template, and without."""
    moment = timezone.now()  # some samples show the time
    monkeypatch.setattr(timezone, "now", lambda: moment)
    loader = engines["django"].engine.template_loaders[0]
    sent = [draw(sample, language=language) for sample in samples]
    monkeypatch.setattr("tertulia.design.fallback_loader.compact", lambda tokens: None)
    loader.reset()
    written = [draw(sample, language=language) for sample in samples]
    loader.reset()
    differ = [
        sample.name
        for sample, one, other in zip(samples, sent, written, strict=True)
        if visible_text(one) != visible_text(other) and "_task" not in sample.template
    ]
    assert [name for name in differ if not name.startswith("operations/system")] == []
    assert sum(map(len, sent)) < 0.97 * sum(map(len, written))


@pytest.mark.parametrize("name", HTML)
def test_a_template_is_formatted_for_people(name):
    """Short lines, and a line break in each gap between block elements."""
    text = (TEMPLATES / name).read_text()
    assert [line for line in text.split("\n") if len(line) > 120 or line != line.rstrip()] == []
    markup = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
    glued = re.findall(r"</(\w+)>(?:{%[^%]*%})*<(\w+)", markup)
    assert [pair for pair in glued if BLOCKS & set(pair) == set(pair)] == []


def test_compacting_twice_changes_nothing():
    for name in HTML:
        tokens = Lexer((TEMPLATES / name).read_text()).tokenize()
        compact(tokens)
        once = [token.contents for token in tokens]
        compact(tokens)
        assert [token.contents for token in tokens] == once


def test_django_reads_what_is_left():
    assert Template("<p>{{ a }}</p>").render(Context({"a": 1})) == compacted(
        "<p>\n{{ a }}\n</p>", a=1
    )
