"""From an empty database to a conversation between two users."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def enter(someone, room, javascript):
    someone.goto(room) if javascript else someone.read_plainly(room)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_the_first_visit_names_the_workspace_and_the_next_person_signs_up(
    empty_server, visitor, javascript
):
    ana = visitor("ana", empty_server, javascript)
    ana.set_up("Casa")
    expect(ana.page.locator("#sidebar")).to_contain_text("Casa")
    first_room = ana.first_room
    enter(ana, first_room, javascript)
    ana.post("Welcome")
    ana.sees("Welcome")

    bruno = visitor("bruno", empty_server, javascript)
    bruno.sign_up()
    assert bruno.first_room == first_room
    enter(bruno, first_room, javascript)
    bruno.sees("Welcome")
    bruno.post("Thank you")
    ana.goto(first_room)
    ana.sees("Welcome", "Thank you")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts on", "scripts off"])
def test_the_administrator_invites_the_first_person_from_the_empty_lobby(
    empty_server, visitor, javascript
):
    ana = visitor("ana", empty_server, javascript)
    ana.set_up("Casa")
    ana.goto(ana.first_room)
    ana.page.locator("#welcome a[href='/invitations/']").click()
    ana.page.locator("main form.card button").click()
    address = ana.page.locator("#new-invitation input").input_value()

    bruno = visitor("bruno", empty_server, javascript)
    bruno.page.goto(address)
    expect(bruno.page.locator("#invited-by")).to_have_text("ana invites you to Casa.")
    bruno.page.locator("main [name=display_name]").fill("Bruno Costa")
    bruno.make_account()
    expect(bruno.page).to_have_url(f"{bruno.url}{ana.first_room}")
    expect(bruno.page.locator("#welcome")).to_contain_text("Welcome to Casa")
    enter(bruno, ana.first_room, javascript)
    bruno.post("Hello, Ana")
    enter(ana, ana.first_room, javascript)
    expect(ana.page.locator(".message-author", has_text="Bruno Costa")).to_be_visible()
    ana.sees("Hello, Ana")


def test_the_first_run_is_over_once_there_is_a_workspace(visitor, server):
    visitor("nobody", server).goto("/")
    late = visitor("late", server)
    late.forgive("404")
    assert late.page.goto(f"{late.url}/setup/").status == 404


def test_nobody_reads_a_room_without_an_account(visitor, server):
    nobody = visitor("nobody", server)
    nobody.goto("/rooms/library/")
    expect(nobody.page).to_have_url(f"{nobody.url}/accounts/login/?next=/rooms/library/")
