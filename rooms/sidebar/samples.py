"""The list of rooms in groups, arranging it, and finding a room or a person."""

from core.sample import Sample, refused

from .finding import Found
from .forms import FindForm, SectionForm
from .groups import groups_of


def samples(cast):
    return [*lists(cast), *arranging(cast), *finding(cast), *keys(cast)]


def arranged(cast):
    """Return the memberships of Ana in every group."""
    memberships = cast.memberships(cast.ana)
    memberships[0].is_favourite = True
    memberships[1].section = "Casa"
    memberships[2].room_muted = True
    return memberships


def lists(cast):
    some = {"memberships": arranged(cast), "room": cast.den}
    yield Sample("rooms/_rooms.html", "in groups", some, "plain", cast.ana)
    for group in groups_of(some["memberships"]):
        name = "rooms/sidebar/_group_name.html"
        yield Sample(name, group.kind, {"group": group}, "plain", cast.ana)
    reported = cast.membership(cast.ana, cast.lobby, "owner", unread=2)
    for membership in (*some["memberships"], reported):
        state = f"{membership.title}, {membership.role}"
        context = {"membership": membership, "room": cast.den}
        yield Sample("rooms/sidebar/_row.html", state, context, "list", cast.ana)


def arranging(cast):
    arranged = cast.membership(cast.ana, cast.lobby)
    arranged.is_favourite = arranged.room_muted = True
    arranged.section = "Casa"
    for state, membership in (("as it came", cast.owner), ("arranged", arranged)):
        page = {"room": cast.lobby, "membership": membership}
        for name in ("_favourite", "_mute"):
            yield Sample(f"rooms/sidebar/{name}.html", state, page, "plain", cast.ana)
        page["form"] = section_form(membership)
        yield Sample("rooms/sidebar/arrange.html", state, page, reader=cast.ana)
    form = refused(section_form(cast.owner, {"section": "x"}), section="Choose one of them.")
    page = {"room": cast.lobby, "membership": cast.owner, "form": form}
    yield Sample("rooms/sidebar/arrange.html", "refused", page, reader=cast.ana)


def section_form(membership, data=None):
    return SectionForm(membership, data, sections=["Casa", "Obra"])


def finding(cast):
    some = Found(cast.memberships(cast.ana)[:2], cast.other_rooms[:2], cast.people[1:])
    states = {
        "nothing typed": ("", Found(cast.memberships(cast.ana), [], [])),
        "found": ("a", some),
        "nothing found": ("aviary", Found([], [], [])),
    }
    for state, (words, found) in states.items():
        page = {"form": FindForm({"q": words}), "words": words, "found": found}
        yield Sample("rooms/sidebar/switch.html", state, page, reader=cast.ana)
        yield Sample("rooms/sidebar/_found.html", state, page, "plain", cast.ana)


def keys(cast):
    yield Sample("rooms/sidebar/keys.html", "the keys", reader=cast.ana)
    yield Sample("rooms/sidebar/_keys.html", "the keys", {}, "plain", cast.ana)
