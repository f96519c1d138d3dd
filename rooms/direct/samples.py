"""New conversations, and a conversation that becomes a room."""

from django.http import QueryDict

from core.sample import Sample, page_of, refused

from .forms import ConversationForm, MakeRoomForm


def samples(cast):
    return [*new_conversations(cast), *choices(cast), *groups(cast), *rooms(cast)]


def new_conversations(cast):
    def page(state, found, chosen=(), typed="", error=None):
        form = ConversationForm(cast.ana, QueryDict(mutable=True), is_final=error is not None)
        if error is not None:
            form = refused(form, form=error)
        form.chosen, form._found, form.words = list(chosen), list(found), [typed] if typed else []
        return Sample("rooms/direct/new_conversation.html", state, {"form": form}, reader=cast.ana)

    yield page("everybody", cast.people)
    yield page("two chosen", [cast.layla], [cast.bruno, cast.max_long], typed="lay")
    yield page("nobody found", [], [cast.bruno], typed="nobody")
    yield page("nobody chosen", [cast.ana])
    yield page("refused", cast.people, error=ConversationForm.error_messages["nobody"])


def choices(cast):
    for person in (cast.ana, cast.bruno, cast.eve, cast.layla, cast.max_long):
        for is_chosen in (True, False):
            context = {"person": person, "is_chosen": is_chosen}
            state = f"{person.username}{', chosen' if is_chosen else ''}"
            yield Sample("rooms/direct/_choice.html", state, context, "list", cast.ana)
        button = {"person": person}
        yield Sample(
            "rooms/direct/_message_button.html", person.username, button, "plain", cast.ana
        )


def groups(cast):
    yield Sample("rooms/direct/_heading.html", "as it is", {}, "plain", cast.ana)
    for state, room in (("a conversation", cast.direct), ("notes", cast.notes)):
        context = {
            "room": room,
            "membership": cast.membership(cast.ana, room),
            "people": page_of(cast.others),
        }
        yield Sample("rooms/direct/_nobody_added.html", state, context, "plain", cast.ana)
        yield Sample("rooms/people.html", state, {**context, "form": None}, reader=cast.ana)


def rooms(cast):
    context = {
        "room": cast.direct,
        "membership": cast.membership(cast.ana, cast.direct),
        "others": cast.others[1:],
    }
    page = "rooms/direct/make_room.html"
    yield Sample(page, "asked", {**context, "form": MakeRoomForm()}, reader=cast.ana)
    taken = MakeRoomForm.base_fields["name"].error_messages["taken"]
    form = refused(MakeRoomForm({"name": "Lobby"}), name=taken)
    yield Sample(page, "refused", {**context, "form": form}, reader=cast.ana)
