"""Slow connections get enough time, and nothing waits for ever for a server that is silent."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CUT = ("WebSocket connection to", "htmx:ws:error", "net::ERR_", "htmx:error")
SLOW = 3  # seconds, in each direction
SOON = 90_000  # milliseconds


@pytest.fixture
def ana(visitor, line, meet):
    ana = visitor("ana", line)
    ana.forgive(*CUT)
    ana.log_in()
    meet(ana)
    ana.is_connected()
    return ana


def send(ana, text):
    ana.write(text)
    ana.composer.press("Enter")
    expect(ana.composer).to_have_value("")


def test_a_socket_that_is_slow_to_open_is_given_its_time(ana, line):
    line.swallows_posts = True  # only a socket can deliver the message
    line.cut_sockets()
    line.delay, line.has_sockets = SLOW, True
    sockets = len(line.sockets)
    send(ana, "patience")
    expect(ana.bodies).to_have_text(["patience"], timeout=SOON)
    assert len(line.sockets) - sockets <= 3


def test_a_socket_whose_answers_are_slow_is_kept(ana, line):
    line.delay, line.swallows_posts = SLOW, True
    sockets = len(line.sockets)
    for texts in (["one"], ["one", "two"], ["one", "two", "three"]):
        send(ana, texts[-1])
        expect(ana.bodies).to_have_text(texts, timeout=SOON)
    assert len(line.sockets) - sockets <= 1  # on a busy machine one attempt may time out


def test_a_server_that_says_nothing_is_asked_more_and_more_rarely(visitor, server, meet):
    ana, sockets, posts = visitor("ana", server), [], []
    ana.forgive(*CUT)
    ana.log_in()
    path = meet(ana)
    ana.page.clock.install()
    ana.page.route_web_socket("**/ws/**", lambda socket: sockets.append(socket))
    ana.page.route("**/messages/", lambda post: posts.append(post))
    ana.goto(path)
    while not sockets:
        ana.page.wait_for_timeout(50)
    send(ana, "patience")
    for _minute in range(5):
        ana.page.clock.run_for(60_000)
    assert 3 <= len(sockets) <= 8
    assert 2 <= len(posts) <= 11


def test_a_post_that_nobody_answers_is_given_up_and_repeated(ana, line):
    line.cut_sockets()
    line.swallows_posts = True
    ana.page.locator("#compose").evaluate(
        "form => form.setAttribute('hx-config', form.getAttribute('hx-config').replace(30, 2))"
    )
    send(ana, "once")
    while not line.posts:
        ana.page.wait_for_timeout(50)
    line.swallows_posts = False
    expect(ana.bodies).to_have_text(["once"], timeout=SOON)


def test_a_post_that_nobody_answers_does_not_hold_the_socket_up(ana, line):
    line.cut_sockets()
    line.swallows_posts = True
    send(ana, "once")
    while not line.posts:
        ana.page.wait_for_timeout(50)
    line.has_sockets = True
    expect(ana.bodies).to_have_text(["once"], timeout=SOON)
