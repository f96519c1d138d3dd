"""Decisions about Bruno that are made while an action by or about him is in progress."""

from types import SimpleNamespace

from rooms import actions as room_actions
from rooms.models import Membership, Room, Sanction
from rooms.moderation import actions as moderation_actions
from users import actions
from users.links import actions as link_actions
from users.models import Invitation, LoginLink, Session, User, Workspace

NEW = "another horse"


def set_stage(ana, bruno, eve, client_of):
    """Make Bruno an administrator and owner of the closed Studio, with Eve in and Nora banned."""
    actions.make_administrator(bruno)
    studio = room_actions.create_room(bruno, "Studio", kind=Room.Kind.CLOSED)
    room_actions.join_room(studio, ana, "owner")
    room_actions.join_room(studio, eve)
    nora = User.objects.create_user("nora", "nora@example.com")
    moderation_actions.ban_person(studio, nora, None)
    link_actions.create_invitation(ana)
    link_actions.issue_login_link(ana, eve)
    client_of(bruno)
    return studio


def read(studio):
    """Return everything an action may need, as a page would have read it."""
    people = {user.username: user for user in User.objects.all()}
    room = Room.objects.get(pk=studio.pk)
    memberships = {
        f"{name}s": Membership.objects.filter(room=room, user=person).select_related("room").first()
        for name, person in people.items()
    }
    return SimpleNamespace(
        **people,
        **memberships,
        room=room,
        ban=Sanction.objects.get(user__username="nora"),
        invitation=Invitation.objects.get(),
        link=LoginLink.objects.get(),
        session=Session.objects.filter(user__username="bruno").values_list("pk", flat=True).first(),
    )


# Each decision about Bruno: (how it is made, what must be true afterwards).
DECISIONS = {
    "deactivated": (
        lambda w: actions.deactivate(w.bruno, w.ana),
        lambda w: not w.bruno.is_active and not Session.objects.filter(user=w.bruno).exists(),
    ),
    "demoted": (
        lambda w: actions.unmake_administrator(w.bruno, w.ana),
        lambda w: not w.bruno.is_administrator,
    ),
    "password": (
        lambda w: actions.change_password(w.bruno, NEW),
        lambda w: w.bruno.check_password(NEW),
    ),
    "e-mail": (
        lambda w: actions.change_email(w.bruno, "new@example.com"),
        lambda w: w.bruno.email == "new@example.com",
    ),
    "role": (
        lambda w: (
            actions.unmake_administrator(w.bruno, w.ana),
            room_actions.change_role(w.brunos, "member", w.ana),
        ),
        lambda w: w.brunos.role == "member",
    ),
    "removed": (
        lambda w: (
            actions.unmake_administrator(w.bruno, w.ana),
            room_actions.end_membership(w.brunos, w.ana),
        ),
        lambda w: w.brunos is None,
    ),
    "banned": (
        lambda w: (
            actions.unmake_administrator(w.bruno, w.ana),
            moderation_actions.ban_person(w.room, w.bruno, w.ana),
        ),
        lambda w: w.brunos is None and w.room.sanctions.bans().filter(user=w.bruno).exists(),
    ),
    "sign-up closed": (
        lambda w: actions.save_workspace(w.ana, signup="invite"),
        lambda w: Workspace.current().signup == "invite",
    ),
}


def decide(decision, studio):
    DECISIONS[decision][0](read(studio))


def stands(decision, studio):
    now = SimpleNamespace(room=studio, bruno=User.objects.get(username="bruno"))
    now.brunos = Membership.objects.filter(room_id=studio.pk, user=now.bruno).first()
    return DECISIONS[decision][1](now)
