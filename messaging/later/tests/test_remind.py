"""/remind keeps a note, or the answered message, for a time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone

from messaging.later import actions
from messaging.later.times import time_in
from messaging.message.submit import submit
from messaging.models import Saved
from rooms.models import Room
from users.clock.zones import zone_named

NOW = datetime(2026, 11, 26, 10, 0, 30, tzinfo=UTC)  # a Thursday


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def remind(lobby, bruno):
    """Return a function: what Bruno's /remind leads to."""

    def send(rest, nonce="n", room=lobby, **fields):
        data = {"body": f"/remind {rest}", "nonce": nonce, **fields}
        return submit(room.membership_of(bruno), data)

    return send


TIMES = {
    "in 20 minutes": "26 10:21",
    "in 1 hour": "26 11:01",
    "in an hour": "26 11:01",
    "in 3 days": "29 10:00",
    "in 1 week": "03 10:00",
    "today at 15:00": "26 15:00",
    "at 15:00": "26 15:00",
    "at 9:30": "27 09:30",
    "at 3pm": "26 15:00",
    "at 12 am": "27 00:00",
    "this evening": "26 18:00",
    "tomorrow": "27 09:00",
    "Tomorrow at 15:00": "27 15:00",
    "tomorrow 15:00": "27 15:00",
    "at 15:00 tomorrow": "27 15:00",
    "Monday": "30 09:00",
    "on Thursday": "03 09:00",
    "on Thursday at 18:00": "26 18:00",
    "2026-11-28 09:30": "28 09:30",
    "2026-11-28 at 9:30": "28 09:30",
    "en 20 minutos": "26 10:21",
    "dentro de una hora": "26 11:01",
    "en 2 días": "28 10:00",
    "hoy a las 15:00": "26 15:00",
    "a las 15": "26 15:00",
    "mañana": "27 09:00",
    "man\u0303ana": "27 09:00",
    "mañana a las 8": "27 08:00",
    "el lunes": "30 09:00",
    "em 20 minutos": "26 10:21",
    "daqui a uma hora": "26 11:01",
    "em 2 dias": "28 10:00",
    "hoje às 15h": "26 15:00",
    "às 15h30": "26 15:30",
    "amanhã": "27 09:00",
    "amanhã às 8h": "27 08:00",
    "na segunda-feira às 10h": "30 10:00",
    "segunda": "30 09:00",
}


@pytest.mark.parametrize("typed", TIMES)
def test_times_are_understood_in_three_languages(now, typed):
    moment, text = time_in(f"{typed} Call  Bruno")
    assert (f"{moment.at:%d %H:%M}", text) == (TIMES[typed], "Call  Bruno")
    assert time_in(f"me {typed.upper()}: x")[1] == "x"


OTHERS = ["", "Call Bruno", "at", "at 25:00 x", "at 13pm", "Mondays", "in 3 meetings", "20 minutes"]


@pytest.mark.parametrize("typed", [*OTHERS, "2026-02-30 10:00 x", "tomorrowish", "in minutes"])
def test_other_words_are_no_times(now, typed):
    assert time_in(typed) is None


WRONG = {
    "in 0 minutes x": "This time has passed already.",
    "today at 9:00 x": "This time has passed already.",
    "2026-11-01 10:00 x": "This time has passed already.",
    "in 99999 weeks x": "Choose a time within a year from now.",
    "9999-12-31 23:59 x": "Choose a time within a year from now.",
    "in 400 days x": "Choose a time within a year from now.",
    "0001-01-01 00:00 x": "This time has passed already.",
}


@pytest.mark.parametrize("rest", WRONG)
def test_times_that_are_past_or_too_far_are_refused(remind, rest, monkeypatch):
    monkeypatch.setattr("messaging.later.times.timezone.now", lambda: NOW)
    submission = remind(rest)
    assert (submission.status, submission.form.errors["body"]) == (422, [WRONG[rest]])
    assert not Saved.objects.exists()


def test_the_first_year_has_passed_also_east_of_greenwich(now):
    with timezone.override("Asia/Kolkata"), pytest.raises(ValidationError) as refused:
        time_in("0001-01-01 00:00 x")
    assert refused.value.code == "past"


def test_it_keeps_a_note_that_only_the_person_sees(remind, lobby, bruno):
    submission = remind("in 20 minutes Call *Ana*")
    [saved] = Saved.objects.all()
    room = saved.message.room
    assert (submission.status, saved.user, saved.message.body) == (303, bruno, "Call *Ana*")
    assert (room.is_direct, list(room.memberships.values_list("user", flat=True))) == (
        *(True, [bruno.pk]),
    )
    assert saved.remind_at - timezone.now() < timedelta(minutes=21)
    assert not lobby.messages.exists()


def test_the_answer_says_when_in_the_zone_of_the_person(remind, bruno):
    bruno.time_zone = "America/Sao_Paulo"
    bruno.save(update_fields=["time_zone"])
    submission = remind("tomorrow at 15:00 Call")
    local = Saved.objects.get().remind_at.astimezone(zone_named("America/Sao_Paulo"))
    assert f"{local:%H:%M}" == "15:00"
    assert submission.done.startswith("Saved for later. Your reminder comes ")
    assert "15:00" in submission.done or "3:00" in submission.done


def test_as_a_reply_without_a_text_it_is_the_message_that_is_saved(remind, say, lobby, ana):
    message = say(lobby, ana, "Lunch?")
    remind("tomorrow", reply_to=str(message.pk))
    assert Saved.objects.get().message == message
    assert Room.objects.filter(kind=Room.Kind.DIRECT).count() == 0


def test_the_same_text_as_a_reply_to_another_message_is_another_reminder(remind, say, lobby, ana):
    first, second = (say(lobby, ana, body) for body in ("Lunch?", "Dinner?"))
    for message in (first, second, first):
        remind("tomorrow", reply_to=str(message.pk))
    assert set(Saved.objects.values_list("message", flat=True)) == {first.pk, second.pk}


def test_as_a_reply_with_a_text_it_is_a_note(remind, say, lobby, ana):
    remind("tomorrow Ask again", reply_to=str(say(lobby, ana, "Lunch?").pk))
    assert Saved.objects.get().message.body == "Ask again"


def test_sent_twice_it_is_kept_once_with_the_first_time(remind):
    first = remind("in 20 minutes Call")
    moment = Saved.objects.get().remind_at
    cache.clear()  # forgotten, as after a restart
    actions.finish_saved(Saved.objects.get())
    again = remind("in 20 minutes Call")
    saved = Saved.objects.get()
    assert (first.status, again.status) == (303, 303)
    assert (saved.remind_at, saved.is_done) == (moment, True)


@pytest.mark.parametrize("rest", ["", "Call Bruno", "tomorrow", "tomorrow \u200b"])
def test_without_a_time_or_a_text_it_is_refused(remind, rest):
    submission = remind(rest)
    assert (submission.status, Saved.objects.count()) == (422, 0)
    assert submission.form["body"].value() == f"/remind {rest}"


def test_who_has_saved_too_many_keeps_the_text_and_makes_no_note(remind, monkeypatch, bruno):
    monkeypatch.setattr(actions, "MAX_SAVED", 0)
    submission = remind("tomorrow Call")
    assert (submission.status, bruno.messages.count()) == (422, 0)
    assert "You have saved" in submission.form.errors["body"][0]


@pytest.mark.parametrize("text", ["/foo", "/me waves"])
def test_a_note_that_begins_with_a_slash_is_text(remind, text):
    remind(f"tomorrow {text}")
    note = Saved.objects.get().message
    assert note.body_html == f"<p>{text}</p>"
