"""The one way out: every request to an address that a person or another server chose.

`client.request` resolves a name once, judges every address by `addresses.is_public`, and connects
to the judged addresses only. No other module may open connections; the exceptions are in
`site/tests/test_outgoing.py`.

Tests use the fixture `outside`, an internet of their own (`site/tests/outside.py`):

    site = outside.site("push.example")       # a server on loopback: https, port 443
    site.answer = lambda asked: Reply(201)    # or a Reply, or bytes that are sent as they are
    ...
    assert [asked.path for asked in site.asked] == ["/secret"]

Its names have public addresses, so the guard works as in production; only where a connection to
such an address ends is changed. What has no site is not there: nothing can leave the machine.
"""
