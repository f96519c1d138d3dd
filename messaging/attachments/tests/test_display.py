"""How files are shown in a message, wherever it is."""

import gzip
import re

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from files.models import Blob
from messaging.attachments.models import Attachment
from messaging.attachments.snapshots import File
from messaging.message.actions import Draft, post_messages
from messaging.message.rendering import forget, render_message

MARKUP = "\"><img src=x onerror=alert(1)>&amp;'.jpg"


@pytest.fixture
def say(bruno, lobby):
    """Return a function that posts a message of Bruno's with these files."""

    def say(*files, body="Look:", nonce="n"):
        made = [Attachment.objects.create(owner=bruno, room=lobby, **file) for file in files]
        return post_messages(lobby, [Draft(bruno, body, nonce, files=made)])[0]

    return say


def file(name="contract.pdf", alt="", **fields):
    """Return the fields of an Attachment whose Blob is stored."""
    usual = {"kind": "other", "content_type": "x/y", "size": 2_048, "stored_in": "folder"}
    return {"blob": Blob.objects.create(**usual | fields), "name": name, "alt": alt}


def picture(name="terrace.jpg", alt="", small=(720, 540), **fields):
    width, height = small
    pixels = {"small_width": width, "small_height": height, "small_size": 9}
    return file(name, alt, kind="picture", **pixels, **fields)


@pytest.fixture
def room(client_of, ana, lobby, page):
    """Return a function that gets a page of the room as Ana."""
    return lambda path="": page(client_of(ana).get(f"/rooms/{lobby.slug}/{path}"))


def test_a_picture_is_shown_small_in_a_known_size_and_opens_behind_its_link(say, room):
    [shown] = say(picture(alt="Two chairs")).files
    link = room().select_one(".files a")
    assert link["href"] == f"/files/{shown.key}/terrace.jpg"
    assert (link.img["src"], link.img["alt"]) == (f"/files/{shown.key}/small", "Two chairs")
    assert (link.img["width"], link.img["height"]) == ("720", "540")
    assert link.img["loading"] == "lazy"


def test_a_picture_without_a_description_is_called_by_its_name(say, room):
    say(picture("terrace.jpg"))
    assert room().select_one(".files img")["alt"] == "terrace.jpg"


def test_an_animated_picture_stands_still_until_its_link_is_followed(say, room):
    [shown] = say(picture("cat.gif", is_animated=True)).files
    link = room().select_one(".files a")
    assert [image["src"] for image in link.select("img")] == [f"/files/{shown.key}/small"]
    assert link.text.strip() == "animated"
    assert link["href"] == f"/files/{shown.key}/cat.gif"


@pytest.mark.parametrize("kind", ["video", "audio"])
def test_video_and_audio_have_controls_load_nothing_before_and_have_a_link(say, room, kind):
    say(file("walk.mp4", kind=kind))
    player, link = room().select_one(f".files {kind}"), room().select_one(".files a")
    assert player.has_attr("controls")
    assert player["preload"] == "none"
    assert player["aria-label"] == "walk.mp4"
    assert player["src"] == link["href"]


def test_any_other_file_is_a_link_with_its_kind_and_size(say, room):
    say(file("contract.pdf", size=482_113))
    shown = room().select_one(".file")
    assert " ".join(shown.text.split()) == "contract.pdf PDF, 470.8 KB"
    assert not shown.select("img, video, audio")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *(("a.pdf", "PDF"), ("a.tar.gz", "GZ"), ("a.7z", "7Z"), ("README", ""), (".profile", "")),
        *(("a.", ""), ("a.b c", ""), ("a.<b>", ""), ("a.pdƒ", ""), ("a.backup2026", "")),
    ],
)
def test_the_kind_of_a_file_is_the_end_of_its_name_if_that_is_an_ordinary_one(name, kind):
    assert File(1, "k", name, "other", 1).extension == kind


@pytest.mark.parametrize(
    ("small", "is_tall"),
    [
        *((None, False), ((720, 540), False), ((540, 540), True), ((405, 540), True)),
        *(((1, 1), False), ((64, 64), False), ((13, 540), True), ((720, 18), False)),
        *(((300, 320), False), ((401, 321), True), ((402, 321), False)),
    ],
)
def test_a_picture_is_tall_if_its_height_limits_it(small, is_tall):
    assert File(1, "k", "a.png", "picture", 1, small=small).is_tall is is_tall


@pytest.mark.parametrize("name", [MARKUP, "عقد.pdf", "x" * 116 + ".zip", "{{ name }}.txt"])
@pytest.mark.parametrize("made", [file, picture])
def test_names_and_descriptions_are_text(say, room, made, name):
    say(made(name, alt=name))
    shown = room().select_one(".file")
    assert shown.bdi.text == name
    assert [image["alt"] for image in shown.select("img")] == [name] * (made is picture)
    assert shown.a["href"].count("/") == 3


def test_files_without_a_text_leave_no_empty_line(say, room):
    say(picture(), body="")
    assert room().select_one(".message-body").contents == []


@pytest.mark.parametrize("path", ["", "?before=2", "?around=1", "transcript/"])
def test_every_page_of_a_room_shows_the_same_fragment(say, client_of, ana, lobby, path):
    fragment = render_message(say(picture(), file()))
    files = re.search(r'<ul class="files">.*?</ul>', fragment, re.DOTALL)[0]
    response = client_of(ana).get(f"/rooms/{lobby.slug}/{path}")
    assert files in response.content.decode()


def test_drawing_files_runs_no_query(say, django_assert_num_queries):
    message = say(picture(), file(), file("a.mp4", kind="video"))
    forget()
    render_message(message)  # the workspace's time zone
    forget()
    with django_assert_num_queries(0):
        assert render_message(message).count("<li") == 3


def test_a_page_of_50_pictures_runs_the_queries_of_a_page_of_one(say, client_of, ana, lobby):
    client = client_of(ana)

    def queries():
        client.get(f"/rooms/{lobby.slug}/")
        forget()
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/rooms/{lobby.slug}/")
        return len(captured)

    say(picture())
    one = queries()
    for number in range(49):
        say(picture(), nonce=f"{number}")
    assert queries() == one


def test_fifty_pictures_weigh_little_without_their_keys(say):
    """Keys are random: 50 of them weigh 16 bytes each, whatever is written around them."""
    messages = [say(picture("IMG_2044.jpg"), nonce=f"{number}") for number in range(50)]
    whole = "".join(render_message(each).replace(each.files[0].key, "") for each in messages)
    files = render_to_string("messaging/attachments/_files.html", {"message": messages[0]})
    files = files.replace(messages[0].files[0].key, "")
    assert whole.count(files) == 50
    assert weight(whole) - weight(whole.replace(files, "")) <= 400


def weight(html):
    return len(gzip.compress(html.encode()))
