"""Removes the codings a client refuses from Accept-Encoding (RFC 9110, 12.5.3).

WhiteNoise and Django search the header for "br" and "gzip", so they would read `br;q=0`, a refusal,
as acceptance.
"""


def without_refused(headers):
    """Return ASGI `headers` whose Accept-Encoding lists accepted codings, without weights."""
    said = b",".join(value for name, value in headers if name == b"accept-encoding")
    if b";" not in said:
        return headers
    others = [(name, value) for name, value in headers if name != b"accept-encoding"]
    return [*others, (b"accept-encoding", accepted(said.decode("latin-1")).encode("latin-1"))]


def accepted(text):
    """Return the codings that an Accept-Encoding header accepts: "br, gzip"."""
    codings = (entry.partition(";") for entry in text.lower().split(","))
    return ", ".join(name.strip() for name, _semicolon, rest in codings if _weight(rest) > 0)


def _weight(parameters):
    """Return the quality value among a coding's parameters, 1 if there is none."""
    for parameter in parameters.split(";"):
        name, _sign, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0
    return 1
