"""A minimal HTTP and WebSocket (RFC 6455) encoder and parser for the load generator."""

PING, CLOSE, PONG = 9, 8, 10
UNMASKED = bytes(4)  # a client must mask; a mask of zeros leaves the payload unchanged


def handshake(port, path, cookie):
    """Return the request that opens a socket, as a browser on the same host sends it."""
    return request(
        port,
        path,
        cookie,
        f"Origin: http://127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGVydHVsaWEtYmVuY2ghIQ==",
        "Sec-WebSocket-Version: 13",
    )


def request(port, path, cookie, *headers):
    """Return the request for a page, with the given header lines."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *headers]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    return "\r\n".join([*lines, "", ""]).encode()


def frame(payload, opcode=1):
    """Return one complete frame with `payload` (bytes)."""
    size = len(payload)
    if size < 126:
        head = bytes([0x80 | opcode, 0x80 | size])
    else:
        head = bytes([0x80 | opcode, 0x80 | 126]) + size.to_bytes(2)
    return head + UNMASKED + payload


def scan(data):
    """Read the headers of the frames in `data`.

    Return the end of the last complete frame, the number of data frames, and a list of the control
    frames as (opcode, payload).
    """
    start, size, carrying, control = 0, len(data), 0, []
    while size - start >= 2:
        length, body = data[start + 1], start + 2
        if length == 126:
            length, body = int.from_bytes(data[body : body + 2]), body + 2
        elif length == 127:
            length, body = int.from_bytes(data[body : body + 8]), body + 8
        if body + length > size:
            break
        if data[start] & 8:
            control.append((data[start] & 15, data[body : body + length]))
        else:
            carrying += 1
        start = body + length
    return start, carrying, control
