"""Uploading a picture of oneself, and removing it."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from files import pictures, stores
from files.models import Blob, Piece
from files.tasks import forget_orphans
from users.avatars import actions
from users.models import User

GPS = Image.Exif()
GPS[0x8825] = {1: "N", 2: (41.0, 23.0, 4.0)}
GPS[0x010E] = "at home"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 400


def bytes_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response) if response.streaming else response.content


def test_a_picture_becomes_a_small_square_and_the_page_says_so(
    bruno, client_of, picture, upload, avatar_of, page
):
    response = upload(bruno, picture())
    assert response.headers["Location"] == "/profile/"
    shown = page(client_of(bruno).get("/profile/")).select_one("#avatar img.avatar")
    assert (shown["src"], shown["alt"]) == (avatar_of(bruno), "")
    drawn = Image.open(BytesIO(bytes_of(client_of(bruno), shown["src"])))
    assert (drawn.format, drawn.size) == ("WEBP", (96, 96))


def animation(**options):
    data = BytesIO()
    frames = [Image.effect_noise((200, 200), sigma).convert("RGB") for sigma in range(10, 60, 10)]
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:], loop=0, **options)
    return SimpleUploadedFile("me.gif", data.getvalue())


def noise(size, kind, **options):
    data = BytesIO()
    Image.effect_noise(size, 100).convert("RGB").save(data, kind, **options)
    return SimpleUploadedFile("me", data.getvalue())


def plain(size):
    data = BytesIO()
    Image.new("RGB", size, "red").save(data, "JPEG")
    return SimpleUploadedFile("me", data.getvalue())


HARD = {
    "animated": lambda: animation(comment=b"at home"),
    "with GPS": lambda: noise((400, 900), "JPEG", exif=GPS),
    "with XMP": lambda: noise((400, 900), "WEBP", xmp=b"<x>at home</x>"),
    "48 MP": lambda: plain((8000, 6000)),
    "tiny": lambda: noise((1, 1), "PNG"),
    "a line": lambda: noise((3000, 1), "PNG"),
    "AVIF": lambda: noise((300, 300), "AVIF"),
}


@pytest.mark.parametrize("make", HARD.values(), ids=HARD)
def test_whatever_the_picture_it_is_small_still_and_holds_nothing_else(
    make, bruno, client_of, upload, avatar_of
):
    """Case 54."""
    assert upload(bruno, make()).status_code == 302
    data = bytes_of(client_of(bruno), avatar_of(bruno))
    drawn = Image.open(BytesIO(data))
    assert (drawn.format, drawn.size, getattr(drawn, "n_frames", 1)) == ("WEBP", (96, 96), 1)
    assert len(data) <= 4096
    assert not drawn.getexif() and not re.search(rb"EXIF|XMP |ICCP|at home", data)


BAD = {
    "nothing": {},
    "text": {"avatar": "me.jpg"},
    "empty": {"avatar": SimpleUploadedFile("me.jpg", b"")},
    "SVG": {"avatar": SimpleUploadedFile("me.svg", SVG, "image/svg+xml")},
    "SVG as PNG": {"avatar": SimpleUploadedFile("me.png", SVG, "image/png")},
    "HEIC": {"avatar": SimpleUploadedFile("me.heic", HEIC, "image/heic")},
    "HTML": {"avatar": SimpleUploadedFile("me.jpg", b"<html><script>1</script>", "image/jpeg")},
    "noise": {"avatar": SimpleUploadedFile("me.jpg", b"\xff\xd8\xff" + b"\x99" * 999)},
    "a strange name": {"avatar": SimpleUploadedFile('"><script>.jpg', b"x" * 99)},
}


@pytest.mark.parametrize("fields", BAD.values(), ids=BAD)
def test_what_is_no_picture_is_refused_beside_the_field(fields, bruno, client_of, errors, page):
    """Case 54."""
    for file in fields.values():
        if hasattr(file, "seek"):
            file.seek(0)
    response = client_of(bruno).post("/profile/avatar/", fields)
    assert response.status_code == 422
    [sentence] = errors(response)["avatar"]
    assert re.search(r"^Choose a|Choose a JPEG|is empty", sentence)
    assert page(response).select_one("[name=display_name]")
    assert not Blob.objects.exists() and not Piece.objects.exists()


def test_what_is_too_large_is_refused(bruno, settings, picture, upload, errors):
    settings.FILES_LIMIT = 100
    assert "too large" in errors(upload(bruno, picture()))["avatar"][0]


def test_a_store_that_is_away_is_said_and_the_old_picture_stays(
    bruno, picture, upload, errors, avatar_of, monkeypatch
):
    upload(bruno, picture())
    before = avatar_of(bruno)

    def away(store, name, file):
        raise stores.Unavailable("away")

    monkeypatch.setattr(type(stores.database()), "write", away)
    response = upload(bruno, picture(colour="blue"))
    assert (response.status_code, list(errors(response))) == (422, ["avatar"])
    assert (avatar_of(bruno), Blob.objects.count()) == (before, 1)


def test_while_other_pictures_are_drawn_the_sentence_is_to_try_again(
    bruno, picture, upload, avatar_of, errors, monkeypatch
):
    monkeypatch.setattr(pictures, "WAIT_SECONDS", 0.01)
    with pictures._turn:
        response = upload(bruno, picture())
    assert response.status_code == 422
    assert "busy with other pictures" in errors(response)["avatar"][0]
    assert avatar_of(bruno) is None
    assert upload(bruno, picture()).status_code == 302


def test_a_new_picture_has_a_new_address_and_the_old_one_is_gone(
    bruno, client_of, picture, upload, avatar_of
):
    addresses = []
    for colour in ("red", "blue"):
        upload(bruno, picture(colour=colour))
        addresses.append(avatar_of(bruno))
    asked = [client_of(bruno).get(address).status_code for address in addresses]
    assert asked == [404, 200]
    assert Blob.objects.get().pk in addresses[1]
    assert Piece.objects.count() == 1


def test_it_is_removed_with_its_bytes_and_twice_is_once(
    bruno, client_of, picture, upload, page, django_capture_on_commit_callbacks
):
    upload(bruno, picture())
    client = client_of(bruno)
    remove = page(client.get("/profile/")).select_one("form[action='/profile/avatar/remove/']")
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(remove["action"]).headers["Location"] == "/profile/"
    assert User.objects.get(pk=bruno.pk).avatar_id is None
    assert not Blob.objects.exists() and not Piece.objects.exists()
    assert not page(client.get("/profile/")).select("[action='/profile/avatar/remove/']")


def test_an_avatar_is_no_orphan_and_the_old_one_is(bruno, picture, upload, avatar_of, monkeypatch):
    monkeypatch.setattr(actions, "forget", lambda keys: None)  # as if the process were killed
    for colour in ("red", "blue"):
        upload(bruno, picture(colour=colour))
    assert Blob.objects.count() == 2
    forget_orphans.call()
    assert Blob.objects.get().pk in avatar_of(bruno)
    assert Piece.objects.count() == 1


@pytest.mark.usefixtures("stopped_limits")
def test_pictures_are_uploaded_a_few_times_an_hour(bruno, client_of, errors):
    client = client_of(bruno)
    for _ in range(20):
        client.post("/profile/avatar/", {"avatar": SimpleUploadedFile("a", b"no picture")})
    response = client.post("/profile/avatar/", {"avatar": SimpleUploadedFile("a", b"one more")})
    assert response.status_code == 429 and int(response["Retry-After"]) > 0
    assert "too fast" in errors(response)["avatar"][0]


def test_a_person_who_was_deactivated_meanwhile_changes_nothing(
    bruno, client_of, picture, django_capture_on_commit_callbacks
):
    client = client_of(bruno)
    User.objects.filter(pk=bruno.pk).update(is_active=False)
    assert client.post("/profile/avatar/", {"avatar": picture()}).status_code == 302
    assert not Blob.objects.exists()
