"""A TCP proxy between browser and server that can be slow, lose data or block WebSockets."""

import queue
import socket
import threading
import time
from contextlib import suppress

CHUNK = 64 * 1024


class Line:
    """Listens on its own port and forwards data; its attributes control how, at any time."""

    def __init__(self, server):
        self.server_port = server.port
        self.delay = 0.0  # seconds, in each direction
        self.has_sockets = True  # forward WebSockets
        self.loses = False  # drop what browsers send over WebSockets
        self.loses_posts = False  # drop POSTs of messages and close the connection
        self.swallows_posts = False  # drop POSTs of messages and never answer
        self.loses_answers = False  # drop the server's responses to POSTs
        self.posts = 0
        self.lost = 0  # bytes that browsers sent and that were dropped
        self.sockets = []  # the connections of all attempted WebSockets
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self):
        self._listener.close()

    def cut_sockets(self):
        """Block new WebSockets and close the open ones."""
        self.has_sockets = False
        for connection in self.sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _listen(self):
        with suppress(OSError):
            while True:
                browser, _address = self._listener.accept()
                threading.Thread(target=self._connect, args=[browser], daemon=True).start()

    def _connect(self, browser):
        with suppress(OSError):
            server = socket.create_connection(("127.0.0.1", self.server_port))
            state = {"is_socket": False, "is_post": False, "is_swallowed": False}
            for source, target, is_request in ((browser, server, True), (server, browser, False)):
                late = queue.SimpleQueue()
                arguments = [source, target, is_request, state, late]
                threading.Thread(target=self._read, args=arguments, daemon=True).start()
                threading.Thread(target=self._write, args=[target, late], daemon=True).start()

    def _read(self, source, target, is_request, state, late):
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if is_request and self._is_refused(data, source, state):
                    break
                is_lost = is_request and (
                    state["is_swallowed"] or (self.loses and state["is_socket"])
                )
                if self.loses_answers and state["is_post"] and not is_request:
                    source.close()
                    break
                if is_lost:
                    self.lost += len(data)
                else:
                    late.put((time.monotonic() + self.delay, data))
        late.put((time.monotonic() + self.delay, b""))

    def _is_refused(self, data, browser, state):
        if state["is_socket"]:
            return False
        state["is_post"] = data.startswith(b"POST ") and b"/messages/" in data.split(b"\r\n")[0]
        self.posts += state["is_post"]
        if state["is_post"] and self.swallows_posts:
            state["is_swallowed"] = True
        if state["is_post"] and self.loses_posts:
            browser.close()
            return True
        if b"upgrade: websocket" not in data.lower():
            return False
        state["is_socket"] = True
        self.sockets.append(browser)
        if not self.has_sockets:
            browser.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        return not self.has_sockets

    def _write(self, target, late):
        with suppress(OSError):
            while True:
                due, data = late.get()
                time.sleep(max(0, due - time.monotonic()))
                if not data:
                    break
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
            target.close()
