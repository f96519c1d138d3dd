"""A message, its forms, and the composer."""

from core.sample import Sample, refused

from .forms import ComposerForm, EditForm
from .submit import REFUSALS, refuse


def samples(cast):
    return [*messages(cast), *parts(cast), *forms(cast), *pushes(cast), *composers(cast)]


def messages(cast):
    states = {
        "another's": cast.others_message,
        "own": cast.own,
        "of a bot": cast.bots_message,
        "going on": cast.continued,
        "edited": cast.edited,
        "deleted": cast.deleted,
        "long": cast.long_message,
        "lists, quotes and links": cast.rich,
        "code": cast.code,
        "right to left": cast.right_to_left,
        "emoji": cast.emoji,
        "action": cast.action,
        "reply": cast.reply,
        "reply to a long message": cast.reply_to_long,
        "reply, right to left": cast.reply_to_right_to_left,
        "reply to a deleted message": cast.reply_to_deleted,
    }
    template, stage = "messaging/_message.html", "conversation"
    all_rights = {"is_author": True, "can_moderate": True, "is_other": True, "can_pin": True}
    pushed = {"message": cast.others_message, **all_rights}
    yield Sample(template, "as it is pushed", pushed, stage)
    for state, message in states.items():
        is_own = message.author == cast.ana
        rights = {**all_rights, "is_author": is_own, "is_other": not is_own}
        yield Sample(template, state, {"message": message, **rights}, stage, cast.ana)
    nothing = dict.fromkeys(all_rights, False)
    plain = {"message": cast.own, **nothing, "is_other": True}
    yield Sample(template, "for a member", plain, stage, cast.bruno)
    along = {"message": cast.own, **nothing}
    yield Sample(template, "for somebody who reads along", along, stage, cast.eve)
    called = cast.message("Look here, @ana.", mentioned=str(cast.ana.pk))
    context = {"message": called, **all_rights}
    yield Sample(template, "mentions somebody", context, "log")


def parts(cast):
    template, stage = "messaging/message/_reply.html", "conversation"
    for state, reply in answers(cast):
        yield Sample(template, state, {"reply": reply}, stage)
        line = {"answered": reply, "room": cast.lobby}
        yield Sample("messaging/message/_answering.html", state, line, "plain")
    nothing = {"answered": None, "room": cast.lobby}
    yield Sample("messaging/message/_answering.html", "nothing", nothing, "code")
    for state, message in (("text", cast.own), ("action", cast.action)):
        context = {"message": message}
        yield Sample("messaging/message/_body.html", state, context, stage)
    link = {"address": cast.own.get_absolute_url(), "it": "message by Ana"}
    yield Sample("messaging/message/_reply_link.html", "link", link, stage)


def answers(cast):
    """Return [(state, Reply)]."""
    return [
        ("a message", cast.reply.reply),
        ("right to left", cast.reply_to_right_to_left.reply),
        ("without a text", cast.reply.reply._replace(excerpt="")),
        ("deleted", cast.reply_to_deleted.reply),
    ]


def forms(cast):
    own = {"message": cast.own, "viewer": cast.ana}
    form = own | {"form": EditForm(initial={"body": cast.own.body})}
    wrong = own | {"form": refused(EditForm({"body": ""}), body=cast.TOO_LONG)}
    in_place = {"stage": "conversation", "reader": cast.ana}
    yield Sample("messaging/message/_edit.html", "being edited", form, **in_place)
    yield Sample("messaging/message/_edit.html", "refused", wrong, **in_place)
    yield Sample("messaging/message/_delete.html", "asking", {"message": cast.own}, **in_place)
    page = own | {"room": cast.lobby}
    yield Sample("messaging/message/edit.html", "a page", page | form, reader=cast.ana)
    yield Sample("messaging/message/delete.html", "a page", page, reader=cast.ana)


def pushes(cast):
    stage = "code"
    fragments = {"fragments": ["…"], "revision": 13}
    yield Sample("messaging/message/message_changed.html", "messages", fragments, stage)
    nothing = fragments | {"fragments": []}
    yield Sample("messaging/message/message_changed.html", "nothing new", nothing, stage)
    sent = {"nonce": "a", "next_nonce": "b"}
    yield Sample("messaging/message/message_sent.html", "sent", sent, stage)
    command = sent | {"done": "The topic is: Lunch at one"}
    yield Sample("messaging/message/message_sent.html", "a command", command, "plain")
    yield Sample("messaging/message/_done.html", "a command", command, "plain")
    form = refused(ComposerForm({"body": "x"}), body=cast.TOO_LONG, nonce="Missing.")
    yield Sample("messaging/message/message_refused.html", "by its form", {"form": form}, "plain")
    for code in REFUSALS:
        form = refuse(ComposerForm({"body": "x", "nonce": "n"}), code)
        yield Sample("messaging/message/message_refused.html", code, {"form": form}, "plain")


def composers(cast):
    def composer(state, form, membership=cast.member, room=cast.lobby):
        context = {"room": room, "membership": membership, "viewer": cast.bruno, "composer": form}
        return Sample("messaging/message/_composer.html", state, context, "plain", cast.bruno)

    archived = cast.membership(cast.bruno, cast.attic)
    yield composer("empty", cast.composer())
    yield composer("not yet sent", cast.composer(cast.NOT_YET_SENT))
    yield composer("right to left", cast.composer(cast.ARABIC))
    yield composer(
        "refused", refused(ComposerForm({"body": "x" * 90, "nonce": "n"}), body=cast.TOO_LONG)
    )
    answering = cast.composer("Count me in.")
    answering.answered = cast.reply.reply
    yield composer("answering", answering)
    yield composer("not a member", cast.composer(), membership=None)
    yield composer("archived", cast.composer(), membership=archived, room=cast.attic)
