"""Logs of IRC: the forms that clients and bots write, and their traps."""

import zipfile
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertulia.imports import irc, reasons
from tertulia.imports.irc.logs import log_of
from tertulia.imports.records import Broken, Options

from .test_strange_records import read

IRSSI = """\
--- Log opened Fri Mar 01 10:00:00 2024
10:00 < ana> hello
10:00 <@bruno> hi ana
10:01  * ana waves
10:01 -!- eve [~e@host] has joined #tea
10:02 -!- ana is now known as ana_away
10:03 < ana_away> /topic no
10:04 -!- mode/#tea [+o ana] by bruno
--- Day changed Sat Mar 02 2024
09:00 < ana_away> morning
"""
WEECHAT = """\
2024-03-01 10:00:00\tana\thello
2024-03-01 10:00:05\t@bruno\thi ana
2024-03-01 10:01:00\t *\tana waves
2024-03-01 10:01:01\t-->\teve (~e@host) has joined #tea
2024-03-01 10:02:00\t--\tana is now known as ana_away
2024-03-01 10:03:00\tana_away\t/topic no
2024-03-01 10:04:00\t--\tMode #tea [+o ana] by bruno
2024-03-02 09:00:00\tana_away\tmorning
"""
ZNC = """\
[10:00:00] <ana> hello
[10:00:05] <@bruno> hi ana
[10:01:00] * ana waves
[10:01:01] *** Joins: eve (~e@host)
[10:02:00] *** ana is now known as ana_away
[10:03:00] <ana_away> /topic no
[10:04:00] *** bruno sets mode: +o ana
"""
HEXCHAT = """\
**** BEGIN LOGGING AT Fri Mar  1 09:59:00 2024

Mar 01 10:00:00 <ana>\thello
Mar 01 10:00:05 <@bruno>\thi ana
Mar 01 10:01:00 *\tana waves
Mar 01 10:01:01 *\teve (~e@host) has joined
Mar 01 10:02:00 *\tana is now known as ana_away
Mar 01 10:03:00 <ana_away>\t/topic no
Mar 02 09:00:00 <ana_away>\tmorning
**** ENDING LOGGING AT Sat Mar  2 09:30:00 2024
"""
MIRC = """\
Session Start: Fri Mar 01 10:00:00 2024
Session Ident: #tea
[10:00] <ana> hello
[10:00] <@bruno> hi ana
[10:01] * ana waves
[10:01] * eve (~e@host) has joined #tea
[10:02] * ana is now known as ana_away
[10:03] <ana_away> /topic no
Session Time: Sat Mar 02 00:00:00 2024
[09:00] <ana_away> morning
"""
EGGDROP = """\
[00:00] --- Fri Mar  1 2024
[10:00] <ana> hello
[10:00] <bruno> hi ana
[10:01] Action: ana waves
[10:01] eve (~e@host) joined #tea.
[10:02] Nick change: ana -> ana_away
[10:03] <ana_away> /topic no
[00:00] --- Sat Mar  2 2024
[09:00] <ana_away> morning
"""
ENERGYMECH = """\
[10:00:00] <ana> hello
[10:00:05] <bruno> hi ana
[10:01:00] * ana waves
[10:01:01] *** Joins: eve (~e@host)
[10:02:00] *** ana is now known as ana_away
[10:03:00] <ana_away> /topic no
"""
FORMS = {
    "#tea.log": IRSSI,
    "irc.libera.#tea.weechatlog": WEECHAT,
    "libera/#tea/2024-03-01.log": ZNC,
    "tea.txt": HEXCHAT,
    "#tea.txt": MIRC,
    "#tea.eggdrop.log": EGGDROP,
    "#tea_20240301.log": ENERGYMECH,
}
SAID = ["hello", "hi ana", "/me waves", " /topic no"]


def opened(tmp_path, files, zone=UTC, name="logs.zip"):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        for file, data in {**files, "read me": "Nothing."}.items():
            archive.writestr(file, data)
    return irc.open_reader(path, Options(zone=zone))


def said_in(reader):
    return [each for place in reader.places() for each in reader.said(place)]


@pytest.mark.parametrize("name", FORMS)
def test_each_form_says_the_same(tmp_path, name):
    reader = opened(tmp_path, {name: FORMS[name]})
    found = said_in(reader)
    assert [each.body for each in found if each.body != "morning"] == SAID
    assert [each.author_key for each in found][:4] == ["ana", "bruno", "ana", "ana"]
    assert found[0].created_at == datetime(2024, 3, 1, 10, tzinfo=UTC)
    mornings = [each.created_at for each in found if each.body == "morning"]
    assert mornings in ([], [datetime(2024, 3, 2, 9, tzinfo=UTC)])
    assert reasons.NO_MESSAGE not in reader.skipped and reasons.NO_TIME not in reader.skipped


@pytest.mark.parametrize("name", FORMS)
def test_the_channel_is_a_closed_room_of_who_spoke(tmp_path, name):
    reader = opened(tmp_path, {name: FORMS[name]})
    [place] = reader.places()
    assert (place.kind, place.member_keys) == ("closed", ("ana", "bruno"))
    assert place.name.startswith("tea")
    assert [person.username for person in reader.people()] == ["ana", "bruno"]


NAMES = {
    "#tea.log": ("tea", None),
    "#tea_20240301.log": ("tea", "2024-03-01"),
    "2024-03-01-#tea.log": ("tea", "2024-03-01"),
    "libera/#tea/2024-03-01.log": ("tea", "2024-03-01"),
    "2024/03/01/#tea.log": ("tea", "2024-03-01"),
    "irc.libera.#tea.weechatlog": ("tea", None),
    "##c++.log": ("c++", None),
    "bruno.log": ("bruno", None),
    "2024-03-01.log": ("outer", "2024-03-01"),
    "#tea.2024-13-45.log": ("tea.2024-13-45", None),
}


@pytest.mark.parametrize("path", NAMES)
def test_the_name_says_the_channel_and_the_day(path):
    log = log_of(path, "outer")
    assert (log.name, log.day and log.day.isoformat()) == NAMES[path]


def test_days_of_a_channel_are_one_room_in_order(tmp_path):
    files = {f"#tea/2024-03-0{day}.log": f"[10:00:00] <ana> {day}\n" for day in (3, 1, 2)}
    reader = opened(tmp_path, {**files, "#coffee/2024-03-01.log": "[10:00:00] <ana> x\n"})
    rooms = {place.name: [each.body for each in reader.said(place)] for place in reader.places()}
    assert rooms == {"tea": ["1", "2", "3"], "coffee": ["x"]}


def test_times_are_in_the_zone_that_was_named(tmp_path):
    reader = opened(tmp_path, {"#tea.log": IRSSI}, ZoneInfo("America/Sao_Paulo"))
    assert said_in(reader)[0].created_at.astimezone(UTC).hour == 13


def test_utf_8_and_cp1252_are_told_apart_by_line(tmp_path):
    lines = [b"[10:00:00] <ana> caf\xc3\xa9", b"[10:00:01] <ana> caf\xe9 \x93x\x94", b""]
    reader = opened(tmp_path, {"#tea_20240301.log": b"\r\n".join(lines)})
    assert [each.body for each in said_in(reader)] == ["café", "café “x”"]


def test_colours_are_left_out(tmp_path):
    line = "[10:00:00] <\x0304ana\x03> \x02bold\x02 \x0304,01red\x03\n"
    assert [each.body for each in said_in(opened(tmp_path, {"#t_20240301.log": line}))] == [
        "bold red"
    ]


def test_the_same_words_twice_at_one_time_are_two(tmp_path):
    log = "[10:00] <ana> ok\n[10:00] <ana> ok\n[10:01] <ana> ok\n"
    found = said_in(opened(tmp_path, {"#tea_20240301.log": log}))
    assert len({each.key for each in found}) == 3


def test_a_log_that_grew_keeps_its_keys(tmp_path):
    log = "[10:00] <ana> one\n[10:00] <ana> two\n"
    before = [each.key for each in said_in(opened(tmp_path, {"#tea_20240301.log": log}))]
    more = log + "[10:00] <ana> two\n"
    after = [each.key for each in said_in(opened(tmp_path, {"#tea_20240301.log": more}))]
    assert after[:2] == before and len(after) == 3


def test_midnight_passes_without_a_word(tmp_path):
    log = "[23:59] <ana> late\n[00:01] <ana> early\n"
    days = [each.created_at.day for each in said_in(opened(tmp_path, {"#t_20240301.log": log}))]
    assert days == [1, 2]


def test_somebody_elses_nick_does_not_merge_two_people(tmp_path):
    log = "[10:00] <ana> a\n[10:01] <bruno> b\n[10:02] *** ana is now known as bruno\n"
    reader = opened(tmp_path, {"#tea_20240301.log": log + "[10:03] <bruno> c\n"})
    assert [each.author_key for each in said_in(reader)] == ["ana", "bruno", "bruno"]


def test_lines_of_no_known_form_and_without_a_day_are_counted(tmp_path):
    reader = opened(tmp_path, {"#tea.log": "[10:00] <ana> when?\nsomething else\n"})
    assert said_in(reader) == []
    assert dict(reader.skipped) == {
        reasons.UNREADABLE: 1,
        reasons.NO_TIME: 1,
        reasons.NO_MESSAGE: 1,
    }


@pytest.mark.parametrize("data", [b"", b"\x00\xff" * 999, b"Dear all,\nhello.\n", b"\n" * 999])
def test_what_is_no_log_is_one_sentence(tmp_path, data):
    path = tmp_path / "x.log"
    path.write_bytes(data)
    with pytest.raises(Broken, match="no log of IRC"):
        irc.open_reader(path, Options())


LINES = [line for form in FORMS.values() for line in form.splitlines()]
JUNK = st.sampled_from(LINES) | st.text(max_size=40) | st.text("[]<>*-: \t0129anaMar", max_size=30)


@settings(max_examples=150, deadline=None)
@given(st.lists(JUNK, max_size=40), st.binary(max_size=50))
def test_strange_lines_stop_nothing(tmp_path_factory, lines, junk):
    data = "\n".join(lines).encode(errors="replace") + b"\n" + junk + b"\n[10:00] <ana> end\n"
    path = tmp_path_factory.mktemp("irc") / "#tea_20240301.log"
    path.write_bytes(data)
    try:
        reader = irc.open_reader(path, Options(zone=ZoneInfo("Europe/Madrid")))
    except Broken:
        return
    read(reader)
