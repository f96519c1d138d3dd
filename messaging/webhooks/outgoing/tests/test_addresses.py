"""Where nothing is sent: at saving, and at each delivery. Cases 47, 48 and 49."""

from ipaddress import ip_network

import pytest

from messaging.models import Attempt, OutgoingWebhook
from tests.outgoing.test_addresses import PRIVATE, SPELLINGS
from tests.outside import Reply

from .receivers import run

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = [
    "http://hooks.example/",
    "ftp://hooks.example/",
    "hooks.example",
    "https://",
    "x" * 3_000,
]
REFUSED += ["https://user:word@hooks.example/", "https://hooks.example:22/", "https://a b.example/"]
REFUSED += ["https://nowhere.example/", "javascript:alert(1)", "https://hooks.example\\@127.0.0.1/"]


@pytest.fixture
def save(client_of, ana, bot, lobby, errors):
    """Return a function that adds a webhook in the page; it returns the errors at its address."""

    def added(url):
        sent = {"url": url, "rooms": [lobby.pk], "events": ["posted"]}
        response = client_of(ana).post(f"/bots/{bot.pk}/webhooks/new/", sent)
        assert response.status_code == (302 if OutgoingWebhook.objects.exists() else 422)
        return errors(response).get("url", [])

    return added


def test_private_addresses_are_refused_at_saving(outside, save):
    """Case 47."""
    outside.names["hooks.example"] = ["93.184.216.34"]
    urls = [*REFUSED, *(f"https://{spelling}/" for spelling in SPELLINGS)]
    assert [url for url in urls if len(save(url)) != 1] == []
    assert not OutgoingWebhook.objects.exists() and outside.connected == []


def test_names_of_private_addresses_are_refused_at_saving(outside, save):
    for address in PRIVATE:
        for found in ([address], ["93.184.216.34", address]):
            outside.names["evil.example"] = found
            assert save("https://evil.example/") == ["This address is not on the public internet."]
    assert not OutgoingWebhook.objects.exists()


def test_private_addresses_are_refused_at_each_delivery(outside, lobby, bruno, receiver, say):
    """Case 47: however they came into the table."""
    urls = [url for url in REFUSED if len(url) < 2_000]
    urls += [f"https://{spelling}/" for spelling in SPELLINGS]
    say(lobby, bruno, "hello")
    for url in urls:
        OutgoingWebhook.objects.update(url=url)
        run(hours=1)
        OutgoingWebhook.objects.update(attempts=0, failing_since=None)
    refused = Attempt.objects.filter(status=None).values_list("error", flat=True)
    assert len(refused) == len(urls)
    assert set(refused) <= {"url", "scheme", "port", "address", "name"}
    assert (receiver.asked, outside.connected) == ([], [])


def test_rebinding(outside, lobby, bruno, receiver, say):
    """Case 48: a name that was public when it was saved, and leads inside later."""
    say(lobby, bruno, "one")
    run()
    outside.names["hooks.example"] = ["127.0.0.1"]
    say(lobby, bruno, "two")
    run()
    assert receiver.told() == [("posted", "one")]
    assert Attempt.objects.first().error == "address"
    assert [address for address, _port in outside.connected] == [receiver.site.address]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure(outside, lobby, bruno, receiver, say, status):
    """Case 49."""
    target = outside.site("elsewhere.example")
    for place in ("https://elsewhere.example/", "http://169.254.169.254/", "/in"):
        receiver.site.answer = Reply(status, headers={"Location": place})
        say(lobby, bruno, "hello")
        run(hours=1)
        assert Attempt.objects.first().error == "redirects"
    assert target.asked == [] and len(receiver.asked) == 3


@pytest.mark.parametrize(
    ("url", "addresses", "is_sent"),
    [
        ("http://10.1.2.3:8080/in", [], True),
        ("http://ci.corp.example:9000/in", ["10.1.2.3"], True),
        ("http://ci/in", ["10.1.2.3"], True),
        ("http://192.168.1.5/in", [], True),
        ("http://192.168.1.6/in", [], False),
        ("http://ci.corp.example/in", ["10.1.2.3", "192.168.1.6"], False),
        ("http://ci.corp.example/in", ["10.1.2.3", "93.184.216.34"], False),
        ("http://ci.corp.example/in", ["93.184.216.34"], False),
        ("https://ci.corp.example:9000/in", ["93.184.216.34"], False),
        ("http://[::ffff:10.1.2.3]/in", [], False),
        ("http://127.0.0.1/in", [], False),
        ("http://localhost/in", ["127.0.0.1"], False),
        ("http://169.254.169.254/in", [], False),
    ],
)
def test_the_own_networks_are_called_if_the_site_names_them(
    outside, lobby, bruno, receiver, say, settings, url, addresses, is_sent
):
    settings.WEBHOOKS_TO = [ip_network("10.0.0.0/8"), ip_network("192.168.1.5/32")]
    site = outside.site("plain.example", port=80)
    host = url.split("/")[2].partition(":")[0]
    outside.names[host] = addresses
    for address in ("10.1.2.3", "192.168.1.5", "192.168.1.6", "93.184.216.34", "127.0.0.1"):
        for port in (80, 8080, 9000):
            outside.routes[address, port] = site.port
    OutgoingWebhook.objects.update(url=url)
    say(lobby, bruno, "hello")
    run()
    assert (len(site.asked), Attempt.objects.get().is_success) == (int(is_sent), is_sent)


def test_without_the_variable_nothing_inside_is_called(outside, save):
    for url in ("https://10.1.2.3/", "http://10.1.2.3:8080/", "https://ci/"):
        assert len(save(url)) == 1


def test_https_of_the_public_internet_stays_as_it_is_beside_the_own_networks(
    outside, lobby, bruno, receiver, say, settings
):
    settings.WEBHOOKS_TO = [ip_network("10.0.0.0/8")]
    say(lobby, bruno, "hello")
    run()
    assert len(receiver.verified()) == 1


def test_an_answer_is_read_to_its_limit_and_thrown_away(lobby, bruno, receiver, say):
    receiver.site.answer = Reply(200, b"x" * 10_000_000)
    say(lobby, bruno, "hello")
    run()
    assert Attempt.objects.get().status == 200
