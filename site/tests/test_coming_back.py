"""After a server restart no message is lost or shown twice."""

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

RELOAD = 4413  # the close code for a page that has missed too much
# Chromium's errors for each attempt to reach a server that is down.
AWAY = ("WebSocket connection to", "htmx:ws:error", "net::ERR_")


@pytest.fixture
def pair(person, meet):
    """Ana and Bruno, each with a live page of a new room."""
    people = person("ana"), person("bruno")
    meet(*people)
    for someone in people:
        someone.forgive(*AWAY)
        someone.is_connected()
    return people


def is_back(someone):
    expect(someone.page.locator("body")).to_have_attribute(
        "data-connection", "back", timeout=30_000
    )


def test_both_are_back_after_the_server_was_killed(pair, server):
    ana, bruno = pair
    ana.say("Before")
    bruno.sees("Before")
    server.kill()
    expect(ana.page.locator("#connection")).to_be_visible()
    server.start()
    for someone in pair:
        is_back(someone)
    bruno.say("After")
    for someone in pair:
        someone.sees("Before", "After")


def test_what_is_sent_while_the_server_is_away_arrives_once(pair, server):
    ana, bruno = pair
    ana.say("Before")
    bruno.sees("Before")
    server.kill()
    ana.write("Said into the void")
    ana.composer.press("Enter")
    bruno.write("Half a thought")
    server.start()
    for someone in pair:
        is_back(someone)
    expect(bruno.bodies).to_have_text(["Before", "Said into the void"])
    expect(bruno.composer).to_have_value("Half a thought")
    expect(ana.composer).to_have_value("")
    ana.page.reload()
    ana.sees("Before", "Said into the void")


def test_what_others_said_changed_and_deleted_meanwhile_is_caught_up(pair, person, server):
    ana, bruno = pair
    for words in ("Will stay", "Will be edited", "Will be deleted"):
        bruno.say(words)
    ana.sees("Will stay", "Will be edited", "Will be deleted")
    path = ana.page.url.removeprefix(ana.url)
    ana.context.set_offline(True)
    server.restart()

    without_scripts = person("bruno", javascript=False)
    without_scripts.read_plainly(path)
    without_scripts.choose("Will be edited", "Edit")
    without_scripts.page.locator("form:has([name=body]) [name=body]").fill("Was edited")
    without_scripts.page.locator("form:has([name=body]) button").first.click()
    without_scripts.goto(path)
    without_scripts.choose("Will be deleted", "Delete")
    without_scripts.page.locator("main form button").first.click()
    without_scripts.goto(path)
    without_scripts.post("Was said")

    ana.context.set_offline(False)
    is_back(ana)
    ana.sees("Will stay", "Was edited", "This message was deleted.", "Was said")


def test_a_send_whose_answer_was_lost_is_stored_once(pair, server):
    ana, bruno = pair
    server.freeze()
    ana.write("Once only")
    ana.composer.press("Enter")
    ana.page.wait_for_timeout(300)
    server.thaw()
    server.restart()
    for someone in pair:
        is_back(someone)
    bruno.sees("Once only")
    expect(ana.composer).to_have_value("")
    bruno.page.reload()
    bruno.sees("Once only")


def test_nobody_who_left_while_the_server_was_away_is_shown_as_here(pair, server):
    ana, bruno = pair
    expect(ana.page.locator("#people")).to_contain_text("bruno")
    server.kill()
    bruno.page.close()
    server.start()
    is_back(ana)
    expect(ana.page.locator("#people")).to_contain_text("bruno")
    a_minute_passes_for_leases(server)
    expect(ana.page.locator("#people")).not_to_contain_text("bruno", timeout=30_000)
    expect(ana.page.locator("#people")).to_contain_text("ana")


def a_minute_passes_for_leases(server):
    """Move the end of every lease back a minute; the server renews those of its connections."""
    with closing(sqlite3.connect(server.log.with_name("database.sqlite3"), timeout=20)) as database:
        sooner = "strftime('%Y-%m-%d %H:%M:%f', expires_at, '-60 seconds')"
        database.execute(f"UPDATE rooms_presence SET expires_at = {sooner}")
        database.commit()


def test_a_server_that_is_asked_to_end_ends_although_people_read(pair, person, server):
    eve = person("eve", javascript=False)
    eve.goto("/rooms/library/")
    expect(eve.page.frame_locator("#live").locator(".message").last).to_be_visible()
    server.stop(within=8)
    server.start()
    for someone in pair:
        is_back(someone)


def test_a_page_that_was_away_for_too_long_reloads_and_keeps_what_is_being_written(person, meet):
    ana = person("ana")
    path, sockets = meet(ana), []

    def let_the_second_through(socket):
        sockets.append(socket)
        if len(sockets) > 1:
            socket.connect_to_server()

    ana.page.route_web_socket("**/ws/**", let_the_second_through)
    ana.goto(path)
    ana.write("Half a sen")
    sockets[0].close(code=RELOAD)
    ana.is_connected()  # after the reload
    expect(ana.composer).to_have_value("Half a sen")
    assert len(sockets) == 2
