"""A program that reads server-sent events over connections that break anywhere."""

import http.client
import json
import socket

PATIENCE = 30  # seconds without anything, not even a comment


class Listener:
    """Reads a stream, and remembers the id of its last whole event, as browsers do."""

    def __init__(self, path, token):
        self.path, self.token = path, token
        self.last_id = ""
        self.events = []  # the data of each
        self.connections = 0
        self._connection = self._response = None
        self._rest = b""

    def connect(self, server, **headers):
        """Connect to `server`; return the status."""
        self.close()
        self.connections += 1
        if self.last_id:
            headers["Last-Event-ID"] = self.last_id
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        connection.request(
            "GET", self.path, headers={"Authorization": f"Bearer {self.token}", **headers}
        )
        self._connection, self._response = connection, connection.getresponse()
        self._rest = b""
        return self._response.status

    def read(self, most):
        """Read up to `most` bytes; return False at the end of the stream."""
        part = self._response.read1(most)
        *blocks, self._rest = (self._rest + part).split(b"\n\n")
        for block in blocks:
            self._take(block.decode())
        return bool(part)

    def _take(self, block):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        self.last_id = fields.get("id", self.last_id)
        if "data" in fields:
            self.events.append(json.loads(fields["data"]))

    def close(self):
        """Break the connection, with whatever is on its way."""
        if self._connection is not None:
            if self._connection.sock is not None:
                self._connection.sock.shutdown(socket.SHUT_RDWR)
            self._response.close()
            self._connection.close()
            self._connection = None

    @property
    def states(self):
        return [(each["position"], each["revision"], each["body"]) for each in self.events]
