"""Lets other sites link to this one but not load anything from it.

Browsers send the context of a request (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/).
A request from another site, or from another port or subdomain of this one, is allowed only if it
opens a page in its own window: a link in a mail, or the return from single sign-on. Clients without
these headers (text browsers, programs) do not run the scripts of other sites.
"""

from django.http import HttpResponseForbidden

POLICY = ("Cross-Origin-Resource-Policy", "same-origin")
OWN_SITES = {"same-origin", "none"}  # "none": somebody typed the address, or opened a bookmark


class ResourcePolicyMiddleware:
    """Forbids other sites to embed any response: pages, files, streams and errors."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault(*POLICY)
        return response


class FetchMetadataMiddleware:
    """Returns 403 if another site loads a resource instead of opening a page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if is_own(request) or opens_page(request):
            return self.get_response(request)
        return HttpResponseForbidden("Other sites may link here, not load this.\n", "text/plain")


def is_own(request):
    """Return True if this site or the user made the request, or if there is no Fetch Metadata."""
    return request.headers.get("Sec-Fetch-Site", "none") in OWN_SITES


def opens_page(request):
    """Return True if the request opens a page in its own window and sends no form."""
    return (
        request.method in {"GET", "HEAD"}
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
    )


def forbidding(send):
    """Wrap ASGI's `send` to add the policy to responses made outside Django."""
    name, value = (text.lower().encode() for text in POLICY)

    async def adding(event):
        if event["type"] == "http.response.start":
            headers = list(event.get("headers", ()))
            if name not in {given.lower() for given, _value in headers}:
                event = {**event, "headers": [*headers, (name, value)]}
        await send(event)

    return adding
