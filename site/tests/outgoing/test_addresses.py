"""Which addresses are public, in any spelling. Cases 33, 43 and 44."""

import pytest

from core.http import client
from core.http.addresses import is_public
from core.http.client import Refused, check_url, request

_PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254
168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.9 192.0.0.192
192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1
239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::7f00:1 ::93.184.216.34 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1
::ffff:169.254.169.254 ::ffff:224.0.0.1 ::ffff:0:127.0.0.1 ::ffff:0:93.184.216.34 64:ff9b::7f00:1
64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::93.184.216.34 100::1 100:0:0:1::1 2001::1
2001:0:53aa:64c::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff::1 2001:db8::1 2002:7f00:1::
2002:5db8::1 3fff::1 3fff:fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0
fe80::1%1 fec0::1 ff02::1 ff0e::1 2606:4700::1111%eth0 ::ffff:93.184.216.34%1
"""
_PUBLIC = """
93.184.216.34 1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.255.255 172.32.0.1 192.0.1.1
192.167.255.255 223.255.255.255 168.63.129.15 2606:4700::1111 2a00:1450:4003::200e 2001:200::1
2001:4860:4860::8888 2400:cb00::1 ::ffff:93.184.216.34 64:ff9b::93.184.216.34 64:ff9b::5db8:d822
"""
PRIVATE, PUBLIC = _PRIVATE.split(), _PUBLIC.split()
NO_ADDRESSES = ["", "localhost", "127.1", "0x7f000001", "2130706433", "1.2.3.4.5", "1.2.3.4/32"]
NO_ADDRESSES += ["①.1.1.1", "1.1.1.1 ", "[::1]", "::1]", "01.1.1.1", "1.1.1.1%0", "a" * 9999, "\0"]

# What a browser or a resolver takes for an address inside. None of them needs a look-up.
_SPELLINGS = """
127.0.0.1 127.1 127.0.1 0 0.0.0.0 2130706433 017700000001 0x7f000001 0x7f.1 0x7f.0x0.0x0.0x1
0177.0.0.1 0177.1 00000177.0.0.1 127.0.0.1. 0X7F000001 3232235521 10.1 0xa000001 012.1
169.254.169.254 2852039166 0xa9fea9fe 0xA9.254.0251.0xfe 169.254.43518 192.168.257 4294967295
1.2.3.4.5 256.256.256.256 08.1.1.1 0x 0x.0x.0x.0x 99999999999 127.0.0.256 1.0x100000000
①②⑦.⓪.⓪.① １２７.０.０.１ 127。0。0。1 127．0．0．1 127｡1 ⑯⑨。②⑤④。⑯⑨。②⑤④
𝟏𝟐𝟕.𝟎.𝟎.𝟏 0ｘ7f.1 ²¹³⁰⁷⁰⁶⁴³³
localhost localhost. LOCALHOST LocalHost. ｌｏｃａｌｈｏｓｔ ⓛⓞⓒⓐⓛⓗⓞⓢⓣ
loca\u00adlhost a.localhost printer.local
metadata.google.internal intranet db a.b.localhost. localhost。
[::] [::1] [0:0:0:0:0:0:0:1] [::127.0.0.1] [::ffff:127.0.0.1] [::ffff:7f00:1]
[0:0:0:0:0:ffff:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::a9fe:a9fe] [2002:7f00:1::] [fe80::1]
[fe80::1%eth0] [fe80::1%25eth0] [fd00:ec2::254] [ff02::1] [2606:4700::1111%1] [::ffff:0:127.0.0.1]
[v1.x] [127.0.0.1] [localhost]
"""
SPELLINGS = _SPELLINGS.split()


@pytest.mark.parametrize("address", [*PRIVATE, *NO_ADDRESSES])
def test_what_is_not_on_the_internet_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_on_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_private_address_is_refused_however_it_is_spelled(outside, host):
    assert len(SPELLINGS) > 50
    for url in (f"http://{host}/", f"https://{host}:443/a?b", f"HTTP://{host}:80"):
        for refuse in (check_url, request):
            with pytest.raises(Refused) as refused:
                refuse(url)
            assert refused.value.code in ("address", "url")
    assert (outside.looked_up, outside.connected) == ([], [])


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_with_a_private_address_is_refused(outside, address):
    for found in ([address], [address, "93.184.216.34"], ["93.184.216.34", "1.1.1.1", address]):
        outside.names["evil.example"] = found
        with pytest.raises(Refused, match="address"):
            request("http://evil.example/")
    assert outside.connected == []


@pytest.mark.parametrize("found", [[], ["93.184.216.34", "nonsense"], ["93.184.216.034"], [""]])
def test_a_name_without_a_proper_address_is_refused(outside, found):
    outside.names["evil.example"] = found
    with pytest.raises(Refused, match="address"):
        request("http://evil.example/")
    assert outside.connected == []


def test_a_name_is_looked_up_once_and_only_the_judged_address_is_called(outside):
    """A name that is public when it is judged and private when it is called (rebinding)."""
    site = outside.site("evil.example", port=80)
    outside.names["evil.example"] = [[site.address], ["127.0.0.1"]]
    assert request("http://evil.example/").status == 200
    assert (outside.looked_up, outside.connected) == (["evil.example"], [(site.address, 80)])
    with pytest.raises(Refused, match="address"):
        request("http://evil.example/")
    assert outside.connected == [(site.address, 80)]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://93.184.216.34/", "93.184.216.34"),
        ("http://0x5db8d822/", "93.184.216.34"),
        ("http://93.184.55330/", "93.184.216.34"),
        ("http://[2606:4700::1111]/", "[2606:4700::1111]"),
        ("http://[64:ff9b::5db8:d822]/", "[64:ff9b::5db8:d822]"),
        ("http://Bücher.example/", "xn--bcher-kva.example"),
        ("http://ＢÜcher。example/", "xn--bcher-kva.example"),
        ("http://r3---a_b.EXAMPLE./", "r3---a_b.example"),
        ("http://xn--bcher-kva.example/", "xn--bcher-kva.example"),
    ],
)
def test_what_is_public_is_called_in_its_usual_spelling(outside, url, host):
    site = outside.site(host, port=80)
    for address in ("93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822"):
        outside.routes[address, 80] = site.port
    check_url(url)
    assert request(url).url == f"http://{host}/"
    assert site.asked[0].headers["host"] == host


def test_nothing_reaches_a_socket_that_listens_inside(monkeypatch, listener):
    """With the real resolver and real connections."""
    from core.http.network import INTERNET

    monkeypatch.setattr(client, "network", INTERNET)
    port = listener.getsockname()[1]
    for host in ("localhost", "127.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0", "0x7f.1"):
        with pytest.raises(Refused):
            request(f"http://{host}:{port}/", ports=(port,))
    # A name that leads there, as far as the system's resolver is concerned.
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", 0))])
    with pytest.raises(Refused, match="address"):
        request(f"http://inside.example:{port}/", ports=(port,))
    with pytest.raises(BlockingIOError):
        listener.accept()
