"""Archives that strangers made: members are read in place, and what is odd ends in a sentence."""

import io
import stat
import zipfile

import pytest

from tertulia.imports import archive as archives
from tertulia.imports.archive import Archive
from tertulia.imports.records import Broken, Unreadable
from tertulia.imports.safe_json import MAX_DEPTH


@pytest.fixture
def zipped(tmp_path):
    """Return a function that writes a zip of (name or ZipInfo, text) and returns its path."""

    def write(*members, name="export.zip", compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", compression) as file:
            for member, text in members:
                file.writestr(member, text)
        return path

    return write


def broken(path, **options):
    with pytest.raises(Broken) as refused:
        Archive(path, **options)
    return str(refused.value)


def test_members_of_a_zip_are_read_by_name(zipped):
    archive = Archive(zipped(("users.json", '[{"id": "U1"}]'), ("general/a.json", "[]")))
    assert archive.names() == ["general/a.json", "users.json"]
    assert archive.json("users.json") == [{"id": "U1"}]
    assert "general/a.json" in archive and "general" not in archive


def test_a_folder_and_a_single_file_are_read_as_well(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/a.txt").write_text("one\ntwo\n")
    assert list(Archive(tmp_path / "logs").lines("a.txt")) == [b"one\n", b"two\n"]
    assert Archive(tmp_path / "logs/a.txt").names() == ["a.txt"]


def test_the_folder_around_everything_is_left_out_and_so_is_litter(zipped):
    path = zipped(("x/users.json", "[]"), ("x/.DS_Store", ""), ("__MACOSX/x/._users.json", ""))
    assert Archive(path).names() == ["users.json"]


@pytest.mark.parametrize(
    "name", ["../../x", "a/../../x", "/etc/passwd", "..\\..\\x", "C:\\x", "\\\\host\\x"]
)
def test_a_name_that_points_outside_breaks_the_archive(zipped, name):
    assert "points outside" in broken(zipped((name, "[]"), ("users.json", "[]")))


def test_links_are_not_followed(zipped, tmp_path):
    link = zipfile.ZipInfo("users.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "not an ordinary file" in broken(zipped((link, "/etc/passwd")))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/users.json").symlink_to("/etc/passwd")
    assert Archive(tmp_path / "folder").names() == []


def test_a_bomb_is_refused_before_it_is_read(zipped):
    assert "grows more than 200 times" in broken(zipped(("users.json", "0" * 5 * 2**20)))


def test_too_much_in_all_needs_large(zipped, monkeypatch):
    monkeypatch.setattr(archives, "MAX_TOTAL_BYTES", 10)
    path = zipped(("a.json", "[1, 2, 3]"), ("b.json", "[1, 2, 3]"))
    assert "--large" in broken(path)
    assert Archive(path, is_large=True).names() == ["a.json", "b.json"]


def test_too_many_members_are_counted_before_a_table_of_them_is_made(zipped, monkeypatch):
    monkeypatch.setattr(archives, "MAX_ENTRIES", 20)
    monkeypatch.setattr(archives, "ZipFile", None)  # not reached
    assert "more than 20 files" in broken(zipped(*((f"{n}.json", "") for n in range(21))))


@pytest.mark.parametrize("keep", [4, 100, -1, -10, -30])
def test_a_cut_zip_is_one_sentence(zipped, keep):
    path = zipped(("users.json", "[]" * 100), ("channels.json", "[]"))
    path.write_bytes(path.read_bytes()[:keep])
    assert "not a complete zip" in broken(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(zipped):
    assert "two files" in broken(zipped(("users.json", "[]"), ("users.json", "[1]")))
    assert "two files" in broken(zipped(("é.json", "[]"), ("e\u0301.json", "[1]")))


def test_encrypted_and_oddly_compressed_members_are_refused(zipped):
    path = zipped(("users.json", "[]"), compression=zipfile.ZIP_STORED)
    data = path.read_bytes()
    at = data.index(b"PK\x01\x02")
    path.write_bytes(data[: at + 8] + b"\x01" + data[at + 9 :])
    assert "encrypted" in broken(path)
    assert "unusual" in broken(zipped(("users.json", "[]"), compression=zipfile.ZIP_LZMA))


def test_names_in_utf8_are_read_though_the_zip_does_not_say_so(zipped):
    path = zipped(("canal-x/a.json", "[]"), ("users.json", "[]"))
    path.write_bytes(path.read_bytes().replace(b"canal-x", "canãl".encode() + b"x"))
    assert "canãlx/a.json" in Archive(path).names()


def test_a_member_with_damaged_bytes_is_unreadable(zipped):
    path = zipped(("users.json", '["some text"]'), compression=zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"some text", b"same text"))
    with pytest.raises(Unreadable):
        Archive(path).json("users.json")


@pytest.mark.parametrize(
    "text",
    ["{", "[" * 100_000, '{"a":' * 70 + "1" + "}" * 70, "NaN", b"\xff\xfe[\0]\0", "9" * 5000, ""],
)
def test_what_is_no_harmless_json_is_unreadable(zipped, text):
    with pytest.raises(Unreadable):
        Archive(zipped(("users.json", text))).json("users.json")


def test_brackets_in_texts_are_no_depth(zipped):
    text = r'[["[[[[", "\\", "\"{{{{", "\\\"[[", {"a]]": [""]}, "", "[", "]"]]'
    assert Archive(zipped(("a.json", text))).json("a.json")[0][2] == '"{{{{'
    deepest = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert Archive(zipped(("a.json", deepest))).json("a.json") != []
    many = '["' + "[" * 200 + '"]'
    assert Archive(zipped(("a.json", many))).json("a.json") == ["[" * 200]


def test_a_json_member_and_a_line_have_limits(zipped, monkeypatch):
    monkeypatch.setattr(archives, "MAX_LINE_BYTES", 10)
    archive = Archive(zipped(("a.json", "[" + "1," * 50 + "1]")))
    with pytest.raises(Unreadable):
        list(archive.lines("a.json"))
    with pytest.raises(Unreadable):
        archive.read("a.json", limit=100)


def test_a_zip_in_a_zip_stays_closed(zipped):
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w") as file:
        file.writestr("users.json", "[]")
    assert Archive(zipped(("x.zip", inside.getvalue()))).names() == ["x.zip"]
