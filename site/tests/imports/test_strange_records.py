"""One strange record stops no import: any value can be of any type."""

import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings

from core.emoji.table import key_of
from messaging.markdown.rendering import render_body
from tertulia.imports import mattermost, slack
from tertulia.imports.records import Options

from . import mattermost_archive, slack_archive
from .strange import changed, changes_of

SLACK = {
    name: value for name, value in slack_archive.members().items() if not isinstance(value, bytes)
}
MATTERMOST = [*mattermost_archive.LISTS, *mattermost_archive.POSTS]


def read(reader):
    """Read everything as the writer does, and require of each record what it relies on."""
    keys = {person.key for person in reader.people()}
    places = list(reader.places())
    assert reader.source and all(keys) and len({place.key for place in places}) == len(places)
    for place in places:
        assert place.kind in ("open", "closed", "direct") and place.key and storable(place.name)
        assert keys.issuperset(place.member_keys)
        found = list(reader.said(place))
        assert len({each.key for each in found}) == len(found)
        for said in found:
            require(said, keys)
        assert [each.key for each in found] == [each.key for each in reader.said(place)]
    assert all(count > 0 for count in reader.skipped.values())
    return places


def require(said, people):
    assert said.author_key in people and said.key and storable(said.key)
    assert isinstance(said.created_at, datetime) and said.created_at.tzinfo
    assert (said.body.strip() or said.files or said.deleted_at) and storable(said.body)
    assert all(file.name and storable(file.name + file.alt) for file in said.files)
    assert all(emoji[0] == ":" or key_of(emoji) for emoji, _people in said.reactions)
    assert people.issuperset(key for each in said.reactions for key in each.person_keys)


def storable(text):
    return "\x00" not in text and text.encode() is not None


@settings(max_examples=150, deadline=None)
@given(changes_of(SLACK))
def test_slack(changes):
    with tempfile.TemporaryDirectory() as folder:
        path = slack_archive.write_archive(Path(folder, "e.zip"), changed(SLACK, changes))
        read(slack.open_reader(path, Options()))


@settings(max_examples=150, deadline=None)
@given(changes_of(MATTERMOST))
def test_mattermost(changes):
    with tempfile.TemporaryDirectory() as folder:
        path = mattermost_archive.write_archive(Path(folder, "e.zip"), changed(MATTERMOST, changes))
        try:
            read(mattermost.open_reader(path, Options()))
        except mattermost.reader.Broken:
            assert any(path[0] == 0 for path, _value in changes)  # the line of the version


@pytest.mark.parametrize("module", [slack, mattermost])
def test_the_archives_themselves_pass(tmp_path, module):
    archive = slack_archive if module is slack else mattermost_archive
    places = read(module.open_reader(archive.write_archive(tmp_path / "e.zip"), Options()))
    assert len(places) > 5


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("Hi @bruno, <b> @here", "<p>Hi @bruno, &lt;b&gt; @here"),
        ("second **in** the file", "<strong>in</strong>"),
        ("see [the page]", '<a href="https://example.com/a?b=1&amp;c=2"'),
        ("/me waves", "waves"),
    ],
)
def test_texts_are_drawn_as_they_were_meant(tmp_path, words, html):
    reader = slack.open_reader(slack_archive.write_archive(tmp_path / "e.zip"), Options())
    said = (said for place in reader.places() for said in reader.said(place))
    body = next(each.body for each in said if each.body.startswith(words))
    assert html in render_body(body)
