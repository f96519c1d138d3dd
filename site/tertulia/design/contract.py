"""Finds errors in the text of templates; `drawn_contract` finds those in their output."""

import re

from django.template.defaulttags import IfNode

from .problems import Problem, syntax_problem
from .source import reads_of

_INLINE = r"\s(style|on[a-z]+|hx-on[\w:-]*)\s*="
_SCRIPT = r"[\"'](?:javascript|js):"
_CLASSES = r"\bclass\s*=\s*\"((?:[^\"{]|{[%{].*?[%}]})*)\""
_WORDED = r"\b(title|alt|placeholder|aria-label)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')"
_ID = r"\sid\s*=\s*\"([^\"{]*)({{[^}]*}}[^\"]*)?\""
_UNSEEN = r"<(style|script)\b.*?</\1>|<!--.*?-->"
_OPEN_TAG = r"<[!/]?[a-zA-Z](?:\"[^\"]*\"|'[^']*'|[^>\"'])*>"
_WORD = r"[^\W\d_]{2,}"
NAMES = {"Tertulia", "HTML", "JSON", "CSV"}  # the same in every language

# Every page has these, in addition to the variables of its view; head comments need not list them.
EVERYWHERE = {
    *(
        "request",
        "user",
        "workspace",
        "look",
        "has_mail",
        "sign_on",
        "flash_messages",
        "memberships",
        "is_text_browser",
    ),
    *("csp_nonce", "csrf_token", "True", "False", "None"),
    *("attrs", "slots", "broken_templates"),
}

# These depend on the reader, so a template rendered once for all must not use them.
ONE_READERS = {
    "request",
    "user",
    "perms",
    "csrf_token",
    "memberships",
    "flash_messages",
    "messages",
}

# These templates are cached and shown to others, so they get only these variables.
GIVEN = {
    "messaging/_message.html": {
        *("message", "is_author", "can_moderate", "is_other", "can_pin", "reader"),
    }
}


def problems_of(source):
    """Yield the Problems of one template by itself."""
    if source.error is not None:
        yield syntax_problem(source)
        return
    rules = [half_tags, inline_code, built_classes, unknown_variables, readers_own]
    rules += [forgotten_facts]
    if source.name.endswith(".html") and not source.is_css:
        rules += [forms_without_way, untranslated]
    for rule in rules:
        for line, words in rule(source):
            yield Problem(source.name, line, words, source.path)


def half_tags(source):
    for line, match in source.find(r"{[{%]|%}", source.markup):
        yield (
            line,
            f"“{match[0]}” belongs to a tag that is not whole: it begins and ends in one line.",
        )


def inline_code(source):
    for line, match in source.find(_INLINE, source.markup):
        yield (
            line,
            (
                f"“{match[1]}=” has no effect: the security policy of the pages forbids it."
                " Looks belong into tailwind/, behaviour hangs on ids and data- attributes."
            ),
        )
    for line, _match in source.find(_SCRIPT, source.markup):
        yield line, "a script in an attribute has no effect: the security policy forbids it."


def built_classes(source):
    for line, match in source.find(_CLASSES):
        if built := re.search(r"[\w-]*{{.*?}}[\w-]*", match[1]):
            yield (
                line,
                (
                    f"the class “{built[0]}” is built from a variable: Tailwind finds whole names"
                    " only. Write each name out, in {% if %}."
                ),
            )


def forms_without_way(source):
    for line, match in source.find(r"<form\b([^>]*)>", source.markup):
        for name in ("method", "action"):
            if not re.search(rf"\s{name}\s*=", match[1]):
                yield line, f"a form without “{name}=”: it does nothing where no script runs."


def untranslated(source):
    text = re.sub(_UNSEEN, lambda m: re.sub(r"[^\n]", " ", m[0]), source.prose, flags=re.DOTALL)
    prose = re.sub(_OPEN_TAG, lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.DOTALL)
    prose = re.sub(r"&\w+;", lambda m: " " * len(m[0]), prose)
    for number, row in enumerate(prose.split("\n"), 1):
        sentence = re.sub(r"\s{2,}", " … ", row.strip())
        if set(re.findall(_WORD, sentence)) - NAMES:
            yield number, _not_translated(sentence)
    for line, match in source.find(_WORDED, text):
        sentence = match[2] or match[3] or ""
        if set(re.findall(_WORD, sentence)) - NAMES:
            yield line, _not_translated(sentence)


def _not_translated(sentence):
    return f'“{sentence}” is shown in English to everybody: write {{% translate "…" %}} around it.'


def unknown_variables(source):
    """Yield variables that neither the head comment lists nor the file itself sets."""
    if source.is_fragment and not source.text.startswith("{% comment %}"):
        yield 1, "a fragment begins with a {% comment %} that says what it is and its variables."
    if source.name in GIVEN:
        yield from _not_given(source)
        return
    if not source.comment:
        return
    known = source.promised_names | EVERYWHERE
    for name, line in source.reads:
        if name.split(".")[0] not in known:
            yield (
                line,
                (
                    f"the variable “{name}” is not one that this template has: it is misspelt, or"
                    " missing among the variables in the comment at the top."
                ),
            )


def _not_given(source):
    """Yield variables that the template never gets, even if its head comment lists them."""
    given = GIVEN[source.name]
    for name, line in source.reads:
        if name.split(".")[0] not in given | ONE_READERS | {"True", "False", "None"}:
            yield (
                line,
                (
                    f"the variable “{name}” is not one that this template has. It is rendered once"
                    f" and shown to many, so it gets these only: {', '.join(sorted(given))}."
                ),
            )


def readers_own(source):
    if not source.is_pushed:
        return
    found = [(name.split(".")[0], line) for name, line in source.reads]
    found += source.tags
    for name, line in found:
        if name in ONE_READERS:
            yield (
                line,
                (
                    f"“{name}” is one reader's, and this is drawn once for all of them: it is"
                    " pushed to every open page."
                ),
            )


def forgotten_facts(source):
    """Yield variables that a part reads without naming them, so that it never has them."""
    for part in source.remembered:
        known = {*part.facts, *part.parents, "csrf_token", "csp_nonce"} | {"True", "False", "None"}
        rarely = set(_read_rarely(part))
        for name, line in reads_of(part.nodelist):
            if (name, line) in rarely:
                continue
            owners = [name.rsplit(".", dots)[0] for dots in range(name.count(".") + 1)]
            if name not in known and not part.facts.intersection(owners):
                yield (
                    line,
                    (
                        f"“{name}” is not among the facts of its {{% remembered %}}, so it is"
                        " always empty there."
                    ),
                )


def _read_rarely(part):
    """Yield what is read under {% if %} for something rare: the part has everything then."""
    for node in part.nodelist.get_nodes_by_type(IfNode):
        for condition, branch in node.conditions_nodelists:
            if getattr(condition, "text", None) in part.rare:
                yield from reads_of(branch)


def problems_between(sources):
    """Yield the Problems between templates: ids rendered by two, blocks never shown."""
    sources = [source for source in sources if source.error is None]
    yield from drawn_elsewhere(sources)
    yield from lost_blocks(sources)


def drawn_elsewhere(sources):
    """Yield ids that a template renders although they belong to another template."""
    owners = {}
    for source in sorted(sources, key=lambda source: -len(source.keeps)):
        for name in _kept_ids(source):
            owners.setdefault(name, source.name)
    for source in sources:
        for line, match in source.find(_ID, source.without_comments):
            name, variable = match[1], match[2]
            if variable and name.endswith("-"):
                owners.setdefault(name, source.name)
            if name not in owners or owners[name] == source.name or name in _kept_ids(source):
                continue
            what = f"“{name}…”" if variable else f"“{name}”"
            words = (
                f"draws {what}, which {owners[name]} draws: one thing has one template, and others"
                " include it."
            )
            yield Problem(source.name, line, words, source.path)


def _kept_ids(source):
    """Return the ids and id prefixes among the selectors under Keep."""
    found = re.findall(r"#([\w-]+)|\[id\^=([\w-]+)\]", " ".join(source.keeps))
    return {whole or begun for whole, begun in found}


def lost_blocks(sources):
    """Yield blocks that a page fills but its parent template does not define."""
    by_name = {}
    for source in sources:
        by_name.setdefault(source.name, source)
    for source in sources:
        shown, parent = set(), by_name.get(source.parent)
        if source.parent is None or parent is None:
            continue
        while parent is not None:
            shown |= parent.blocks.keys()
            parent = by_name.get(parent.parent)
        nested = {name for name in source.blocks if _is_within(source, name)}
        for name, line in source.blocks.items():
            if name not in shown and name not in nested:
                yield Problem(
                    source.name,
                    line,
                    f"{{% block {name} %}} is shown nowhere: {source.parent} has no block of that"
                    " name (any more).",
                    source.path,
                )


def _is_within(source, name):
    """Return True if a block is nested in another one of the same file."""
    depth = 0
    for _line, match in source.find(r"{%\s*(block|endblock)\b\s*(\w*)"):
        if match[1] == "endblock":
            depth -= 1
        else:
            if match[2] == name:
                return depth > 0
            depth += 1
    return False
