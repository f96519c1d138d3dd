"""Names, connections and certificates."""

import socket
import threading
import time

import pytest

from core.http import client, network
from core.http.client import Refused, Unreachable, request
from tests.certificates import server_context
from tests.outside import Reply


def test_the_next_address_is_tried_if_one_takes_no_connection(outside):
    site = outside.site("a.example")
    outside.names["a.example"] = ["2606:4700::1", "2606:4700::2", "93.184.216.9", site.address]
    assert request("https://a.example/").status == 200
    tried = [address for address, _port in outside.connected]
    assert tried == ["2606:4700::1", "93.184.216.9", "2606:4700::2", site.address]


def test_a_site_that_takes_no_connection_is_unreachable(outside):
    outside.names["a.example"] = ["93.184.216.9", "93.184.216.9"]
    with pytest.raises(Unreachable):
        request("https://a.example/")
    assert outside.connected == [("93.184.216.9", 443)]


def test_an_unknown_name_is_unreachable(outside):
    with pytest.raises(Unreachable):
        request("https://nowhere.example/")
    assert outside.looked_up == ["nowhere.example"]


@pytest.mark.parametrize("certificate_for", ["b.example", "93.184.216.34", "*.a.example"])
def test_a_certificate_for_another_name_is_refused(outside, certificate_for):
    site = outside.site("a.example", certificate_for=certificate_for)
    with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        request("https://a.example/", headers={"Authorization": "secret"})
    assert site.asked == []


def test_a_certificate_for_a_number_is_accepted(outside):
    site = outside.site("a.example", certificate_for="93.184.216.34")
    outside.routes["93.184.216.34", 443] = site.port
    assert request("https://93.184.216.34/").status == 200


def test_a_self_signed_certificate_is_refused(outside, monkeypatch):
    monkeypatch.setattr("tests.outside.server_context", lambda name: server_context(name, True))
    site = outside.site("a.example")
    with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        request("https://a.example/")
    assert site.asked == []


def test_the_authority_of_tests_is_not_trusted_in_production(outside, monkeypatch):
    ours = outside.network._replace(trust=network.trust)
    monkeypatch.setattr(client, "network", ours)
    site = outside.site("a.example")
    with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        request("https://a.example/")
    assert site.asked == []


def test_a_plain_server_on_the_port_of_tls_is_a_failure(outside, short):
    site = outside.site("a.example", port=443, tls=False)
    with pytest.raises(Unreachable):
        request("https://a.example/")
    assert site.asked == []


def test_a_server_that_does_not_shake_hands_is_given_up(outside, short, listener):
    outside.names["a.example"] = ["93.184.216.9"]
    outside.routes["93.184.216.9", 443] = listener.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(Unreachable):
        request("https://a.example/")
    assert time.monotonic() - began < 5


def test_the_reader_of_a_name_is_not_waited_for(outside, short, monkeypatch):
    """A resolver that hangs: its thread is not waited for, and ends when it answers."""
    monkeypatch.setattr(client, "network", outside.network._replace(look_up=network.look_up))
    go_on = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: go_on.wait(20) and [])
    began = time.monotonic()
    for _each in range(3):
        with pytest.raises(Unreachable):
            request("https://slow.example/")
    assert time.monotonic() - began < 15
    threads = [thread for thread in threading.enumerate() if thread.name == "lookup"]
    go_on.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_only_so_many_names_are_looked_up_at_once(monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: go_on.wait(20) and [])
    try:
        for _each in range(network.MAX_LOOKUPS + 5):
            with pytest.raises(TimeoutError):
                network.look_up("slow.example", 0.01)
        threads = [thread for thread in threading.enumerate() if thread.name == "lookup"]
        assert len(threads) == network.MAX_LOOKUPS
    finally:
        go_on.set()
    for thread in threads:
        thread.join(10)
    assert network.look_up("quick.example", 5) == []


def test_the_real_resolver_and_connections(listener):
    """`localhost`, which the client itself refuses."""
    assert "127.0.0.1" in network.look_up("localhost", 10)
    with pytest.raises(OSError, match=r"."):
        network.look_up("nowhere.invalid", 10)
    with network.connect("127.0.0.1", listener.getsockname()[1], 5) as connection:
        assert connection.getpeername() == listener.getsockname()


@pytest.mark.parametrize("name", ["localhost", "127.1", "0x7f000001", "example.com", "fe80::1%lo"])
def test_only_an_address_is_connected_to(name):
    with pytest.raises(OSError, match=r"."):
        network.connect(name, 80, 1)


def test_an_answer_is_read_over_tls(outside):
    outside.site("a.example", answer=Reply(200, b"x" * 300_000))
    assert len(request("https://a.example/").body) == 300_000


def test_nothing_is_sent_before_the_name_is_judged(outside):
    outside.names["a.example"] = ["93.184.216.9", "10.0.0.1"]
    with pytest.raises(Refused):
        request("https://a.example/", method="POST", body=b"secret")
    assert outside.connected == []
