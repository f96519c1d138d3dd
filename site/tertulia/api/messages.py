"""The messages of a room: by position, what has changed, and new ones."""

from django.http import JsonResponse
from django.urls import reverse

from messaging.commands.parsing import typed_in
from messaging.message.broadcasts import changed_since
from messaging.message.forms import BodyField, new_nonce
from messaging.message.models import PAGE_SIZE
from messaging.message.representation import represent_change
from messaging.message.submit import submit

from ..operations.text_input import MULTIPART, check_body
from .authentication import program, require_scope
from .bodies import fields_of
from .lookups import room_and_membership_of, room_of
from .paging import MAX_LIMIT, ChangesForm, PositionsForm, asked, linked
from .problems import Problem, invalid

CHANGING_ROOMS = {"topic", "invite"}  # commands
FIELDS = ("body", "nonce", "reply_to", "alt", "as_it_is")  # of a multipart form


@program("read")
def messages(request, slug):
    room = room_of(request, slug)
    wanted = asked(request, PositionsForm)
    history, limit = room.messages.for_display(), wanted["limit"] or PAGE_SIZE
    if wanted["after"] is not None:
        found = history.after(wanted["after"], limit)
    elif wanted["before"] is not None:
        found = history.before(wanted["before"], limit)
    else:
        found = history.newest(limit)

    response = JsonResponse(_listed(room, found) | {"last_position": room.last_position})
    first, last = (found[0].position, found[-1].position) if found else (1, room.last_position)
    older = ("before", first if first > 1 else None)
    newer = ("after", last if last < room.last_position else None)
    return linked(response, request, wanted["limit"], next=newer, prev=older)


@program("read")
def changes(request, slug):
    room = room_of(request, slug)
    wanted = asked(request, ChangesForm)

    limit = wanted["limit"] or MAX_LIMIT
    revision, found, complete = changed_since(room, wanted["since"] or 0, limit)

    return JsonResponse(_listed(room, found) | {"revision": revision, "complete": complete})


def _listed(room, messages):
    """Return the JSON of messages, and the revision after which everything later is a change."""
    shown = [represent_change(message, room) for message in messages]
    return {"messages": shown, "revision": room.revision}


@program("write")
def post(request, slug):
    room, membership = room_and_membership_of(request, slug)
    fields, files = sent(request)
    require_allowed_command(request, fields)
    submission = submit(membership, fields, files)
    if not submission.is_accepted:
        raise refusal_of(submission)

    message = submission.message
    if message is None:
        return JsonResponse({"done": submission.done}, status=202)
    status = 201 if message.is_new else 200
    response = JsonResponse(represent_change(message, room), status=status)
    response["Location"] = reverse("api:message", args=[message.pk])
    return response


def require_allowed_command(request, fields):
    """Raise Problem if the text is a command that the token does not allow.

    Commands that change a room need the scope for that. A token that is limited to rooms cannot
    use /remind, which keeps notes outside of them.
    """
    typed = typed_in(BodyField().to_python(fields.get("body", "")))
    if typed is not None and typed.name in CHANGING_ROOMS:
        require_scope(request, "manage")
    if typed is not None and typed.name == "remind" and request.token.is_limited_to_rooms:
        raise Problem(403, "insufficient_scope")


def sent(request):
    """Return (fields, files) of a composer; files are None if the body is JSON."""
    if request.content_type != MULTIPART:
        fields, files = fields_of(request, body=str, nonce=str, reply_to=int), None
    else:
        try:
            check_body(request)
        except OSError:  # a file could not be written to the disk
            raise Problem(507) from None
        fields = {name: request.POST[name] for name in FIELDS if name in request.POST}
        files = request.FILES
    return {"nonce": new_nonce()} | fields, files


def refusal_of(submission):
    """Return the Problem of a Submission that was not posted."""
    if submission.is_forbidden:
        [sentence] = submission.form.errors["body"]
        return Problem(403, detail=sentence)
    return invalid(submission.form, status=submission.status)
