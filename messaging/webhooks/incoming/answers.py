"""The answers to programs: plain text, in the words of Slack.

See https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors. No
answer is JSON: from that, Grafana knows that an address is a webhook.
"""

from django.http import HttpResponse

WORDS = {
    "ok": 200,
    "invalid_payload": 400,
    "no_text": 400,
    "action_prohibited": 403,
    "https_required": 403,
    "no_service": 404,
    "method_not_allowed": 405,
    "timeout": 408,
    "channel_is_archived": 410,
    "payload_too_large": 413,
    "rate_limited": 429,
    "server_error": 500,
    "unavailable": 503,
}
_OF_STATUSES = {status: word for word, status in reversed(WORDS.items())}


def answer(word, wait=0):
    """Return the response for `word`, one of WORDS; `wait` is the Retry-After in seconds."""
    response = HttpResponse(word, status=WORDS[word], content_type="text/plain; charset=utf-8")
    if wait:
        response["Retry-After"] = str(wait)
    response._has_been_logged = True
    return response


def answer_status(status):
    """Return the response for an HTTP status, to a request that is refused before it is read."""
    return answer(_OF_STATUSES.get(status, "invalid_payload" if status < 500 else "server_error"))
