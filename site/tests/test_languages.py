"""Every sentence is translated; the test collects them itself, as gettext may not be installed."""

import ast
import gettext
import re

import pytest
from django.conf import settings
from django.template.base import Node
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from tertulia.design.source import sources

LOCALES = {"es": "es", "pt-br": "pt_BR"}
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
CALLS |= {"pgettext", "pgettext_lazy"}
FOLDERS = ("users", "rooms", "messaging", "site/tertulia")


def catalog(locale, kind):
    return settings.LOCALE_PATHS[0] / locale / "LC_MESSAGES" / f"django.{kind}"


def entries(locale):
    """Return the catalog's entries: {(sentence, plural): (translations, flags)}."""
    found = {}
    for block in catalog(locale, "po").read_text().strip().split("\n\n")[1:]:
        parts = dict(re.findall(r'^(msg\w+(?:\[\d\])?) ((?:".*"\n?)+)', block, re.MULTILINE))
        words = {name: _unquoted(text) for name, text in parts.items()}
        context = words.pop("msgctxt", None)
        key = (_in_context(context, words.pop("msgid")), words.pop("msgid_plural", None))
        found[key] = (list(words.values()), re.findall(r"^#, (.*)", block, re.MULTILINE))
    return found


def _in_context(context, sentence):
    """Return the key of a sentence as gettext's catalogs have it."""
    return f"{context}\x04{sentence}" if context else sentence


def _unquoted(text):
    return "".join(ast.literal_eval(line) for line in text.strip().split("\n"))


def sentences():
    """Return all sentences to translate: {(sentence, plural): where}."""
    found = {}
    for source in sources():
        if source.error is None:
            for node in source.compiled.nodelist.get_nodes_by_type(Node):
                found |= dict.fromkeys(_of_node(node), source.name)
    for folder in FOLDERS:
        for path in (settings.BASE_DIR / folder).rglob("*.py"):
            if "tests" not in path.parts:
                found |= {key: str(path) for key in _of_python(path)}
    return found


def _of_node(node):
    context = getattr(node, "message_context", None)
    context = context and context.resolve({})
    if isinstance(node, TranslateNode):
        yield _in_context(context, node.filter_expression.var.literal), None
    elif isinstance(node, BlockTranslateNode):
        singular = _in_context(context, node.render_token_list(node.singular)[0])
        plural = node.render_token_list(node.plural)[0] if node.plural else None
        yield singular, plural


def _of_python(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in CALLS:
            words = [each.value for each in node.args if isinstance(each, ast.Constant)]
            is_plural = node.func.id.startswith("ngettext")
            if node.func.id.startswith("pgettext") and words:
                yield _in_context(*words[:2]), None
            elif words:
                yield words[0], words[1] if is_plural else None


@pytest.mark.parametrize("locale", LOCALES.values())
def test_every_sentence_is_in_the_catalog(locale):
    known = entries(locale)
    missing = {key: where for key, where in sentences().items() if key not in known}
    assert missing == {}, "run `make messages`"


@pytest.mark.parametrize("locale", LOCALES.values())
def test_every_sentence_is_translated_and_looked_over(locale):
    known = entries(locale)
    assert [key for key, (words, _flags) in known.items() if not all(words)] == []
    assert [key for key, (_words, flags) in known.items() if "fuzzy" in ", ".join(flags)] == []


@pytest.mark.parametrize("locale", LOCALES.values())
def test_a_translation_keeps_what_is_filled_in(locale):
    for (sentence, plural), (words, _flags) in entries(locale).items():
        named = set(re.findall(r"%\(\w+\)\w|</?\w+", plural or sentence))
        for translation in words:
            assert set(re.findall(r"%\(\w+\)\w|</?\w+", translation)) == named, translation


@pytest.mark.parametrize("locale", LOCALES.values())
def test_the_compiled_catalog_is_fresh(locale):
    with catalog(locale, "mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    expected = {}
    for (sentence, plural), (words, _flags) in entries(locale).items():
        if plural is None:
            expected[sentence] = words[0]
        else:
            expected |= {(sentence, number): word for number, word in enumerate(words)}
    assert {key: word for key, word in compiled.items() if key} == expected


@pytest.mark.parametrize(
    ("language", "sign_up"), [("es", "Crear una cuenta"), ("pt-br", "Criar uma conta")]
)
def test_a_visitor_reads_in_the_browsers_language(workspace, client, page, language, sign_up):
    document = page(client.get("/accounts/signup/", headers={"Accept-Language": language}))
    assert document.select_one("h1").text == sign_up
    assert document.html["lang"] == language


def test_people_read_in_the_workspaces_language_unless_they_chose_another(
    workspace, bruno, ana, client_of, page
):
    workspace.language = "es"
    workspace.save()
    ana.language = "pt-br"
    ana.save()
    assert page(client_of(bruno).get("/")).select_one("h1").text == "Salas"
    assert page(client_of(bruno).get("/profile/")).select_one("h1").text == "Tu perfil"
    assert page(client_of(ana).get("/profile/")).select_one("h1").text == "Seu perfil"


@pytest.mark.parametrize(
    ("language", "counted"),
    [("es", ["1 miembro", "3 miembros"]), ("pt-br", ["1 membro", "3 membros"])],
)
def test_numbers_have_their_plural(language, counted):
    from django.utils.translation import ngettext, override

    with override(language):
        said = [ngettext("%(count)s member", "%(count)s members", n) % {"count": n} for n in (1, 3)]
    assert said == counted
