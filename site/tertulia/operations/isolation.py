"""Other sites may link to this one, and load nothing of it.

Browsers say for whom they make a request (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/).
A request from another site, or from another port or subdomain of this one, is answered only if it
opens a page in a window of its own: a link in a mail, or the way back from single sign-on. Clients
that say nothing (text browsers, programs) cannot be made to ask by a foreign page's script.
"""

from django.http import HttpResponseForbidden

POLICY = ("Cross-Origin-Resource-Policy", "same-origin")
OWN_SITES = {"same-origin", "none"}  # "none": somebody typed the address, or opened a bookmark


class ResourcePolicyMiddleware:
    """Forbids other sites to embed any answer: pages, files, streams and errors alike."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault(*POLICY)
        return response


class FetchMetadataMiddleware:
    """Answers 403 to what another site loads instead of opening."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if is_own(request) or opens_page(request):
            return self.get_response(request)
        return HttpResponseForbidden("Other sites may link here, not load this.\n", "text/plain")


def is_own(request):
    """Return True if a page of this site made the request, its user, or no browser that tells."""
    return request.headers.get("Sec-Fetch-Site", "none") in OWN_SITES


def opens_page(request):
    """Return True if the request shows a page in a window of its own, and sends no form."""
    return (
        request.method in {"GET", "HEAD"}
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
    )


def forbidding(send):
    """Return ASGI's `send`, which adds the policy to answers that never saw Django."""
    name, value = (text.lower().encode() for text in POLICY)

    async def adding(event):
        if event["type"] == "http.response.start":
            headers = list(event.get("headers", ()))
            if name not in {given.lower() for given, _value in headers}:
                event = {**event, "headers": [*headers, (name, value)]}
        await send(event)

    return adding
