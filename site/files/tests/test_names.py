"""Names of files as people send them. Case 19."""

import pytest

from files.names import MAX_NAME, clean_name, named_for


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ana\\résumé.pdf", "résumé.pdf"),
        ("..", "file"),
        ("", "file"),
        (" . .. ", "file"),
        ("a/", "file"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\u2066b\u2069\u200e\u200f\ufeff.txt", "ab.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie: x=1.txt"),
        ("nul\0bell\7.txt", "nul bell .txt"),
        ("lone \ud800 surrogate.txt", "lone surrogate.txt"),
        ("cafe\u0301.txt", "café.txt"),
        ('"quoted" <i>&amp;.txt', '"quoted" <i>&amp;.txt'),
        ("no-break\u00a0\u2028space.txt", "no-break space.txt"),
        ("setup.exe. . ", "setup.exe"),
        ("👩\u200d🚀.png", "👩\u200d🚀.png"),
        (".bashrc", ".bashrc"),
    ],
)
def test_a_name_is_cleaned(given, cleaned):
    assert clean_name(given) == cleaned
    assert clean_name(cleaned) == cleaned


@pytest.mark.parametrize("letter", ["x", "é", "e\u0301", "👍", "語"])
def test_a_long_name_is_cut_and_keeps_its_extension(letter):
    name = clean_name(letter * 600 + ".tar.GZ")
    assert len(name) == MAX_NAME
    assert name.endswith(".GZ")


def test_an_endless_extension_is_cut_too():
    assert clean_name("a." + "x" * 600) == "a." + "x" * (MAX_NAME - 2)


@pytest.mark.parametrize(
    ("name", "content_type", "named"),
    [
        ("a.avif", "image/webp", "a.webp"),
        ("a.JPEG", "image/jpeg", "a.JPEG"),
        ("a.png", "image/jpeg", "a.jpg"),
        ("photo", "image/png", "photo.png"),
        ("v1.2", "image/png", "v1.2.png"),
        ("a.jpg", "application/octet-stream", "a.jpg"),
        ("x" * 116 + ".png", "image/jpeg", "x" * 116 + ".jpg"),
        ("x" * 120, "image/webp", "x" * 115 + ".webp"),
    ],
)
def test_a_picture_has_the_extension_of_what_is_stored(name, content_type, named):
    assert named_for(name, content_type) == named
