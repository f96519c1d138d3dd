"""The link of a message that gets a preview: the first bare one that leads elsewhere."""

import pytest

from messaging.markdown.rendering import render_body

from ..links import first_link

A = "https://a.example/"


@pytest.fixture(autouse=True)
def own_names(settings):
    settings.ALLOWED_HOSTS = ["chat.example", ".team.example", "[2606:4700::1]"]
    settings.SITE_URL = "https://tertulia.example"


OWN = [
    "https://tertulia.example/messages/7/",
    "http://TERTULIA.example.:8080/x",
    "https://chat.example",
    "https://a.team.example/",
    "https://team.example/",
    "https://[2606:4700::1]/",
    "https://ana:pass@chat.example/",
]


@pytest.mark.parametrize("own", OWN)
def test_a_link_to_this_site_is_passed_over(own):
    assert first_link(render_body(own)) == ""
    assert first_link(render_body(f"{own} and {A}")) == A


@pytest.mark.parametrize(
    "other",
    [A, "https://nochat.example/", "https://chat.example.org/", "https://x.example/chat.example"],
)
def test_another_site_is_another_site(other):
    assert first_link(render_body(other)) == other


def test_a_site_that_answers_to_every_name_knows_its_own_by_its_address(settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert first_link(render_body(f"https://tertulia.example/ {A}")) == A
    settings.SITE_URL = ""
    assert first_link(render_body(A)) == A


def test_a_link_that_is_too_long_is_passed_over():
    assert first_link(render_body(f"{A}{'x' * 2_000} {A}")) == A
