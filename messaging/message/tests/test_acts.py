"""Where an act on a message leads."""

import pytest

from messaging.message import actions
from messaging.message.acts import answer


@pytest.fixture
def said(lobby, bruno):
    return actions.post_message(lobby, bruno, "Hello", "n1")


@pytest.fixture
def leads_to(said, rf, bruno):
    """Return a function: where the answer to an act that came from `back` leads."""

    def lead(back):
        request = rf.post("/", {"back": back})
        request.htmx, request.user = False, bruno
        return answer(request, said, None)["Location"]

    return lead


def test_an_act_leads_back_to_the_message_in_the_page_that_it_came_from(leads_to, said, lobby):
    live = f"{lobby.get_absolute_url()}live/"
    assert leads_to(live) == f"{live}#message-{said.pk}"
    assert leads_to("") == said.get_absolute_url()


@pytest.mark.parametrize(
    "back",
    ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)", "x" * 3000, "a"],
)
def test_an_act_never_leads_to_another_site(leads_to, said, back):
    assert leads_to(back) == said.get_absolute_url()
