"""What real programs send is shown whole, whether they choose "Slack" or "webhook"."""

import pytest
from bs4 import BeautifulSoup

from .hooked import answered
from .payloads import PAYLOADS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("program", PAYLOADS)
def test_a_real_payload_is_shown(hook, program):
    payload, texts = PAYLOADS[program]
    assert answered(hook.post(payload)) == (200, "ok")
    shown = " ".join(BeautifulSoup(hook.last.body_html, "html.parser").get_text(" ").split())
    shown = shown.replace(" :", ":").replace(" ]", "]").replace(" )", ")").replace("( ", "(")
    assert [text for text in texts if text not in shown] == [], shown
    assert "**" not in shown and "](" not in shown and "<http" not in shown


@pytest.mark.parametrize("program", PAYLOADS)
def test_nulls_anywhere_are_no_failure(hook, program):
    payload, _texts = PAYLOADS[program]
    for sent in with_a_null(payload):
        assert hook.post(sent).content in (b"ok", b"no_text"), sent


def with_a_null(value):
    """Yield copies of `value`, each with null in the place of another part."""
    places = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in list(places):
        yield replaced(value, key, None)
        if isinstance(part, dict | list):
            for inner in with_a_null(part):
                yield replaced(value, key, inner)


def replaced(value, key, part):
    copy = value.copy()
    copy[key] = part
    return copy


def test_links_lead_where_the_program_said(hook):
    hook.post(PAYLOADS["Alertmanager"][0])
    page = BeautifulSoup(hook.last.body_html, "html.parser")
    links = {link.text: link["href"] for link in page.select("a")}
    assert links == {
        "[FIRING:1] HighLatency (api prod)": "https://alerts.example.com/#/alerts?receiver=slack",
        "Runbook": "https://runbooks.example.com/1",
    }
