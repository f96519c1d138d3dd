"""The page of a room's files."""

import pytest

from messaging.message.actions import delete_message
from messaging.shared_files.actions import remove_file
from messaging.shared_files.queries import FILES_A_PAGE


@pytest.fixture
def names(client_of, page):
    """Return a function that returns the names on the page of a room's files."""

    def listed(person, room, **asked):
        answer = client_of(person).get(f"/rooms/{room.slug}/files/", asked)
        return [name.text for name in page(answer).select(".shared-name")]

    return listed


def test_the_files_of_a_room_are_listed_newest_first(names, share, lobby, den, ana, bruno):
    share(lobby, ana, "first.txt", body="with words")
    share(lobby, bruno, "second.jpg")
    share(den, bruno, "elsewhere.txt")
    assert names(bruno, lobby) == ["second.jpg", "first.txt"]


def test_a_file_says_who_sent_it_when_what_it_is_and_where(client_of, page, share, lobby, bruno):
    message = share(lobby, bruno, "cat.jpg")
    row = page(client_of(bruno).get(f"/rooms/{lobby.slug}/files/")).select_one(".shared-file")
    [file] = message.files
    assert [a["href"] for a in row.select("a")] == [
        *(file.address, file.address, "/people/bruno/", f"/messages/{message.pk}/")
    ]
    assert (row.img["src"], row.img["alt"]) == (file.small_address, "cat.jpg")
    assert row.select_one("time[data-show=moment]")["datetime"]
    assert " ".join(row.select_one(".shared-about").text.split()) == "Picture · 2.0 KB"


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("picture", ["a.jpg"]),
        ("media", ["c.mp3", "b.mp4"]),
        ("document", ["e.pdf", "d.txt"]),
        ("", ["e.pdf", "d.txt", "c.mp3", "b.mp4", "a.jpg"]),
    ],
)
def test_files_can_be_filtered_by_kind(names, share, lobby, bruno, kind, found):
    share(lobby, bruno, "a.jpg", "b.mp4", "c.mp3", "d.txt", "e.pdf")
    assert names(bruno, lobby, kind=kind) == found


@pytest.mark.parametrize("words", ["RÉSUMÉ", "resume", "sum pdf", "2026", "résumé 2026.pdf"])
def test_files_are_found_by_parts_of_their_names(names, share, lobby, bruno, words):
    share(lobby, bruno, "Résumé_2026.pdf", "100%.txt")
    assert names(bruno, lobby, q=words) == ["Résumé_2026.pdf"]


def test_signs_of_a_query_are_only_signs(names, share, lobby, bruno):
    share(lobby, bruno, "100%.txt", "100.txt")
    assert (names(bruno, lobby, q="%"), names(bruno, lobby, q="_")) == (["100%.txt"], [])


@pytest.mark.parametrize("asked", [{"kind": "nonsense"}, {"q": "x" * 101}, {"before": "x"}])
def test_what_cannot_be_asked_for_is_refused_with_what_was_typed(
    client_of, page, share, lobby, bruno, asked
):
    share(lobby, bruno, "a.txt")
    answer = client_of(bruno).get(f"/rooms/{lobby.slug}/files/", asked)
    assert (answer.status_code, page(answer).select(".shared-file")) == (422, [])
    typed = page(answer).select_one("[name=q]").get("value", "")
    assert typed == asked.get("q", "")


@pytest.mark.parametrize("asked", ["\ufdfa" * 100, "' OR 1=1 --", "<b>"])
def test_whatever_is_looked_for_is_answered(client_of, lobby, bruno, asked):
    answer = client_of(bruno).get(f"/rooms/{lobby.slug}/files/", {"q": asked})
    assert answer.status_code == 200


def test_what_was_deleted_or_removed_or_not_sent_is_not_listed(names, share, lobby, bruno):
    delete_message(share(lobby, bruno, "deleted.txt"))
    message = share(lobby, bruno, "removed.txt", "kept.txt")
    remove_file(message, message.files[0].id, bruno)
    assert names(bruno, lobby) == ["kept.txt"]


def test_what_a_report_holds_is_not_listed(names, share, lobby, bruno, ana):
    message = share(lobby, bruno, "held.txt", "kept.txt")
    message.attachments.update(is_held=True)
    remove_file(message, message.files[0].id, bruno)
    assert message.attachments.filter(is_removed=True).count() == 1
    assert names(ana, lobby) == ["kept.txt"]


def test_a_long_list_has_pages_that_keep_the_filter(
    client_of, page, share, lobby, bruno, django_assert_max_num_queries
):
    for number in range(FILES_A_PAGE // 10 + 1):
        share(lobby, bruno, *(f"{number}-{letter}.txt" for letter in "abcdefghij"))
    client, address = client_of(bruno), f"/rooms/{lobby.slug}/files/"
    with django_assert_max_num_queries(12):
        first = page(client.get(address, {"q": "txt"}))
    [older] = first.select("a[rel=next]")
    second = page(client.get(address + older["href"]))
    assert len(first.select(".shared-file")) == FILES_A_PAGE
    assert len(second.select(".shared-file")) == 10
    assert second.select_one("[name=q]")["value"] == "txt"
    assert second.select("a[rel=next], [name=before]") == []


def test_a_room_without_files_says_so(client_of, page, lobby, bruno):
    answer = page(client_of(bruno).get(f"/rooms/{lobby.slug}/files/"))
    assert answer.select_one(".nothing").text.strip() == "There are no files."


def test_the_room_leads_to_its_files(client_of, page, lobby, bruno):
    room = page(client_of(bruno).get(lobby.get_absolute_url()))
    address = f"/rooms/{lobby.slug}/files/"
    assert len(room.select(f"#about a[href='{address}'], .room-tools a[href='{address}']")) == 2
