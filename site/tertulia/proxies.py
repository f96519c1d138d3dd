"""Who is at the other end, where proxies stand between.

Each proxy adds the address that it saw to the end of X-Forwarded-For; what stands before those of
our own proxies is anybody's word (https://httpwg.org/specs/rfc7239.html#security).
"""


def client_of(scope, proxies):
    """Return (address, port) of the client of an ASGI connection behind so many `proxies`."""
    if not proxies:
        return scope.get("client")
    said = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    addresses = [address.strip() for address in said.decode("latin-1").split(",")]
    if len(addresses) < proxies or not addresses[-proxies]:
        return scope.get("client")
    return addresses[-proxies], 0
