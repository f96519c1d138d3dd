"""Files by programs: posted with a message, and read, whole or in ranges."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

HERE = "/api/rooms/lobby/messages"


def test_files_are_posted_and_read_in_ranges(program_of, problem, bruno, eve, den):
    program = program_of(bruno)
    told = program.post(
        "/api/rooms/den/messages",
        {"body": "", "files": [png_named("ñ a.png"), png_named("b.png")]},
    )
    assert told.status_code == 201, told.content
    files = told.json()["files"]
    assert [file["name"] for file in files] == ["ñ a.png", "b.png"]
    whole = program.get(files[0]["url"])
    assert (whole.status_code, whole["Content-Type"]) == (200, "image/png")
    part = program.get(files[0]["url"], headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, b"PNG")
    wrong = program.get(files[0]["url"], headers={"Range": "bytes=900000-"})
    assert problem(wrong, 416) and wrong["Content-Range"].startswith("bytes */")
    assert program.get(files[0]["url"], headers={"If-None-Match": whole["ETag"]}).status_code == 304
    problem(program_of(eve).get(files[0]["url"]), 404)
    program.send("delete", told["Location"])
    problem(program.get(files[0]["url"]), 404)


def png_named(name):
    file = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(file, "png")
    return SimpleUploadedFile(name, file.getvalue())


def test_a_token_of_rooms_reads_the_files_of_those_only(program_of, problem, bruno, lobby, den):
    sent = program_of(bruno).post("/api/rooms/den/messages", {"files": [png_named("a.png")]})
    address = sent.json()["files"][0]["url"]
    problem(program_of(bruno, rooms=[lobby]).get(address), 404)
    assert program_of(bruno, rooms=[den]).get(address).status_code == 200


def test_a_file_that_cannot_be_kept_is_an_error_of_its_field(
    program_of, problem, bruno, lobby, settings
):
    settings.FILES_LIMIT = 10
    told = problem(program_of(bruno).post(HERE, {"body": "x", "files": [png_named("a.png")]}), 422)
    assert told["errors"][0]["pointer"] == "#/files"
    assert not lobby.messages.exists()


NOT_TEXT = b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\n\xff\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("content", "boundary"), [(b"--x\r\nnothing", "x"), (b"", ""), (NOT_TEXT, "x")]
)
def test_a_broken_form_is_a_problem(program_of, problem, bruno, lobby, content, boundary):
    kind = f"multipart/form-data; boundary={boundary}"
    told = program_of(bruno).generic("POST", HERE, content, content_type=kind)
    assert problem(told, told.status_code)["status"] in (400, 415, 422)


def test_a_full_disk_is_a_problem(program_of, problem, bruno, lobby, monkeypatch):
    def fail(request):
        raise OSError

    monkeypatch.setattr("tertulia.api.messages.check_body", fail)
    told = program_of(bruno).post(HERE, {"files": [png_named("a.png")]})
    assert problem(told, 507)["code"] == "no_space"
