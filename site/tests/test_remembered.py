"""{% remembered %}: what is kept is what would be rendered anew, and nobody else's."""

import sys
from contextlib import nullcontext

import pytest
from bs4 import BeautifulSoup
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from tertulia.design import drawing, remembering
from tertulia.design.discovery import all_samples
from tertulia.design.drawing import draw
from tertulia.design.fallback_loader import broken


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
