"""A text that a user typed before they had to log in again is shown to that user only."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django import forms
from django.core.cache import cache
from django.http import QueryDict
from django.urls import URLResolver, get_resolver, resolve
from django.utils import timezone
from django.utils.regex_helper import normalize

from conftest import PASSWORD
from tertulia.operations.htmx_errors import LOGINS, WITH_WORDS
from users.login import kept_forms
from users.models import Session, User
from users.sessions.store import LOGIN

TYPED = "Words that took an hour: ñ, <b>, 'quoted'"
VALUES = {"slug": "lobby", "pk": "1", "object_id": "1", "content_type_id": "1"}
AGAIN = "/accounts/reauthenticate/login/"


@pytest.fixture(autouse=True)
def uncounted(db):
    cache.clear()


def log_in(client, user, back="/"):
    fields = {"login": user.username, "password": PASSWORD, "next": back}
    return client.post("/accounts/login/", fields, follow=True)


@pytest.fixture
def ended(client, bruno, lobby):
    """A browser in which Bruno's session has ended."""
    log_in(client, bruno)
    Session.objects.filter(user=bruno).delete()
    return client


def back_of(response):
    return parse_qs(urlsplit(response["Location"]).query)["next"][0]


def addresses(resolver=None, prefix=""):
    """Yield a URL for every pattern of the URLconf."""
    for entry in (resolver or get_resolver()).url_patterns:
        for form, names in normalize(entry.pattern.regex.pattern)[:1]:
            values = {name: VALUES.get(name, "x") for name in names}
            address = prefix + form % values
            if isinstance(entry, URLResolver):
                yield from addresses(entry, address)
            else:
                yield f"/{address}".removesuffix("\\Z")


def resolves(address):
    try:
        return resolve(address)
    except Exception:
        return None


def shown_values(page):
    fields = page.select("#kept-form input:not([type=hidden]), #kept-form textarea")
    return {field["name"]: field.get("value") or field.text.strip("\n") for field in fields}


def test_every_address_that_takes_a_form_gives_it_back_after_the_login(ended, bruno, page):
    asked = 0
    for address in sorted(set(addresses())):
        match = resolves(address)
        if match is None or match.view_name in WITH_WORDS | LOGINS:
            continue
        cache.clear()
        response = ended.post(address, {"reason": TYPED})
        if response.status_code != 302 or "/accounts/login/?next=" not in response["Location"]:
            continue
        asked += 1
        shown = page(log_in(ended, bruno, back_of(response)))
        assert shown_values(shown) == {"reason": TYPED}, address
        assert shown.select_one("#kept-form")["action"] == address
        Session.objects.all().delete()
    assert asked > 60


def test_nothing_is_sent_before_its_button_is_pressed(ended, bruno, page):
    fields = {"display_name": "Bruno M.", "language": "es", "initial-language": "es"}
    back = back_of(ended.post("/profile/", fields))
    shown = page(log_in(ended, bruno, back))
    assert User.objects.get(pk=bruno.pk).display_name == ""
    assert shown_values(shown) == {"display_name": "Bruno M."}
    form = {field["name"]: field["value"] for field in shown.select("#kept-form input")}
    assert ended.post("/profile/", form).status_code == 302
    assert User.objects.get(pk=bruno.pk).display_name == "Bruno M."
    assert not page(ended.get("/profile/")).select("#kept-form")


def test_it_can_be_discarded(ended, bruno, page):
    back = back_of(ended.post("/profile/", {"display_name": TYPED}))
    discard = page(log_in(ended, bruno, back)).select_one("#discard")["action"]
    ended.post(discard)
    assert not page(ended.get("/profile/")).select("#kept-form")


def test_another_person_never_sees_it(ended, ana, bruno):
    back = back_of(ended.post("/profile/", {"display_name": TYPED}))
    assert "took an hour" not in log_in(ended, ana, back).text
    ended.post("/accounts/logout/")
    assert "took an hour" not in log_in(ended, bruno, back).text


@pytest.mark.parametrize("end", ["expired", "gone"])
def test_it_is_given_back_or_keyed_where_no_cookie_says_whose_it_is(
    client_of, bruno, ana, end, page
):
    client = client_of(bruno)
    if end == "expired":
        Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    else:
        Session.objects.all().delete()
    response = client.post("/profile/", {"display_name": TYPED})
    if end == "gone":
        assert (response.status_code, shown_values(page(response))) == (
            403,
            {"display_name": TYPED},
        )
    assert "took an hour" not in log_in(client, ana, "/profile/").text


def test_it_is_gone_after_a_logout_and_after_a_while(ended, bruno, monkeypatch):
    back = back_of(ended.post("/profile/", {"display_name": TYPED}))
    assert "took an hour" in log_in(ended, bruno, back).text
    monkeypatch.setattr(kept_forms, "LIFE", timedelta(0))
    assert "took an hour" not in ended.get(back).text
    monkeypatch.undo()
    ended.post("/accounts/logout/")
    assert "took an hour" not in log_in(ended, bruno, back).text


def test_what_is_too_long_to_wait_is_given_back_at_once(ended, page):
    long = "ñ" * kept_forms.MAX_BYTES
    for address in ("/profile/", "/rooms/lobby/settings/"):
        response = ended.post(address, {"topic": long})
        assert response.status_code == 403
        assert shown_values(page(response)) == {"topic": long}
        assert page(response).select_one('a[href^="/accounts/login/?next="]')


def test_a_message_that_is_too_long_to_wait_is_given_back_at_once(ended, page):
    response = ended.post("/rooms/lobby/messages/", {"body": "ñ" * 30_000, "nonce": "n"})
    assert page(response).select_one("textarea").text.strip() == "ñ" * 30_000


def test_a_long_search_comes_back_by_its_address(ended, bruno, page):
    back = back_of(ended.get("/search/", {"q": "word " * 15}))
    assert page(log_in(ended, bruno, back)).select_one("[name=q]")["value"].startswith("word word")


def all_forms(cls=forms.BaseForm):
    for form in cls.__subclasses__():
        yield form
        yield from all_forms(form)


def test_no_password_and_no_code_is_ever_kept():
    for form in all_forms():
        for name, field in getattr(form, "base_fields", {}).items():
            widget = field.widget
            if isinstance(widget, forms.PasswordInput) or "one-time" in str(widget.attrs):
                data = QueryDict(mutable=True)
                data.update({name: "secret", "reason": "x"})
                assert [kept.name for kept in kept_forms.fields_of(data)] == ["reason"], name


def test_what_is_kept_is_sealed(ended):
    ended.post("/profile/", {"display_name": TYPED})
    assert all("took an hour" not in row.session_data for row in Session.objects.all())


# Users without a password


@pytest.fixture
def old(client_of, bruno):
    """The browser of Bruno, who has no password and logged in some time ago."""
    bruno.set_unusable_password()
    bruno.save(update_fields=["password"])
    client = client_of(bruno)
    session = client.session
    session[LOGIN] = {"at": (timezone.now() - timedelta(hours=1)).isoformat()}
    session.save()
    return client


def asked_again(client, page):
    fields = {"action_add": "", "email": "new@example.com"}
    headers = {"referer": "http://testserver/profile/"}
    asked = client.post("/accounts/email/", fields, headers=headers)
    assert urlsplit(asked["Location"]).path == AGAIN
    return page(client.get(asked["Location"])).select_one("#log-out")


def test_who_logs_out_to_log_in_again_finds_it_again(old, bruno, page):
    form = asked_again(old, page)
    fields = {"next": form.select_one("[name=next]")["value"]}
    left = old.post(form["action"], fields, follow=True)
    assert left.redirect_chain[-1][0] == "/accounts/login/?next=/profile/"
    assert "_auth_user_id" not in old.session
    old.force_login(bruno)
    shown = page(old.get("/profile/"))
    assert shown_values(shown) == {"email": "new@example.com"}
    assert shown.select_one("#kept-form")["action"] == "/accounts/email/"


def test_who_comes_back_from_the_provider_finds_it_again(old, bruno, page):
    asked_again(old, page)
    old.force_login(bruno)  # the same session goes on
    assert shown_values(page(old.get("/profile/"))) == {"email": "new@example.com"}


def test_another_person_who_logs_in_there_does_not(old, ana, page):
    form = asked_again(old, page)
    old.post(form["action"], {"next": "/profile/"})
    assert "new@example.com" not in log_in(old, ana, "/profile/").text
