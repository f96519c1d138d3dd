"""A browser that keeps pages, for tests."""

import re

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
ROOM = "/rooms/lobby/"
NEW_EACH_TIME = re.compile(
    r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|name="nonce" id="nonce" value="[^"]*"'
)


class Browser:
    """A browser that keeps what it may, and asks again."""

    def __init__(self, client, agent=CHROME):
        self.client, self.agent, self.kept = client, agent, {}
        self.seen = None  # what `get` returned last

    def get(self, path=ROOM, **headers):
        """Return (the status, the page as the browser shows it), and remember it as `seen`."""
        self.seen = self._get(path, headers)
        return self.seen

    def _get(self, path, headers):
        etag, kept = self.kept.get(path, ("", ""))
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"User-Agent": self.agent}
        response = self.client.get(path, headers=headers, secure=True)
        if response.status_code == 304:
            return 304, kept
        html = NEW_EACH_TIME.sub("", response.content.decode())
        if "ETag" in response and "no-store" not in response["Cache-Control"]:
            self.kept[path] = response["ETag"], html
        return response.status_code, html
