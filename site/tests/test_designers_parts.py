"""{% remembered %} for designers: they see what they write, and are told of mistakes."""

import pytest
from django.template import Context, Template, engines

from tertulia.design import remembering
from tertulia.design.contract import forgotten_facts
from tertulia.design.source import Source


@pytest.fixture
def own(tmp_path):
    """A folder of templates that come before the product's."""
    remembering.parts.clear()
    engine = engines["django"].engine
    before, engine.dirs = engine.dirs, [tmp_path, *engine.dirs]
    engine.template_loaders[0].reset()
    yield tmp_path
    engine.dirs = before
    engine.template_loaders[0].reset()
    remembering.parts.clear()


@pytest.mark.parametrize("is_own", [True, False])
def test_a_template_of_others_has_what_the_page_knows(own, is_own):
    if is_own:
        (own / "_icon.html").write_text("{{ name }} {{ a.c }} {{ other }}")
    icon = '{% include "_icon.html" with name="hash" %}'
    text = f"{{% remembered a.b filling d %}}{icon}{{% endremembered %}}"
    known = {"a": {"b": 1, "c": 2}, "d": 3, "other": "<"}
    shown = Template(text).render(Context(known))
    assert shown == "hash 2 &lt;" if is_own else shown.startswith("<svg")
    assert len(remembering.parts) == (0 if is_own else 2)  # the icon is remembered too


def test_so_has_one_that_is_included_deeper_down(own, client_of, ana, lobby):
    (own / "_icon.html").write_text("{{ name }}-{{ request.path }} ")
    page = client_of(ana).get(lobby.get_absolute_url()).text
    for name in ("clip", "send", "people", "back", "hash"):
        assert f"{name}-{lobby.get_absolute_url()} " in page


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


def test_what_is_read_under_something_rare_is_there(tmp_path):
    file = tmp_path / "_own.html"
    file.write_text(
        "{% comment %}Variables: room.{% endcomment %}\n"
        "{% remembered room.slug unless room.topic %}\n"
        "{% if room.topic %}{{ room.name }}{% endif %}\n"
        "{% if room.slug %}{{ room.kind }}{% endif %}{% endremembered %}\n"
    )
    [(line, words)] = forgotten_facts(Source(tmp_path, file))
    assert line == 4 and words.startswith("“room.kind” is not among")
