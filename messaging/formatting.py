"""A message's body as people type it everywhere, made into HTML once, when it is saved.

CommonMark without raw HTML, images, headings or tables, with strike-through, bare links and
line breaks kept; sanitised afterwards, although nothing unwanted should come that far.
"""

import nh3
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr"}
_SCHEMES = {"http", "https", "mailto"}

_markdown = MarkdownIt(
    "zero", {"breaks": True, "linkify": True, "html": False, "maxNesting": 20}
).enable(
    [
        "backticks", "balance_pairs", "blockquote", "code", "emphasis", "escape", "fence",
        "fragments_join", "linkify", "link", "list", "newline", "strikethrough",
    ]
)  # fmt: skip
_markdown.linkify.set({"fuzzy_email": False})
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}, "ol": {"start"}},
    url_schemes=_SCHEMES,
    link_rel="nofollow noopener noreferrer ugc",
)


def render_body(body):
    """Return `body` as sanitised HTML, safe to be put into a page as it is."""
    return _cleaner.clean(_markdown.render(body))
