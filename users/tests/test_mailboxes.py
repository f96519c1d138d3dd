"""One mailbox is one account, however its address is typed."""

import unicodedata

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.mailboxes import normalize_email
from tertulia.accounts.oidc_claims import claims_of
from users import actions
from users.models import User

LOCALS = ["clara", "clara.b+x", "o'hara"]
DOMAINS = [
    "münchen.example",
    "example.com",
    "straße.example",
    "例え.テスト",
    "mail.ångström.example",
]
SPELLINGS = [
    "ana@münchen.example",
    "ana@mu\u0308nchen.example",
    "ANA@xn--MNCHEN-3ya.Example",
    "ana@münchen.example.",
    "ａｎａ＠ｍünchen．ｅｘａｍｐｌｅ",
    "ana@münchen。example。",
    "ana@mün\u00adchen.example",
    '"ana"@münchen.example',
    '"a\\na"@münchen.example',
    "\u00a0ana@münchen.example\u3000",
]
STORED = "ana@xn--mnchen-3ya.example"
IMPOSSIBLE = [
    "nowhere",
    "@example.com",
    "ana@",
    "ana@example..com",
    "ana@ex_ample.com",
    "ana@-example.com",
    "ana@xn--zz.example",
    f"ana@{'ü' * 70}.example",
    f"ana@{'a' * 64}.example",
    f"ana@{'a.' * 130}com",
    f"{'a' * 65}@example.com",
    f"{'a' * 5000}@example.com",
    "ana@\u2488com.example",
    "josé@example.com",
    "\u017fana@example.com",
    "ana@\ud800.example",
    "\ud800@example.com",
    "a\x00na@example.com",
    '"a b"@example.com',
    "ana@[127.0.0.1]",
]
TYPED_IMPOSSIBLE = [
    text for text in IMPOSSIBLE if "\ud800" not in text
]  # a form cannot send a lone surrogate
FRESH = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def uncounted(db):
    cache.clear()


@st.composite
def mailboxes(draw):
    """Two spellings of one address."""
    address = f"{draw(st.sampled_from(LOCALS))}@{draw(st.sampled_from(DOMAINS))}"
    return draw(spellings_of(address)), draw(spellings_of(address))


@st.composite
def spellings_of(draw, address):
    local, domain = address.split("@")
    local = draw(st.sampled_from([local, local.upper(), wide(local), f'"{local}"']))
    ascii_domain = normalize_email(address).partition("@")[2]
    domain = draw(st.sampled_from([domain, ascii_domain, ascii_domain.upper(), wide(domain)]))
    domain = unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), domain)
    at, dot = draw(st.sampled_from("@＠")), draw(st.sampled_from(["", ".", "。", "．"]))
    return f"{local}{at}{domain}{dot}"


def wide(text):
    return "".join(chr(ord(a) + 0xFEE0) if "!" <= a <= "~" else a for a in text)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_has_one_form(spelling):
    assert normalize_email(spelling) == STORED


@FRESH
@given(mailboxes())
def test_all_spellings_have_one_form_that_stays(pair):
    forms = {normalize_email(spelling) for spelling in pair}
    assert len(forms) == 1 and {normalize_email(form) for form in forms} == forms


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_what_cannot_be_an_address_is_refused(text):
    with pytest.raises(ValidationError):
        normalize_email(text)


@FRESH
@given(st.text(max_size=300) | st.builds("{}@{}".format, st.text(), st.text()))
def test_any_text_is_an_address_or_refused(text):
    try:
        email = normalize_email(text)
    except ValidationError:
        return
    assert email.isascii() and len(email) <= 254 and normalize_email(email) == email


def is_in(client):
    return "_auth_user_id" in client.session


@FRESH
@given(mailboxes())
def test_every_spelling_logs_in_and_none_signs_up_again(workspace, account, log_in, pair):
    cache.clear()
    with transaction.atomic():
        first, second = pair
        Client().post("/accounts/signup/", account("clara", email=first))
        Client().post("/accounts/signup/", account("diana", email=second))
        client = Client()
        log_in(client, second)
        assert is_in(client)
        assert sorted(User.objects.values_list("username", flat=True)) == ["ana", "clara"]
        transaction.set_rollback(True)


@FRESH
@given(mailboxes())
def test_two_people_never_get_one_address_in_two_spellings(ana, bruno, client_of, settings, pair):
    cache.clear()
    settings.EMAIL_URL = ""
    with transaction.atomic():
        for person, email in zip((ana, bruno), pair, strict=True):
            client = client_of(User.objects.get(pk=person.pk))
            client.post("/accounts/email/", {"action_add": "", "email": email})
        emails = {normalize_email(pair[0]), "bruno@example.com"}
        assert set(User.objects.values_list("email", flat=True)) == emails
        assert set(EmailAddress.objects.values_list("email", flat=True)) <= emails
        transaction.set_rollback(True)


@pytest.fixture
def clara(workspace):
    return User.objects.create_user("clara", STORED, "correct horse")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_way_to_make_an_account_makes_a_second(clara, invite, account, client, spelling):
    client.post(invite(), account("diana", email=spelling))
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("diana", spelling, "correct horse")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(username="diana", username_key="diana", email=spelling)])
    with pytest.raises(CommandError):
        call_command("createsuperuser", interactive=False, username="clara", email=spelling)
    assert not User.objects.filter(username="diana").exists()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_update_and_no_administrator_makes_a_second(clara, bruno, ana, client_of, spelling):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=bruno.pk).update(email=spelling)
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.change_email(bruno, spelling)
    fields = {"username": "bruno", "display_name": "", "email": spelling}
    page = client_of(ana).post(f"/admin/users/user/{bruno.pk}/change/", fields)
    assert "already has an account" in page.text
    assert User.objects.get(pk=bruno.pk).email == "bruno@example.com"


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_first_run_stores_the_one_form(client, db, account, spelling):
    filled = account("ana", email=spelling) | {"workspace": "Casa", "signup": "open"}
    client.post("/setup/", filled)
    assert User.objects.get().email == STORED


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_administrator_may_write_the_same_mailbox_otherwise(clara, ana, client_of, spelling):
    fields = {"username": "clara", "display_name": "", "email": spelling}
    client_of(ana).post(f"/admin/users/user/{clara.pk}/change/", fields)
    clara.refresh_from_db()
    assert clara.email == STORED and clara.email_changed_at is None


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_mail_that_lets_in_goes_to_the_stored_form(clara, client, mail_server, spelling):
    clara.emailaddress_set.create(email=STORED, verified=True, primary=True)
    for address in ("/accounts/password/reset/", "/accounts/login/code/"):
        client.post(address, {"email": spelling})
        assert mail_server[-1].to == [STORED]
    reset, code = (mail.body for mail in mail_server)
    assert "/password/reset/key/" in reset and "clara" in code + reset


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_person_is_found_by_any_spelling(clara, ana, client_of, spelling):
    assert clara in User.objects.searched(spelling)
    assert clara in User.objects.searched("MÜNCHEN.example")
    found = client_of(ana).get("/admin/users/user/", {"q": spelling})
    assert f"/admin/users/user/{clara.pk}/" in found.text


def test_all_spellings_count_for_one_limit(clara, client, log_in):
    codes = [log_in(client, spelling, "wrong").status_code for spelling in SPELLINGS]
    assert codes[0] in (200, 422) and codes[-1] == 429


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_claim_is_normalized(spelling):
    claims = claims_of({"sub": "1"}, {"sub": "1", "email": spelling, "email_verified": True})
    assert claims["email"] == STORED
    # Full-width letters may be those of another mailbox at the provider's.
    assert claims["email_verified"] is not any("\uff00" < letter < "\uff5f" for letter in spelling)


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_an_invalid_address_in_a_claim_is_ignored(text):
    claims = claims_of({"sub": "1"}, {"sub": "1", "email": text, "email_verified": True})
    assert claims["email"] is None and claims["email_verified"] is False


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_single_sign_on_makes_no_second_account(clara, client, issuer, return_from, spelling):
    issuer.person = issuer.person | {"email": spelling}
    asked = return_from(client)
    client.post(asked.headers["Location"], {"username": "diana", "email": spelling})
    assert User.objects.get(email=STORED) == clara
    assert not User.objects.filter(username="diana").exists()


@pytest.mark.parametrize("text", ["\ud800@example.com", f"ana@{'ü' * 70}.example"])
def test_single_sign_on_asks_for_an_address_if_it_sends_none(
    workspace, client, issuer, return_from, text
):
    issuer.person = issuer.person | {"email": text}
    assert client.get(return_from(client).headers["Location"]).status_code == 200


@pytest.mark.parametrize("text", TYPED_IMPOSSIBLE)
def test_every_form_refuses_it_with_an_error(ana, client, client_of, account, errors, text):
    own = client_of(ana)
    answers = [
        client.post("/accounts/signup/", account("clara", email=text)),
        own.post("/accounts/email/", {"action_add": "", "email": text}),
    ]
    for answer in answers:
        assert answer.status_code == 422 and errors(answer)["email"]
    assert not User.objects.filter(username="clara").exists()


@pytest.mark.parametrize("text", TYPED_IMPOSSIBLE)
def test_it_neither_logs_in_nor_receives_mail(client, ana, mail_server, log_in, text):
    assert log_in(client, text).status_code < 500
    for address in ("/accounts/password/reset/", "/accounts/login/code/"):
        assert client.post(address, {"email": text}).status_code == 422
    assert not mail_server


@pytest.mark.parametrize("text", TYPED_IMPOSSIBLE)
def test_the_command_refuses_it_too(db, text):
    with pytest.raises(CommandError):
        call_command("createsuperuser", interactive=False, username="ana", email=text)
