"""The rules for who can see a room. They are written only here."""

from django.apps import apps
from django.db.models import Exists, Q


def visibility_condition(user, room, kind):
    """Return the query condition under which `user` can see `room`.

    Each is a value or an `OuterRef`. `kind` is the name of the field that holds the room's kind.
    """
    Room, Membership, Sanction = _models()
    pair = {"room": room, "user": user}
    is_open = Q(**{kind: Room.Kind.OPEN})
    is_member = Exists(Membership.objects.filter(**pair))
    return (is_open | is_member) & ~Exists(Sanction.objects.bans().filter(**pair))


def is_seen_by_owner(room, bot):
    """Return True if the owner of `bot` can see `room`. Only then may the bot come into it."""
    owner = bot.owner
    return owner is not None and type(room).objects.visible_to(owner).filter(pk=room.pk).exists()


def visible_pairs(rooms, user_ids):
    """Return the set of (room id, user id) in which the user may see the room: see Room.objects."""
    Room, Membership, Sanction = _models()
    people = apps.get_model("users", "User").objects.filter(pk__in=user_ids, is_active=True)
    bots, others = {}, set()
    for pk, is_bot, owner_id in people.values_list("pk", "is_bot", "owner"):
        if is_bot:
            bots[pk] = owner_id
        else:
            others.add(pk)
    kinds = dict(rooms.values_list("pk", "kind"))
    concerned = {"room__in": rooms, "user__in": {*others, *bots, *bots.values()} - {None}}
    memberships = Membership.objects.filter(**concerned).values_list("room_id", "user_id")
    bans = Sanction.objects.bans().filter(**concerned).values_list("room_id", "user_id")
    open_rooms = [pk for pk, kind in kinds.items() if kind == Room.Kind.OPEN]
    in_open = {(pk, user_id) for pk in open_rooms for user_id in concerned["user__in"]}
    seen = (in_open | set(memberships)) - set(bans)
    of_people = {pair for pair in seen if pair[1] in others}
    return of_people | {
        (room_id, bot)
        for room_id, bot in seen
        if bot in bots and (kinds[room_id] == Room.Kind.DIRECT or (room_id, bots[bot]) in seen)
    }


def _models():
    return [apps.get_model("rooms", name) for name in ("Room", "Membership", "Sanction")]
