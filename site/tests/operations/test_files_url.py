"""FILES_URL is understood, or stops the start with a sentence that holds no secret."""

from pathlib import Path

import pytest
from django.core.checks import run_checks

from files.stores.address import S3Address, StoreAddress
from tertulia.config.env import ConfigurationError
from tertulia.config.files_url import fault_of_folder, files_store

IMPORT = ("-c", "import sys; sys.path.insert(0, 'site'); import tertulia.asgi")
SIZES = (
    "-c",
    "import sys; sys.path.insert(0, 'site'); from tertulia import settings as s;"
    " print(s.FILES_STORE.kind, *(n // 2**20 for n in (s.FILES_LIMIT, s.FILES_QUOTA,"
    " s.FILES_SHARE)))",
)


def s3(*address, **options):
    return StoreAddress("s3", s3=S3Address(*address, **options))


STORES = {
    "": StoreAddress("folder"),
    "database:": StoreAddress("database"),
    "DATABASE://": StoreAddress("database"),
    "file:///srv/files": StoreAddress("folder", folder=Path("/srv/files")),
    "file:/srv/files/": StoreAddress("folder", folder=Path("/srv/files")),
    "file:///srv/our%20files#1": StoreAddress("folder", folder=Path("/srv/our files#1")),
    "s3://k:s@h.example/b?region=eu-1": s3("https://h.example", "b", "k", "s", "eu-1"),
    "S3://k:s@H.example:9000/b/": s3("https://h.example:9000", "b", "k", "s"),
    "s3://k:a%2Fb%2Bc%3D%25@h.example/b": s3("https://h.example", "b", "k", "a/b+c=%"),
    "s3://k:s@h.example/b/2026/chat": s3("https://h.example", "b", "k", "s", prefix="2026/chat"),
    "s3://k:s@localhost:9000/b": s3("http://localhost:9000", "b", "k", "s"),
    "s3://k:s@127.0.0.1:9000/b?tls=1": s3("https://127.0.0.1:9000", "b", "k", "s"),
    "s3://k:s@[::1]:9000/b": s3("http://[::1]:9000", "b", "k", "s"),
    "s3://k:s@minio/b?tls=0": s3("http://minio", "b", "k", "s"),
    "s3://k:s@h.example/b?path_style=0&bulk_delete=off": s3(
        *("https://h.example", "b", "k", "s"), is_path_style=False, has_bulk_delete=False
    ),
    "s3://k:s@s3.eu-west-1.amazonaws.com/b": s3(
        "https://s3.eu-west-1.amazonaws.com", "b", "k", "s", "eu-west-1"
    ),
}
NO_STORES = [
    *("/srv/files", "file:", "file:///", "file://host/files", "file:///a%00b", "ftp://h/b"),
    *("database:x", "s3:", "s3://", "s3://b", "s3://h.example/b", "s3://k:SECRET@h.example"),
    *("s3://k:SECRET@h.example/", "s3://:SECRET@h/b", "s3://k:SECRET@h:0/b", "s3://k:SECRET@h:x/b"),
    *("s3://k:SECRET@h:65536/b", "s3://k:SECRET@h/b?color=1", "s3://k:SECRET@h/b?tls=maybe"),
    *("s3://k:SECRET@h/b?region=a b", "s3://k:SECRET@h/b#x", "s3://k:SECRET\n@h/b"),
    *("s3://k:SECRET@h/b/../c d", "gs://k:SECRET@h/b", "s3://k:SECRET@h/b?region=%0a"),
]
NOT_ENCODED = [
    "SEC/RET",
    "SEC+RET",
    "SEC/+RET=",
    "SEC?RET",
    "SEC#RET",
    "SEC@RET",
    "SEC%RET",
    "S:RET",
]


@pytest.mark.parametrize("url", STORES)
def test_a_store_is_understood(url):
    assert files_store(url, is_lasting=True) == STORES[url]


@pytest.mark.parametrize("url", NO_STORES)
def test_what_is_no_store_is_refused_without_its_secret(url):
    with pytest.raises(ConfigurationError, match=r"^FILES_URL") as refused:
        files_store(url, is_lasting=True)
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize("secret", NOT_ENCODED)
def test_a_secret_that_is_not_percent_encoded_is_refused_with_a_sentence(secret):
    for url in (f"s3://k:{secret}@h.example/b", f"s3://{secret}:k@h.example/b?region=eu-1"):
        with pytest.raises(ConfigurationError, match=r"percent-encode the (key|secret)") as refused:
            files_store(url, is_lasting=True)
        assert "RET" not in str(refused.value)


def test_an_unreadable_address_stops_the_start(python):
    code, output = python(*IMPORT, FILES_URL="s3://k:a/b@h.example/b")
    assert code == 1
    assert output.splitlines()[-1].startswith("FILES_URL: percent-encode the secret: write / as")


@pytest.mark.parametrize(
    ("variables", "sizes"),
    [
        ({"FILES_URL": None}, "folder 50 10240 1024"),
        ({"FILES_URL": "database:"}, "database 5 250 25"),
        ({"FILES_URL": None, "DYNO": "web.1"}, "database 5 250 25"),
        ({"DYNO": "web.1", "FILES_URL": "s3://k:s@h.example/b"}, "s3 50 10240 1024"),
        ({"FILES_URL": "database:", "FILES_LIMIT": "9", "FILES_QUOTA": "900"}, "database 9 900 90"),
        ({"FILES_SHARE": "7"}, "folder 50 10240 7"),
        ({"FILES_QUOTA": "3"}, "folder 50 3 1"),
    ],
)
def test_a_store_has_its_sizes(python, variables, sizes):
    assert python(*SIZES, **variables) == (0, sizes)


@pytest.mark.parametrize(
    ("name", "value"), [("FILES_LIMIT", "0"), ("FILES_QUOTA", "1.5"), ("FILES_SHARE", "much")]
)
def test_an_unreadable_size_stops_the_start(python, name, value):
    code, output = python(*SIZES, **{name: value})
    assert code == 1
    assert output.splitlines()[-1].startswith(f"{name} must be ")


IDS = {"tertulia.E006", "tertulia.E011", "tertulia.W004"}


def checked(settings, **changes):
    for name, value in changes.items():
        setattr(settings, name, value)
    found = run_checks(tags=["security"])
    return {
        message.id: f"{message.msg} {message.hint}"
        for message in found
        if "iles" in message.msg or "FILES" in message.msg
    }


def test_a_folder_on_a_disk_that_is_emptied_stops_the_start(settings, monkeypatch):
    monkeypatch.setenv("DYNO", "web.1")
    store = StoreAddress("folder", folder=Path("/tmp"))
    found = checked(settings, FILES_URL="file:///tmp", FILES_STORE=store, FILES_FOLDER=store.folder)
    assert list(found) == ["tertulia.E006"]
    assert "s3://" in found["tertulia.E006"]


def test_small_limits_are_said_at_the_start_with_the_way_to_more(settings, monkeypatch):
    monkeypatch.setenv("DYNO", "web.1")
    found = checked(settings, FILES_URL="", FILES_STORE=StoreAddress("database"))
    assert list(found) == ["tertulia.W004"]
    assert "set FILES_URL to s3://" in found["tertulia.W004"]


@pytest.mark.parametrize("kind", ["s3", "database"])
def test_a_chosen_store_that_lasts_is_not_remarked(settings, monkeypatch, kind):
    monkeypatch.setenv("DYNO", "web.1")
    assert checked(settings, FILES_URL=f"{kind}:", FILES_STORE=StoreAddress(kind)) == {}


def test_a_folder_below_a_file_stops_the_start(settings, tmp_path):
    (tmp_path / "file").write_text("")
    found = checked(settings, FILES_FOLDER=tmp_path / "file" / "files")
    assert list(found) == ["tertulia.E011"]


def test_a_folder_that_can_be_made_is_no_fault(tmp_path):
    assert fault_of_folder(tmp_path / "a" / "b") == ""
