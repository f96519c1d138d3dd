"""A form on an old page, or one that is being saved, does not undo a newer decision."""

from itertools import product

import pytest

from rooms import actions as room_actions
from rooms import admin as room_admin
from users import admin as user_admin

from .decisions import DECISIONS, decide, read, set_stage, stands


@pytest.fixture
def stage(ana, bruno, eve, client_of):
    return set_stage(ana, bruno, eve, client_of)


# Pages with a form, and what a user changes on them: {URL: (who, {field: value})}.
PAGES = {
    "/profile/": ("bruno", {"language": "es"}),
    "/workspace/": ("ana", {"name": "Plaza"}),
    "/rooms/studio/settings/": ("ana", {"topic": "Tea"}),
    "/rooms/studio/people/{bruno}/": ("ana", {}),
    "/admin/users/user/{bruno}/change/": ("ana", {"display_name": "Bruno B."}),
    "/admin/rooms/membership/{brunos}/change/": ("ana", {}),
}


def fill(document):
    """Return the data that a browser sends for the page's first form with a visible field."""
    form = next(
        form
        for form in document.select("#main form[method=post], #content-main form[method=post]")
        if form.select("select, input[type=text], input[type=radio]")
    )
    fields = form.select("input[name]:not([type=radio], [type=checkbox], [type=submit])")
    fields += form.select("input[name][checked]")
    sent = {field["name"]: field.get("value", "") for field in fields}
    for select in form.select("select[name]"):
        chosen = select.select_one("option[selected]") or select.select_one("option")
        sent[select["name"]] = chosen.get("value", "")
    return sent


@pytest.mark.parametrize(("address", "decision"), [*product(PAGES, DECISIONS)])
def test_no_page_that_was_left_open_undoes_what_was_decided(
    address, decision, stage, client_of, page
):
    begun = read(stage)
    path = address.format(bruno=begun.bruno.pk, brunos=begun.brunos.pk)
    who, changes = PAGES[address]
    client = client_of(getattr(begun, who))
    sent = fill(page(client.get(path))) | changes
    decide(decision, stage)
    assert client.post(path, sent).status_code in {302, 403, 404, 422}
    assert stands(decision, stage)


ADMINS = {
    "/admin/users/user/{bruno}/change/": user_admin.UserAdmin,
    "/admin/rooms/membership/{brunos}/change/": room_admin.MembershipAdmin,
}


@pytest.mark.parametrize(("address", "decision"), [*product(ADMINS, DECISIONS)])
def test_no_save_in_the_admin_undoes_what_is_decided_while_it_is_made(
    address, decision, stage, client_of, page, monkeypatch
):
    begun = read(stage)
    path = address.format(bruno=begun.bruno.pk, brunos=begun.brunos.pk)
    client = client_of(begun.ana)
    sent = fill(page(client.get(path))) | PAGES[address][1]
    save = ADMINS[address].save_model

    def decide_and_save(*arguments):
        decide(decision, stage)
        save(*arguments)

    monkeypatch.setattr(ADMINS[address], "save_model", decide_and_save)
    client.post(path, sent)
    assert stands(decision, stage)


@pytest.mark.parametrize("lose", ["deactivated", "demoted"])
@pytest.mark.parametrize("address", ADMINS)
def test_nobody_saves_in_the_admin_who_loses_the_right_meanwhile(
    address, lose, stage, client_of, page, monkeypatch
):
    """Bruno changes Eve's name and role while Ana takes that right away from him."""
    eve = read(stage).eve
    path = address.format(bruno=eve.pk, brunos=stage.membership_of(eve).pk)
    client = client_of(read(stage).bruno)
    sent = fill(page(client.get(path))) | {"display_name": "Eve E.", "role": "owner"}
    save = ADMINS[address].save_model

    def decide_and_save(*arguments):
        room_actions.change_role(read(stage).brunos, "member")
        decide(lose, stage)
        save(*arguments)

    monkeypatch.setattr(ADMINS[address], "save_model", decide_and_save)
    assert client.post(path, sent).status_code == 403
