"""The reading mode of a room: chosen by the user, and stored if they want that."""

import pytest

ROOM = "/rooms/lobby/"


def test_a_page_reloads_by_itself_where_that_was_asked_for(client_of, lobby, bruno, page):
    response = client_of(bruno).get(f"{ROOM}?refresh=20")
    assert response["Refresh"] == "20"
    assert page(response).select_one("meta[http-equiv=refresh]")["content"] == "20"
    assert page(response).select("textarea") == []  # a reload would lose typed text


@pytest.mark.parametrize(
    ("asked", "given"), [("1", "5"), ("9999", "3600"), ("20", "20"), ("0", None), ("x", None)]
)
def test_only_a_sensible_number_of_seconds_is_taken(client_of, lobby, bruno, asked, given):
    assert client_of(bruno).get(f"{ROOM}?refresh={asked}").headers.get("Refresh") == given


def test_without_a_choice_only_browsers_without_scripts_get_the_frames(
    client_of, lobby, bruno, page
):
    room = page(client_of(bruno).get(ROOM))
    assert [frame["src"] for frame in room.select("noscript iframe")] == [
        f"{ROOM}live/?begin",
        f"{ROOM}compose/",
    ]
    assert len(room.select("iframe")) == 2
    assert len(room.select("head script")) == 1


def test_the_live_frames_are_there_without_noscript_where_they_were_chosen(
    client_of, lobby, bruno, page
):
    room = page(client_of(bruno).get(f"{ROOM}?reading=live"))
    assert [frame["id"] for frame in room.select("iframe")] == ["live", "live-compose"]
    assert room.select("noscript") == room.select("script") == []


def test_a_plain_page_has_no_script_and_no_frame(client_of, lobby, bruno, page):
    room = page(client_of(bruno).get(f"{ROOM}?reading=plain"))
    assert room.select("script, iframe, noscript") == []
    assert len(room.select("#compose .send")) == 1


def test_a_text_browser_reads_plainly_where_it_has_not_chosen(client_of, lobby, bruno, page):
    lynx = {"headers": {"user-agent": "Lynx/2.9.0dev.12 libwww-FM/2.14"}}
    room = page(client_of(bruno).get(ROOM, **lynx))
    assert room.select("noscript, script, iframe") == []
    assert len(page(client_of(bruno).get(f"{ROOM}?reading=live", **lynx)).select("iframe")) == 2


def test_a_choice_is_kept_and_can_be_taken_back(client_of, lobby, bruno, page):
    client = client_of(bruno)
    form = page(client.get(f"{ROOM}?reading=plain")).select_one(".reading-modes form")
    client.post(form["action"], {"reading": form.select_one("[name=reading]")["value"]})
    assert page(client.get(ROOM)).select("script, iframe") == []
    assert page(client.get(ROOM)).select(".reading-modes form") == []
    client.post(form["action"], {"reading": ""})
    assert len(page(client.get(ROOM)).select("noscript iframe")) == 2


def test_a_place_in_history_has_no_live_frame(client_of, lobby, bruno, page):
    client = client_of(bruno)
    client.post(f"{ROOM}messages/", {"body": "one", "nonce": "1"})
    assert page(client.get(f"{ROOM}?around=1")).select("iframe") == []


def test_what_is_new_since_is_what_is_new(client_of, lobby, bruno, ana, page):
    client = client_of(bruno)
    client.post(f"{ROOM}messages/", {"body": "one", "nonce": "1"})
    since = next(
        link["href"]
        for link in page(client.get(ROOM)).select(".reading-modes a")
        if "after" in link["href"]
    )
    assert page(client.get(since)).select(".message") == []
    assert len(page(client.get(since)).select("p.nothing")) == 1
    client_of(ana).post(f"{ROOM}messages/", {"body": "two", "nonce": "2"})
    (message,) = page(client.get(since)).select(".message-body")
    assert message.get_text(strip=True) == "two"


SETTINGS = "/profile/reading/"


@pytest.mark.parametrize("chosen", ["live", "20", "plain"])
def test_a_choice_is_made_in_the_profile(client_of, lobby, bruno, page, chosen):
    client = client_of(bruno)
    assert page(client.get(SETTINGS)).select_one("[name=reading][checked]")["value"] == ""
    client.post(SETTINGS, {"reading": chosen})
    assert page(client.get(SETTINGS)).select_one("[name=reading][checked]")["value"] == chosen
    assert page(client.get(ROOM)).select("script") == []
    client.post(SETTINGS, {"reading": ""})
    assert len(page(client.get(ROOM)).select("head script")) == 1


@pytest.mark.parametrize("chosen", ["21", "x", "live ", "' OR 1"])
def test_another_choice_is_refused(client_of, lobby, bruno, chosen):
    response = client_of(bruno).post(SETTINGS, {"reading": chosen})
    assert response.status_code == 422
    assert "reading" not in response.cookies


def test_only_a_chosen_mode_keeps_the_row_in_view_with_scripts(client_of, lobby, bruno, page):
    client = client_of(bruno)
    assert page(client.get(ROOM)).select(".reading-modes:not([data-mode])")
    for chosen in ("reading=live", "reading=plain", "refresh=20"):
        assert page(client.get(f"{ROOM}?{chosen}")).select(".reading-modes[data-mode]")
