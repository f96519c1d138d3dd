"""What a token is, who may make and revoke one, and when it works."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core import read_only
from users.actions import deactivate, end_other_sessions
from users.audit import AuditEntry
from users.bots.actions import make_bot
from users.models import Token
from users.tokens.actions import make_token, revoke_token
from users.tokens.queries import note_use, token_for, usable_among
from users.tokens.tokens import looks_valid, new_token


@pytest.fixture
def token(bruno):
    return make_token(bruno, "Deploys", ["read", "write"], by=bruno)


def test_a_token_has_a_prefix_and_a_checksum():
    token = new_token()
    assert token.startswith("tertulia_pat_") and len(token) == 13 + 36
    assert looks_valid(token)
    assert token != new_token()


def test_the_form_of_tokens_never_changes():
    """Those that programs hold must go on working."""
    assert looks_valid("tertulia_pat_" + "0" * 30 + "2C8GjS")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text[:-1],
        lambda text: text + "A",
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text[:20] + ("A" if text[20] != "A" else "B") + text[21:],
        lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
        lambda text: text.upper(),
        lambda text: text.replace("tertulia_pat_", "ghp_"),
        lambda text: text[:13] + "٣" + text[14:],
        lambda text: text[:13] + "\0" + text[14:],
        lambda text: "tertulia_pat_" + "é" * 36,
    ],
)
def test_a_wrong_checksum_costs_no_query(token, change, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert token_for(change(token[1])) is None


def test_a_token_is_found_with_its_user_in_one_query(token, bruno, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = token_for(token[1])
        assert (found.user, found.user.owner) == (bruno, None)
    assert found.allows("read") and found.allows("write") and not found.allows("manage")


def test_a_well_formed_token_that_nobody_made_is_unknown(token):
    assert token_for(new_token()) is None


def test_only_its_hash_and_first_letters_are_stored(token):
    row, secret = token
    values = [str(value) for value in Token.objects.filter(pk=row.pk).values_list()[0]]
    assert not any(secret in value or secret[20:] in value for value in values)
    assert secret.startswith(row.start) and len(row.start) == 19


def test_a_revoked_token_does_not_work(token, bruno):
    revoke_token(token[0], by=bruno)
    assert token_for(token[1]) is None and usable_among([token[0].pk]) == set()


def test_revoking_twice_is_logged_once(token, bruno):
    for _attempt in range(2):
        revoke_token(token[0], by=bruno)
    assert AuditEntry.objects.filter(act="token_revoked").count() == 1


def test_an_expired_token_does_not_work(bruno):
    soon = timezone.now() + timedelta(minutes=1)
    row, secret = make_token(bruno, "Soon", ["read"], expires_at=soon)
    assert token_for(secret) == row
    Token.objects.filter(pk=row.pk).update(expires_at=timezone.now())
    assert token_for(secret) is None


def test_deactivation_revokes_the_tokens_of_people_and_of_their_bots(token, bruno, ana):
    bot = make_bot(bruno, "ci")
    _row, of_bot = make_token(bot, "CI", ["read"], by=bruno)
    assert token_for(of_bot).user.owner == bruno
    deactivate(bruno, by=ana)
    assert (token_for(token[1]), token_for(of_bot)) == (None, None)
    assert not Token.objects.filter(revoked_at=None).exists()


def test_logging_out_everywhere_revokes_tokens(token, bruno, client_of):
    session = client_of(bruno).session
    end_other_sessions(bruno, session.stored_key)
    assert token_for(token[1]) is None


def test_nobody_makes_a_token_of_somebody_else(bruno, ana, eve):
    for by in (ana, eve):
        with pytest.raises(PermissionDenied):
            make_token(bruno, "Spy", ["read"], by=by)


def test_a_bots_tokens_are_made_by_its_owner_and_administrators(bruno, ana, eve):
    bot = make_bot(bruno, "ci")
    make_token(bot, "One", ["read"], by=bruno)
    make_token(bot, "Two", ["read"], by=ana)
    for by in (eve, bot):
        with pytest.raises(PermissionDenied):
            make_token(bot, "Three", ["read"], by=by)


def test_a_token_is_revoked_by_its_holder_and_administrators_only(token, bruno, ana, eve):
    with pytest.raises(PermissionDenied):
        revoke_token(token[0], by=eve)
    assert token_for(token[1])
    revoke_token(token[0], by=ana)
    assert token_for(token[1]) is None


def test_the_last_use_is_noted_every_ten_minutes(token):
    note_use(token[0], "192.0.2.7")
    row = Token.objects.get()
    assert row.used_from == "192.0.2.7" and row.used_at
    note_use(row, "192.0.2.8")
    note_use(token[0], "192.0.2.8")  # read before the first use was noted
    assert Token.objects.get().used_from == "192.0.2.7"
    Token.objects.update(used_at=timezone.now() - timedelta(minutes=11))
    note_use(Token.objects.get(), None)
    assert Token.objects.get().used_from == ""


def test_a_read_only_request_notes_no_use(token):
    with read_only.enforced("HEAD"):
        note_use(token[0], "192.0.2.7")
    assert Token.objects.get().used_at is None


def test_the_log_names_tokens_but_never_tells_them(token, bruno):
    revoke_token(token[0], by=bruno)
    details = list(AuditEntry.objects.values_list("act", "detail"))
    assert details == [("token_made", "Deploys (read write)"), ("token_revoked", "Deploys")]
