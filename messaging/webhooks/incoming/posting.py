"""Post what a program sent, as the bot of a webhook, through the gate of all messages."""

import hashlib
import secrets

from core import rate_limits
from core.text import fold, plain
from rooms.models import Membership

from ...commands.parsing import as_text
from ...message.models import BODY_LIMIT
from ...message.submit import submit
from ...slack_text import payload_to_markdown
from . import actions
from .alerts import alerts_to_markdown
from .answers import answer
from .reading import Unreadable, read_payload

LONGEST_NAME = 40
CUT = "…"

rate_limits.define("incoming webhook", 60, 60)

# The word for each code of an error of the gate.
_REFUSED = {
    "archived": "channel_is_archived",
    "muted": "action_prohibited",
    "not_member": "action_prohibited",
    "required": "no_text",
    "not_stored": "server_error",
}


def post(webhook, request):
    """Post the payload of `request` in the room of `webhook`; return the response."""
    if wait := rate_limits.take("incoming webhook", webhook):
        return answer("rate_limited", wait)
    try:
        payload = read_payload(request)
    except Unreadable:
        return answer("invalid_payload")
    body = body_of(payload)
    if not body:
        return answer("no_text")
    sent = {"body": as_text(body), "nonce": nonce_of(request.headers.get("Idempotency-Key", ""))}
    submission = submit(membership_of(webhook), sent, shown_as=name_of(webhook, payload))
    if submission.message is None:
        return refusal(submission)
    actions.note_use(webhook)
    return answer("ok")


def body_of(payload):
    """Return the text of a message with the words of `payload`, "" if it has none."""
    return shortened(payload_to_markdown(payload) or alerts_to_markdown(payload))


def shortened(text):
    """Return `text` with less than BODY_LIMIT letters; code that is cut is closed again."""
    if len(text) < BODY_LIMIT:  # one is for `as_text`
        return text
    end = f"\n```\n{CUT}"
    kept = text[: BODY_LIMIT - len(end) - 1].rstrip()
    return f"{kept}{end if kept.count('```') % 2 else CUT}"


def nonce_of(key):
    """Return the nonce of a send: the same for the same `key` that a program gives, else a new."""
    return f"key-{hashlib.sha256(key.encode()).hexdigest()[:48]}" if key else secrets.token_hex(24)


def membership_of(webhook):
    """Return the Membership of the bot in the room, or None if it was removed or banned."""
    theirs = Membership.objects.filter(room=webhook.room, user=webhook.bot)
    return theirs.select_related("room", "user").first()


def name_of(webhook, payload):
    """Return the name that the program gives, shown beside the bot's; None if none is shown."""
    if not webhook.shows_names:
        return None
    name = payload.get("username")
    name = plain(name[: 4 * LONGEST_NAME])[:LONGEST_NAME].strip() if isinstance(name, str) else ""
    return "" if fold(name) in (webhook.bot.username_key, webhook.bot.display_key) else name


def refusal(submission):
    """Return the response to a payload that the gate refused."""
    if submission.wait:
        return answer("rate_limited", submission.wait)
    known = (word for code, word in _REFUSED.items() if code in submission.codes)
    return answer(next(known, "invalid_payload"))
