"""{% remembered %}: what is kept is what would be rendered anew, and nobody else's."""

import sys
from contextlib import nullcontext

import pytest
from bs4 import BeautifulSoup
from django.template import Context, RequestContext, Template, TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from tertulia.design import drawing, remembering
from tertulia.design.contract import forgotten_facts
from tertulia.design.discovery import all_samples
from tertulia.design.drawing import draw
from tertulia.design.fallback_loader import broken
from tertulia.design.source import Source


def rendered(text, **context):
    """Return what a template renders, twice: the second time from what is remembered."""
    template = Template(text)
    first = template.render(Context(context))
    assert template.render(Context(context)) == first
    return first


@pytest.fixture(autouse=True)
def nothing_remembered():
    remembering.parts.clear()
    yield
    remembering.parts.clear()


@pytest.fixture
def drawn(monkeypatch):
    """Return a function that draws a sample and remembers its parts, which checks do not."""
    monkeypatch.setattr(drawing, "forgetful", nullcontext)
    return lambda sample, **options: draw(sample, nonce="a-nonce", **options)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_part_of_every_sample_is_the_same_with_and_without(monkeypatch, drawn, language):
    remembered, checked, different = remembering.RememberedNode.render, set(), []

    def compare(self, context):
        """Note what differs: an error in a template is shown as a broken template."""
        shown = self.rendered_openly(context)
        with remembering.forgetful():
            others = [remembered(self, context)]
        others += [remembered(self, context) for _time in range(2)]
        place = (self.origin.template_name, self.token.lineno)
        different.extend((place, other, shown) for other in others if other != shown)
        checked.add(place)
        return shown

    monkeypatch.setattr(remembering.RememberedNode, "render", compare)
    for sample in all_samples():
        drawn(sample, language=language)
    assert different == []
    assert broken() == {}
    assert len(checked) > 30


def test_what_is_not_a_fact_is_missing():
    text = "{% remembered room.name %}{{ room.name }}{{ room.topic }}{{ user }}{% endremembered %}"
    room = {"name": "Lobby", "topic": "secret"}
    assert rendered(text, room=room, user="ana") == "Lobby"


def test_each_fact_has_its_own_text():
    text = "{% remembered a.b c=d|default:7 %}{{ a.b }} {{ c }}{% endremembered %}"
    template = Template(text)
    said = [template.render(Context({"a": {"b": b}, "d": d})) for b in (1, 2) for d in (0, 3)]
    assert said == ["1 7", "1 3", "2 7", "2 3"]


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (0, False), (1, 1.0), ("<b>", mark_safe("<b>")), ("", None)]
)
def test_what_is_equal_and_not_the_same_is_kept_apart(one, other):
    template = Template("{% remembered x %}{{ x }}{% endremembered %}")
    outside = Template("{{ x }}")
    for value in (one, other, one):
        shown = outside.render(Context({} if value is None else {"x": value}))
        assert template.render(Context({"x": value})) == shown


def test_a_language_has_its_own_text():
    template = Template('{% load i18n %}{% remembered %}{% translate "Rooms" %}{% endremembered %}')
    said = {}
    for language in ("en", "es", "en", "es"):
        with translation.override(language):
            said.setdefault(language, set()).add(template.render(Context()))
    assert said == {"en": {"Rooms"}, "es": {"Salas"}}


def test_an_object_is_refused_because_it_can_change(ana):
    with pytest.raises(TypeError, match="'user' is a User"):
        Template("{% remembered user %}{{ user }}{% endremembered %}").render(
            Context({"user": ana})
        )


def test_a_missing_object_is_missing_inside_too():
    text = "{% remembered a.b %}{% if a %}yes{% else %}no{% endif %}{% endremembered %}"
    assert [rendered(text, a=a) for a in ({"b": False}, None, {"b": 1})] == ["yes", "no", "yes"]
    assert rendered(text) == "no"


def test_the_token_and_the_nonce_are_those_of_each_request():
    holes = "{% csrf_token %}<style nonce={{ csp_nonce }}></style>"
    template = Template(f"{{% remembered %}}{holes}{{% endremembered %}}")
    found = []
    for nonce in ("one", "two"):
        request = RequestFactory().get("/")
        request._csp_nonce = nonce
        page = BeautifulSoup(template.render(RequestContext(request)), "html.parser")
        found.append((page.select_one("input")["value"], page.select_one("style")["nonce"]))
        assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]
    assert len(remembering.parts) == 1
    assert [nonce for _token, nonce in found] == ["one", "two"]
    assert found[0][0] != found[1][0]


def test_a_page_without_a_token_has_no_field():
    template = Template("{% remembered %}a{% csrf_token %}{{ csp_nonce }}{% endremembered %}")
    with_token = template.render(RequestContext(RequestFactory().get("/")))
    assert "csrfmiddlewaretoken" in with_token
    assert template.render(Context()) == "a"


def test_what_is_filled_in_is_that_of_each_page_and_escaped_as_outside():
    template = Template(
        "{% remembered a filling b.c d=e|safe %}{{ a }} {{ b.c }}/{{ d }}{% endremembered %}"
    )
    for value in ("<i>", "&", 3, mark_safe("<b>")):
        known = {"a": 1, "b": {"c": value}, "e": value}
        outside = Template("{{ a }} {{ b.c }}/{{ e|safe }}").render(Context(known))
        assert template.render(Context(known)) == outside
    assert len(remembering.parts) == 1
    assert template.render(Context({"a": 1, "e": ""})) == "1 /"


def test_a_part_cannot_depend_on_what_it_is_filled_with():
    text = "{% remembered a filling b %}{% if b %}{{ a }}{% endif %}{% endremembered %}"
    with pytest.raises(TypeError, match="can only be written out"):
        Template(text).render(Context({"a": 1, "b": 2}))
    inner = "{% remembered b %}{{ b }}{% endremembered %}"
    with pytest.raises(TypeError, match="'b' is a Hole"):
        Template(f"{{% remembered a filling b %}}{inner}{{% endremembered %}}").render(
            Context({"a": 1, "b": 2})
        )


def test_what_an_object_has_is_a_fact_without_what_it_is():
    template = Template(
        "{% remembered a.b=c|there %}{% if a.b.x %}x{% endif %}{{ a.b.y }}{% endremembered %}"
    )
    said = [template.render(Context({"c": c})) for c in ({"x": {"pk": 1}}, {"x": [2], "y": 0}, {})]
    assert said == ["xFalse", "xFalse", "False"]
    assert len(remembering.parts) == 2


def test_what_is_rarely_there_is_shown_with_all_that_the_page_knows():
    template = Template(
        "{% remembered a b=c|upper filling d %}{% also unless e.f.g h %}"
        "{{ a }}{{ b }}{{ d }}{{ e.f.g }}{{ e.x }}{{ h }}{{ other }}{% endremembered %}"
    )
    known = {"a": 1, "c": "b", "d": 2, "other": "other"}
    assert template.render(Context(known)) == "1B2"
    assert template.render(Context({**known, "e": {"f": {"g": []}}})) == "1B2"
    assert len(remembering.parts) == 1
    for rare, shown in (({"e": {"f": {"g": 3}, "x": "<"}}, "3&lt;"), ({"h": "h"}, "h")):
        assert template.render(Context(known | rare)) == f"1B2{shown}other"
    assert len(remembering.parts) == 1


def test_what_is_missing_is_empty_where_its_owner_is_known():
    text = (
        "{% remembered a.b unless a.c.d e.f %}{{ a.c.d }}{% if e %}e{% endif %}{% endremembered %}"
    )
    assert rendered(text, a={"b": 1}, e={"f": 0, "g": 1}) == ""
    assert rendered(text.replace("a.b", "a.b e.g"), a={"b": 1}, e={"f": 0, "g": 1}) == "e"
    assert rendered(text) == ""


@pytest.fixture
def own(tmp_path):
    """A folder of templates that come before the product's."""
    engine = engines["django"].engine
    before, engine.dirs = engine.dirs, [tmp_path, *engine.dirs]
    engine.template_loaders[0].reset()
    yield tmp_path
    engine.dirs = before
    engine.template_loaders[0].reset()


@pytest.mark.parametrize("is_own", [True, False])
def test_a_template_of_others_has_what_the_page_knows(own, is_own):
    if is_own:
        (own / "_icon.html").write_text("{{ name }} {{ a.c }} {{ other }}")
    icon = '{% include "_icon.html" with name="hash" %}'
    text = f"{{% remembered a.b filling d %}}{icon}{{% endremembered %}}"
    shown = rendered(text, a={"b": 1, "c": 2}, d=3, other="<")
    assert shown == "hash 2 &lt;" if is_own else shown.startswith("<svg")
    assert len(remembering.parts) == (0 if is_own else 2)  # the icon is remembered too


def test_so_has_one_that_is_included_deeper_down(own, client_of, ana, lobby):
    (own / "_icon.html").write_text("{{ name }}-{{ request.path }} ")
    page = client_of(ana).get(lobby.get_absolute_url()).text
    for name in ("clip", "send", "people", "back", "hash"):
        assert f"{name}-{lobby.get_absolute_url()} " in page


def test_a_part_inside_another_is_filled_by_it():
    inner = "{% remembered filling x=b %}{{ x }}{% endremembered %}"
    text = f"{{% remembered a filling b %}}{{{{ b }}}}{inner}{{% endremembered %}}"
    assert [rendered(text, a=1, b=b) for b in ("one", "<two>")] == ["oneone", "&lt;two&gt;" * 2]


def test_a_part_inside_another_is_filled_in_too():
    inner = "{% remembered %}{% csrf_token %}{% endremembered %}"
    template = Template(f"{{% remembered %}}{inner}{{% endremembered %}}")
    for token in ("a" * 64, "b" * 64):
        assert f'value="{token}"' in template.render(Context({"csrf_token": token}))


def test_what_was_not_used_for_long_is_forgotten(monkeypatch):
    monkeypatch.setattr(remembering.parts.texts, "max_bytes", 3_000)
    template = Template("{% remembered x %}{{ x }}{% endremembered %}")
    for number in range(50):
        template.render(Context({"x": "first " * 10}))
        template.render(Context({"x": f"{number} " * 100}))
        assert remembering.parts.texts.bytes <= 3_000
    assert 2 <= len(remembering.parts) < 10
    monkeypatch.setattr(remembering.RememberedNode, "_rendered", lambda *given: "anew")
    assert template.render(Context({"x": "first " * 10})).startswith("first")


def test_a_designer_sees_each_change(settings, tmp_path):
    """With DEBUG nothing is remembered."""
    settings.DEBUG = True
    engine = engines["django"].engine
    file = tmp_path / "_own.html"
    before, engine.dirs = engine.dirs, [tmp_path, *engine.dirs]
    try:
        for words in ("before", "after"):
            file.write_text(f"{{% remembered %}}{words}{{% endremembered %}}")
            assert engine.get_template("_own.html").render(Context()) == words
        assert len(remembering.parts) == 0
    finally:
        engine.dirs = before


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{% remembered a|upper %}{% endremembered %}", "needs a name for 'a.upper'"),
        ("{% remembered 'a' %}{% endremembered %}", "needs a name"),
        ("{% remembered %}{% block a %}{% endblock %}{% endremembered %}", "cannot hold a"),
        ("{% remembered %}", "Unclosed tag"),
        ("{% remembered %}{% also a %}", "Unclosed tag"),
        ("{% remembered %}a{% also b %}{% endremembered %}", "stands before"),
        ("{% also b %}", "Invalid block tag"),
    ],
)
def test_a_part_that_cannot_be_remembered_is_refused(text, error):
    with pytest.raises(TemplateSyntaxError, match=error):
        Template(text)


def test_a_part_that_reads_what_it_lacks_is_told_to_its_designer(tmp_path):
    file = tmp_path / "_own.html"
    file.write_text(
        "{% comment %}Variables: room, name, row.{% endcomment %}\n"
        "{% remembered room.slug row name=room.name %}\n"
        "{% if room %}{{ room.slug }} {{ name }} {{ row.title }}{% endif %}\n"
        "{{ room.topic }}\n{% endremembered %}\n"
    )
    found = list(forgotten_facts(Source(tmp_path, file)))
    words = "“room.topic” is not among the facts of its {% remembered %}, so it is always empty"
    assert found == [(4, f"{words} there.")]


def test_a_page_calls_a_third_of_what_it_called(monkeypatch, drawn):
    [page] = [sample for sample in all_samples() if sample.name == "base.html: bare"]
    drawn(page)
    with_it = calls_of(lambda: drawn(page))
    monkeypatch.setattr(
        remembering.RememberedNode, "render", remembering.RememberedNode.rendered_openly
    )
    assert with_it < calls_of(lambda: drawn(page)) / 3


def calls_of(work):
    """Return how many Python functions `work` calls: a measure that is the same on any machine."""
    calls = 0

    def note(_frame, event, _more):
        nonlocal calls
        calls += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls
