"""Scheduling a message: from the composer to its page, and what it refuses."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from messaging.drafts.models import Draft
from messaging.message.actions import post_message
from messaging.message.models import BODY_LIMIT, Message
from messaging.scheduled.actions import schedule_message
from messaging.scheduled.models import MAX_SCHEDULED, Scheduled
from rooms.actions import archive_room, join_room
from rooms.moderation.actions import mute_member
from users.models import User


def in_hours(hours):
    """Return what a field for a time holds, in UTC, which the people of the tests live in."""
    return f"{timezone.now() + timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def fields(**changes):
    return {"body": "Good morning", "nonce": "n", "at": in_hours(5), **changes}


@pytest.fixture
def bruno_at(client_of, bruno, lobby):
    return client_of(bruno)


PAGE = "/rooms/lobby/scheduled/"


@pytest.mark.parametrize("address", ["messages", "compose"])
def test_send_later_leads_from_the_composer_to_a_page_with_the_text(bruno_at, address, page):
    written = {"body": "Good *morning*\nall", "nonce": "abc", "draft": "", "later": "Send later"}
    answer = bruno_at.post(f"/rooms/lobby/{address}/", written)
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    asked = page(bruno_at.get(PAGE))
    assert asked.select_one("#schedule [name=body]").text.strip() == "Good *morning*\nall"
    assert asked.select_one("#schedule [name=draft]")["value"] == "abc"
    assert asked.select_one("#schedule [name=at]")["type"] == "datetime-local"
    assert Message.objects.count() == Scheduled.objects.count() == 0


def test_send_later_with_nothing_written_leads_to_a_page_to_write_on(bruno_at, page):
    answer = bruno_at.post("/rooms/lobby/messages/", {"body": "", "nonce": "a", "later": "x"})
    assert (answer.status_code, answer["Location"]) == (303, PAGE)
    assert page(bruno_at.get(PAGE)).select_one("[name=body]").text.strip() == ""


def test_a_text_too_long_to_be_kept_stays_in_the_composer(bruno_at, page):
    written = {"body": "x" * 20_001, "nonce": "abc", "later": "Send later"}
    answer = bruno_at.post("/rooms/lobby/messages/", written)
    assert answer.status_code == 422
    assert len(page(answer).select_one("#body").text.strip()) == 20_001


def test_a_scheduled_message_empties_the_draft_and_is_announced(bruno_at, bruno, lobby, page):
    bruno_at.post("/rooms/lobby/messages/", {"body": "Hi", "nonce": "abc", "later": "x"})
    answer = bruno_at.post(PAGE, fields(body="Hi", draft="abc"))
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/lobby/#compose")
    assert Draft.objects.of(bruno, lobby) is None
    shown = page(bruno_at.get("/rooms/lobby/"))
    assert "Your message will be sent" in shown.select_one(".alert-success").text
    assert shown.select_one("#body").text.strip() == ""
    line = shown.select_one("#compose .composer-scheduled a")
    assert (line.text.strip(), line["href"]) == ("1 message is scheduled", "/scheduled/")
    assert Message.objects.count() == 0


def test_the_line_is_in_its_room_alone_and_for_its_author_alone(
    bruno_at, client_of, ana, bruno, den, page
):
    bruno_at.post(PAGE, fields())
    assert page(bruno_at.get("/rooms/den/")).select(".composer-scheduled") == []
    assert page(client_of(ana).get("/rooms/lobby/")).select(".composer-scheduled") == []
    assert page(client_of(ana).get("/scheduled/")).select(".scheduled") == []
    assert page(bruno_at.get("/rooms/lobby/compose/")).select_one(".composer-scheduled a")


def test_a_room_costs_no_query_for_who_has_nothing_scheduled(
    client_of, ana, bruno, lobby, django_assert_num_queries
):
    client = client_of(ana)
    client.get("/rooms/lobby/")
    with django_assert_num_queries(5) as queries:
        client.get("/rooms/lobby/")
    assert not any("messaging_scheduled" in query["sql"] for query in queries)


def test_a_form_that_is_sent_again_with_another_text_schedules_both(bruno_at, den):
    for room, body in (("lobby", "One"), ("lobby", "Two"), ("den", "One"), ("den", "One")):
        answer = bruno_at.post(f"/rooms/{room}/scheduled/", fields(body=body))
        assert answer.status_code == 303
    kept = Scheduled.objects.order_by("pk").values_list("room__slug", "body")
    assert list(kept) == [("lobby", "One"), ("lobby", "Two"), ("den", "One")]


def test_a_form_that_is_sent_again_with_another_time_changes_the_time(bruno_at):
    for hours in (5, 7):
        bruno_at.post(PAGE, fields(at=in_hours(hours)))
    kept = Scheduled.objects.get()
    assert f"{kept.send_at:%Y-%m-%dT%H:%M}" == f"{kept.due_at:%Y-%m-%dT%H:%M}" == in_hours(7)


def test_sending_the_form_twice_schedules_once(bruno_at):
    assert bruno_at.post(PAGE, fields()).status_code == 303
    assert bruno_at.post(PAGE, fields()).status_code == 303
    assert Scheduled.objects.count() == User.objects.get(username="bruno").scheduled == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"at": in_hours(-1)}, "This time has passed already."),
        ({"at": in_hours(24 * 367)}, "Choose a time within a year from now."),
        ({"at": "tomorrow"}, "Write a day and a time like this: 2026-11-27 09:30."),
        ({"at": ""}, "Choose a day and a time."),
        ({"_at:2020-01-01T09:00": "x"}, "This time has passed already."),
        ({"_at:nonsense": "x"}, "Write a day and a time like this: 2026-11-27 09:30."),
        ({"body": "  "}, "Write something first."),
        ({"body": "\u200b"}, "Write something first."),
        ({"body": "x" * (BODY_LIMIT + 1)}, "Too long by 1 character."),
        ({"nonce": "x" * 65}, "Ensure this value has at most 64 characters (it has 65)."),
    ],
)
def test_bad_input_is_refused_and_kept(bruno_at, page, changes, sentence):
    sent = fields(body="Good morning & all", draft="abc") | changes
    answer = bruno_at.post(PAGE, sent)
    asked = page(answer)
    assert answer.status_code == 422
    assert sentence in [
        error.text.strip() for error in asked.select(".field-errors li, .alert p, .alert")
    ]
    assert asked.select_one("[name=body]").text.strip() == sent["body"].strip()
    assert asked.select_one("[name=draft]")["value"] == "abc"
    if not any(name.startswith("_at") for name in changes):
        assert asked.select_one("[name=at]").get("value", "") == sent["at"]
    assert Scheduled.objects.count() == 0


def test_each_button_names_a_time(bruno_at, page):
    asked = page(bruno_at.get(PAGE))
    buttons = [button["name"] for button in asked.select("[type=submit][name^=_at]")]
    assert buttons[0] == "_at:hour" and 2 <= len(buttons) <= 4
    for number, name in enumerate(buttons):
        sent = fields(nonce=f"n{number}", at="") | {name: "x"}
        assert bruno_at.post(PAGE, sent).status_code == 303
    times = Scheduled.objects.order_by("pk").values_list("send_at", flat=True)
    wait = times[0] - timezone.now()
    assert timedelta(minutes=59) < wait <= timedelta(minutes=61)
    assert [f"_at:{at:%Y-%m-%dT%H:%M}" for at in times[1:]] == buttons[1:]


def test_the_time_is_in_the_persons_zone_and_a_skipped_hour_is_said(client_of, bruno, lobby, page):
    User.objects.filter(pk=bruno.pk).update(time_zone="Europe/Madrid")
    year = timezone.now().year + (timezone.now().month > 3)
    last_sunday = max(
        day for day in range(25, 32) if timezone.datetime(year, 3, day).weekday() == 6
    )
    client = client_of(bruno)
    client.post(PAGE, fields(at=f"{year}-03-{last_sunday}T02:30"))
    said = page(client.get("/rooms/lobby/")).select_one(".alert-success").text
    assert "2:30 AM does not exist: it is 3:00 AM instead." in " ".join(said.split())
    assert f"{Scheduled.objects.get().send_at:%H:%M}" == "01:00"


def test_at_most_fifty_a_person(bruno_at, bruno, lobby, page):
    later = timezone.now() + timedelta(days=1)
    Scheduled.objects.bulk_create(
        Scheduled(author=bruno, room=lobby, body="x", nonce=str(n), send_at=later, due_at=later)
        for n in range(MAX_SCHEDULED)
    )
    answer = bruno_at.post(PAGE, fields())
    assert answer.status_code == 422
    assert "You have 50 scheduled messages already" in page(answer).select_one(".alert-error").text
    assert page(answer).select_one("[name=body]").text.strip() == "Good morning"
    Scheduled.objects.first().delete()
    assert bruno_at.post(PAGE, fields()).status_code == 303


def test_who_cannot_post_cannot_schedule(client_of, ana, bruno, eve, lobby, bruno_at):
    assert client_of(eve).post(PAGE, fields()).status_code == 403
    mute_member(lobby.membership_of(bruno), ana, 60)
    assert bruno_at.post(PAGE, fields()).status_code == 403
    join_room(lobby, eve)
    archive_room(lobby)
    assert client_of(eve).get(PAGE).status_code == 403
    assert Scheduled.objects.count() == 0


def test_who_was_muted_meanwhile_cannot_schedule(ana, bruno, lobby):
    membership = lobby.membership_of(bruno)
    mute_member(lobby.membership_of(bruno), ana, 60)
    with pytest.raises(PermissionDenied):
        schedule_message(membership, "x", timezone.now(), "n")
    assert Scheduled.objects.count() == 0


def test_a_text_kept_over_a_login_does_not_come_back_once_it_is_scheduled(bruno_at, page):
    session = bruno_at.session
    kept = {
        "address": "/rooms/lobby/",
        "text": "Hi",
        "person": "",
        "at": timezone.now().isoformat(),
    }
    session["kept_words"] = kept
    session.save()
    assert page(bruno_at.get("/rooms/lobby/")).select_one("#body").text.strip() == "Hi"
    bruno_at.post("/rooms/lobby/messages/", {"body": "Hi you", "nonce": "abc", "later": "x"})
    assert page(bruno_at.get(PAGE)).select_one("[name=body]").text.strip() == "Hi you"
    bruno_at.post(PAGE, fields(body="Hi you", draft="abc"))
    assert page(bruno_at.get("/rooms/lobby/")).select_one("#body").text.strip() == ""


def test_a_reply_stays_a_reply(bruno_at, ana, bruno, lobby, page):
    question = post_message(lobby, ana, "Lunch at *one*?", "q")
    written = {"body": "Yes", "nonce": "a", "reply_to": question.pk, "later": "x"}
    asked = page(bruno_at.get(bruno_at.post("/rooms/lobby/messages/", written)["Location"]))
    assert " ".join(asked.select_one(".scheduled-answers").text.split()) == (
        "Replying to ana: Lunch at one?"
    )
    hidden = asked.select_one("#schedule [name=reply_to]")["value"]
    bruno_at.post(PAGE, fields(body="Yes", draft="a", reply_to=hidden))
    assert Scheduled.objects.get().reply_to == question
    assert "Lunch at one?" in page(bruno_at.get("/scheduled/")).select_one(".scheduled").text


@pytest.mark.parametrize("asked", ["-1", "999", "9" * 18, "1e3", "x", "٣"])
def test_a_reply_to_what_is_not_there_is_refused_and_the_text_kept(bruno_at, page, asked):
    answer = bruno_at.post(PAGE, fields(reply_to=asked))
    assert answer.status_code == 422
    assert page(answer).select_one(".field-errors").text.strip() == "That message is not here."
    assert page(answer).select_one("[name=body]").text.strip() == "Good morning"


def test_a_reply_to_a_message_of_another_room_shows_nothing_of_it(bruno_at, ana, den):
    secret = post_message(den, ana, "Secret", "s")
    answer = bruno_at.post(PAGE, fields(reply_to=secret.pk))
    assert answer.status_code == 422
    assert "Secret" not in answer.text + bruno_at.get(f"{PAGE}?reply={secret.pk}").text
