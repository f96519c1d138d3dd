"""An action that began before a decision does not undo it when it saves."""

import inspect
from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied

from messaging.notifications import actions as notification_actions
from rooms import actions as room_actions
from rooms.direct import actions as direct_actions
from rooms.moderation import actions as moderation_actions
from rooms.previews import actions as preview_actions
from users import actions
from users.bots import actions as bot_actions
from users.links import actions as link_actions
from users.tokens import actions as token_actions

from .decisions import DECISIONS, decide, read, set_stage, stands


@pytest.fixture
def stage(ana, bruno, eve, client_of):
    return set_stage(ana, bruno, eve, client_of)


# Actions of Bruno, on himself or on Eve: {module.function: call}.
BRUNOS_ACTS = {
    "users.save_workspace": lambda w: actions.save_workspace(w.bruno, name="Plaza"),
    "users.save_profile": lambda w: actions.save_profile(w.bruno, w.bruno, language="es"),
    "users.correct_person": lambda w: actions.correct_person(w.eve, w.bruno, language="es"),
    "users.change_password": lambda w: actions.change_password(w.bruno, "a thief's horse"),
    "users.change_email": lambda w: actions.change_email(w.bruno, "thief@example.com"),
    "users.confirm_email": lambda w: actions.confirm_email(
        w.bruno, "thief@example.com", instead_of=w.bruno.email
    ),
    "links.create_invitation": lambda w: link_actions.create_invitation(w.bruno),
    "links.revoke_invitation": lambda w: link_actions.revoke_invitation(w.invitation, w.bruno),
    "links.issue_login_link": lambda w: link_actions.issue_login_link(w.bruno, w.eve),
    "links.use_link": lambda w: link_actions.use_link(w.link),
    "links.use_login_link": lambda w: link_actions.use_login_link(w.link),
    "users.make_administrator": lambda w: actions.make_administrator(w.eve, w.bruno),
    "users.unmake_administrator": lambda w: actions.unmake_administrator(w.ana, w.bruno),
    "users.deactivate": lambda w: actions.deactivate(w.ana, w.bruno),
    "users.reactivate": lambda w: actions.reactivate(w.eve, w.bruno),
    "users.end_session": lambda w: actions.end_session(w.bruno, "another"),
    "users.end_other_sessions": lambda w: actions.end_other_sessions(w.bruno, w.session),
    "users.reset_second_factor": lambda w: actions.reset_second_factor(w.eve, w.bruno),
    "rooms.create_room": lambda w: room_actions.create_room(w.bruno, "Attic"),
    "rooms.join_or_create_room": lambda w: room_actions.join_or_create_room(w.bruno, "Studio"),
    "rooms.open_direct_room": lambda w: room_actions.open_direct_room(w.bruno, w.eve),
    "direct.open_direct_room": lambda w: direct_actions.open_direct_room(w.bruno, w.eve),
    "direct.make_room": lambda w: direct_actions.make_room(w.room, w.bruno, "Attic"),
    "previews.choose_previews": lambda w: preview_actions.choose_previews(w.room, True, w.bruno),
    "rooms.join_room": lambda w: room_actions.join_room(w.room, w.bruno, by=w.bruno),
    "rooms.add_member": lambda w: room_actions.add_member(w.room, w.bruno, "owner", w.bruno),
    "rooms.join_newcomer_rooms": lambda w: room_actions.join_newcomer_rooms(w.bruno),
    "rooms.end_membership": lambda w: room_actions.end_membership(w.eves, w.bruno),
    "rooms.hand_over_rooms": lambda w: room_actions.hand_over_rooms(w.eve),
    "rooms.change_role": lambda w: room_actions.change_role(w.brunos, "owner", w.bruno),
    "rooms.change_room": lambda w: room_actions.change_room(w.room, w.bruno, topic="Tea"),
    "rooms.archive_room": lambda w: room_actions.archive_room(w.room, w.bruno),
    "rooms.restore_room": lambda w: room_actions.restore_room(w.room, w.bruno),
    "rooms.delete_room": lambda w: room_actions.delete_room(w.room, w.bruno),
    "rooms.mark_read": lambda w: room_actions.mark_read(w.brunos, 0),
    "rooms.touch_room": lambda w: room_actions.touch_room(w.room),
    "moderation.mute_member": lambda w: moderation_actions.mute_member(w.eves, w.bruno, 10),
    "moderation.unmute_member": lambda w: moderation_actions.unmute_member(w.brunos, w.bruno),
    "moderation.ban_person": lambda w: moderation_actions.ban_person(w.room, w.eve, w.bruno),
    "moderation.lift_ban": lambda w: moderation_actions.lift_ban(w.ban, w.bruno),
    "moderation.take_turn": lambda w: moderation_actions.take_turn(w.brunos),
    "bots.make_bot": lambda w: bot_actions.make_bot(w.bruno, "robot", by=w.bruno),
    "tokens.make_token": lambda w: token_actions.make_token(w.bruno, "CI", ["read"], by=w.bruno),
    "notifications.stop_email": lambda w: notification_actions.stop_email(w.bruno),
    "notifications.choose_level": lambda w: notification_actions.choose_level(
        w.brunos, "everything"
    ),
}
# Actions of Ana on Bruno that decide something different from the concurrent decision.
ANAS_ACTS = {
    "users.save_profile by another": lambda w: actions.save_profile(w.bruno, w.ana, language="es"),
    "users.correct_person's name": lambda w: actions.correct_person(
        w.bruno, w.ana, display_name="B."
    ),
    "links.issue_login_link to him": lambda w: link_actions.issue_login_link(w.ana, w.bruno),
    "rooms.change_room by another": lambda w: room_actions.change_room(w.room, w.ana, topic="Tea"),
    "saved bare": lambda w: w.bruno.save(),
    "membership saved bare": lambda w: w.brunos.save(),
    "room saved bare": lambda w: w.room.save(),
}
ACTS = BRUNOS_ACTS | ANAS_ACTS
ACTIONS = {
    "users.actions",
    "users.email_addresses",
    "users.links.actions",
    "rooms.actions",
    "rooms.direct.actions",
    "rooms.moderation.actions",
    "rooms.previews.actions",
}
MODULES = {
    "users": actions,
    "links": link_actions,
    "rooms": room_actions,
    "direct": direct_actions,
    "moderation": moderation_actions,
    "previews": preview_actions,
}
# The first run has read nothing beforehand.
BEFORE_ANYTHING = {"users.set_up_workspace"}


def test_every_act_is_walked():
    public = {
        f"{name}.{function.__name__}"
        for name, module in MODULES.items()
        for function in vars(module).values()
        if inspect.isfunction(function) and not function.__name__.startswith("_")
        if inspect.unwrap(function).__module__ in ACTIONS
    }
    walked = {name for name in BRUNOS_ACTS if name.split(".")[0] in MODULES}
    assert public - BEFORE_ANYTHING - {"moderation.end_membership"} - walked == set()


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("act", ACTS)
def test_no_act_undoes_what_was_decided_after_it_began(act, decision, stage):
    begun = read(stage)
    decide(decision, stage)
    with suppress(PermissionDenied, actions.OutOfDate, room_actions.NameRefused):
        ACTS[act](begun)
    assert stands(decision, stage)


NEED_NO_RIGHT = {"links.use_link", "links.use_login_link", "rooms.hand_over_rooms"}
NEED_NO_RIGHT |= {"rooms.touch_room", "rooms.mark_read", "moderation.take_turn"}
NEED_NO_RIGHT |= {
    "rooms.join_newcomer_rooms",
    "notifications.stop_email",
    "notifications.choose_level",
}
OF_ONESELF = {"users.save_profile", "users.change_password", "users.change_email"}
OF_ONESELF |= {"users.confirm_email", "users.end_session", "users.end_other_sessions"}


@pytest.mark.parametrize("act", sorted({*BRUNOS_ACTS} - NEED_NO_RIGHT - {"users.end_session"}))
def test_nobody_acts_after_they_were_deactivated(act, stage):
    begun = read(stage)
    decide("deactivated", stage)
    with pytest.raises((PermissionDenied, actions.OutOfDate, room_actions.NameRefused)):
        BRUNOS_ACTS[act](begun)


ADMINISTRATORS_ACTS = {name for name in BRUNOS_ACTS if name.startswith(("users.", "links."))}


@pytest.mark.parametrize("act", sorted(ADMINISTRATORS_ACTS - NEED_NO_RIGHT - OF_ONESELF))
def test_no_administrator_acts_after_they_were_demoted(act, stage):
    begun = read(stage)
    decide("demoted", stage)
    with pytest.raises(PermissionDenied):
        BRUNOS_ACTS[act](begun)
