"""Any interleaving of changes, lost events, slow queries and broken connections ends correctly.

The state machine drives the real hub. At the end all queries are answered, the safety query runs
once, and all pages reconnect: then every page must equal the database, and no user who had lost
access may have received anything.
"""

import asyncio
from collections import deque
from functools import partial

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core import batching
from messaging.live import access_monitor, backfill, event_router, hub, reader
from messaging.live import feed as live_feed
from messaging.live.encoders import HtmlEncoder
from messaging.live.tests.model import ROOM, Database, Page

PEOPLE = st.sampled_from([1, 2, 3])
ANY = st.integers(0, 10**6)  # an index, modulo the number of items
CHANGES = [("edited", {"can_wait": True}), ("deleted", {"can_wait": False}), ("edited", {})]


class Delivery(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.now = 1000.0
        self.loop.time = lambda: self.now
        self.failures = []
        self.loop.set_exception_handler(self.note_failure)
        self.database = Database()
        self.layer = deque()
        self.patches = pytest.MonkeyPatch()
        for module in (access_monitor, backfill, batching):
            self.patches.setattr(module, "in_database", self.database.in_database)
        self.patches.setattr(live_feed, "HELD_EVENTS", 3)
        self.patches.setattr(reader, "BACKLOG_BYTES", 120)
        self.hub = hub.Hub()
        self.pages = [Page(user, self.database, self.hub) for user in (1, 1, 2, 3)]
        for page in self.pages:
            self.at_once(page.connect)

    @initialize(are_live=st.sampled_from([True, True, False]))
    def everybody_is_live_or_still_comes_in(self, are_live):
        if are_live:
            self.settle()

    def note_failure(self, loop, context):
        if not isinstance(context.get("exception"), ConnectionError):  # raised by the test
            self.failures.append(context)

    def at_once(self, act, *arguments):
        """Call `act` inside the event loop, then run the loop once."""
        self.loop.call_soon(act, *arguments)
        self.turn()

    def turn(self, times=1):
        for _ in range(times):
            self.loop.call_soon(self.loop.stop)
            self.loop.run_forever()

    # Actions of users

    @rule(size=st.integers(1, 4))
    def somebody_posts(self, size):
        newest = len(self.database.messages)
        self.tell(range(newest + 1, newest + size + 1), "said", posted=True)

    @rule(which=ANY, change=st.sampled_from(CHANGES))
    def somebody_changes_a_message(self, which, change):
        text, flags = change
        if self.database.messages:
            self.tell([which % len(self.database.messages) + 1], text, **flags)

    @rule(which=ANY, times=st.integers(2, 6))
    def many_people_react_at_once(self, which, times):
        for _ in range(times):
            self.somebody_changes_a_message(which, CHANGES[0])

    def tell(self, ids, text, **flags):
        text = f"{text}-{self.database.revision}"
        self.layer.append(self.database.change(list(ids), text, **flags))

    @rule()
    def the_room_changes_in_silence(self):
        self.database.revision += 1

    @rule(user=PEOPLE)
    def somebody_is_removed(self, user):
        self.forbid(user)
        self.layer.extend(self.database.remove(user))

    @rule(user=PEOPLE)
    def somebody_is_deactivated(self, user):
        self.forbid(user)
        self.layer.extend(self.database.deactivate(user))

    def forbid(self, user):
        """The user must not receive anything newer from now on, whatever the layer does."""
        for page in self.pages:
            if page.user == user and page.forbidden_from is None:
                page.forbidden_from = self.database.revision

    @rule(user=PEOPLE)
    def rights_are_looked_at_in_vain(self, user):
        self.layer.append({"type": "access.changed", "user": user})

    # Actions of the layer

    @precondition(lambda self: self.layer)
    @rule(which=st.sampled_from([0, 0, 0, -1]))
    def an_event_arrives(self, which):
        event = self.layer[which]
        del self.layer[which]
        self.route(event)

    @precondition(lambda self: self.layer)
    @rule()
    def many_events_arrive(self):
        while self.layer:
            self.loop.call_soon(self.hub.event_router.route, self.layer.popleft())
        self.turn()

    @precondition(lambda self: self.layer)
    @rule(which=ANY)
    def an_event_arrives_and_will_again(self, which):
        self.route(self.layer[which % len(self.layer)])

    @precondition(lambda self: self.layer)
    @rule(which=ANY)
    def an_event_is_lost(self, which):
        del self.layer[which % len(self.layer)]

    def route(self, event):
        self.at_once(self.hub.event_router.route, event)

    # Actions of queries

    @precondition(lambda self: self.database.questions)
    @rule(which=ANY)
    def a_query_looks(self, which):
        self.question(which).look()

    @precondition(lambda self: self.database.questions)
    @rule(which=ANY)
    def a_query_answers(self, which):
        self.at_once(self.question(which, done=True).answer)

    @precondition(lambda self: self.database.questions)
    @rule(which=ANY)
    def a_query_fails(self, which):
        self.at_once(self.question(which, done=True).fail)

    @rule()
    def every_query_answers(self):
        for question in self.database.questions:
            self.loop.call_soon(question.answer)
        self.database.questions.clear()
        self.turn(3)

    def question(self, which, done=False):
        which %= len(self.database.questions)
        return self.database.questions.pop(which) if done else self.database.questions[which]

    # Actions of connections

    @rule(which=ANY)
    def a_page_asks_again(self, which):
        page = self.page(which)
        if page.connection:
            self.at_once(page.connection.ask)

    @rule(which=ANY)
    def a_connection_breaks(self, which):
        page = self.page(which)
        if page.connection:
            self.at_once(page.connection.end)

    @rule(which=ANY)
    def a_page_goes_and_the_server_does_not_see_it(self, which):
        self.page(which).connection = None

    @rule(which=ANY)
    def a_connection_is_lost_before_the_hub_knows(self, which):
        page = self.page(which)
        if page.connection:
            self.at_once(page.connection.lose)

    @rule(which=ANY)
    def a_page_comes_back(self, which):
        self.come_back(self.page(which))

    @rule(which=ANY)
    def a_connection_is_full(self, which):
        page = self.page(which)
        if page.connection:
            page.connection.flowing.clear()

    @rule(which=ANY)
    def a_connection_flows_again(self, which):
        page = self.page(which)
        if page.connection:
            self.at_once(page.connection.flowing.set)

    @rule(times=st.integers(1, 5), seconds=st.sampled_from([0, 0.1, 0.3]))
    def time_passes(self, times, seconds):
        self.now += seconds
        self.turn(times)

    @rule()
    def the_safety_query_runs(self):
        self.at_once(partial(self.loop.create_task, self.hub.backfill.compare()))

    @rule()
    def the_hub_looks_around(self):
        self.at_once(partial(self.loop.create_task, self.hub._look_around()))

    def page(self, which):
        return self.pages[which % len(self.pages)]

    def come_back(self, page):
        if page.connection is None and self.database.may_read(page.user):
            self.at_once(page.connect)

    # Invariants

    @invariant()
    def the_hub_keeps_only_what_it_needs(self):
        for room_id, feed in self.hub.registry.feeds.items():
            assert not feed.is_empty, f"the empty feed of room {room_id} is kept"

    @invariant()
    def nothing_goes_back_and_nothing_is_betrayed(self):
        assert [page.wrongs for page in self.pages] == [[], [], [], []]

    def teardown(self):
        try:
            self.settle()
            self.layer.clear()  # undelivered events are lost
            for _ in range(3):  # pages closed during catch-up reconnect
                for page in self.pages:
                    self.come_back(page)
                self.settle()
            self.the_safety_query_runs()
            self.settle()
            self.every_page_equals_the_database()
            self.nothing_goes_back_and_nothing_is_betrayed()
        finally:
            self.patches.undo()
            for task in asyncio.all_tasks(self.loop):
                task.cancel()
            self.turn(3)
            self.loop.close()

    def settle(self):
        """Resolve everything that is waited for."""
        for _ in range(200):
            for page in self.pages:
                if page.connection:
                    self.loop.call_soon(page.connection.flowing.set)
            busy = bool(self.database.questions)
            self.now += event_router.GATHER_SECONDS
            self.every_query_answers()
            self.turn(5)
            if not busy and not self.database.questions:
                return
        raise AssertionError("the hub asks the database for ever")

    def every_page_equals_the_database(self):
        expected = self.database.messages
        for number, page in enumerate(self.pages):
            if self.database.may_read(page.user):
                assert page.shown == expected, f"page {number}: {page.shown} is not {expected}"
                assert page.cursor == self.database.revision
                assert page.connection.reader in self.hub.registry.feeds[ROOM].live.get(
                    page.connection.reader.encoder, ()
                ), f"page {number} is not live at the end"
            else:
                assert page.connection is None, f"page {number} still reads"
        assert self.failures == []


Delivery.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestDelivery = Delivery.TestCase


def test_an_older_look_at_somebodys_rights_does_not_undo_a_later_suspicion():
    room = Delivery()
    room.settle()
    room.route({"type": "access.changed", "user": 1})
    room.turn(3)
    room.a_query_looks(0)  # the first: this user is still a member
    room.somebody_is_removed(1)
    room.an_event_arrives(0)
    room.turn(3)
    room.somebody_posts(1)
    later = room.database.questions.pop()
    room.every_query_answers()
    room.every_query_answers()
    room.turn(3)
    room.every_query_answers()
    room.turn(3)
    room.database.questions.append(later)
    room.teardown()


def test_a_reader_may_leave_while_it_is_brought_up_to_date():
    room = Delivery()
    room.settle()
    room.route({"type": "access.changed", "user": 1})
    room.turn(3)
    room.every_query_answers()
    room.every_query_answers()
    room.turn(3)
    room.a_connection_breaks(0)
    assert [page.connection is None for page in room.pages] == [True, False, False, False]
    room.teardown()


def test_an_older_event_does_not_undo_what_a_reader_has_read_from_the_database():
    room = Delivery()
    room.settle()
    room.a_connection_breaks(0)
    room.tell([1], "said")
    room.tell([1], "edited")
    room.a_page_comes_back(0)
    room.settle()
    room.an_event_arrives(0)
    room.turn(3)
    assert room.pages[0].shown == room.database.messages
    room.nothing_goes_back_and_nothing_is_betrayed()
    room.teardown()


@pytest.mark.parametrize("change", ["somebody_is_removed", "somebody_is_deactivated"])
def test_a_message_that_overtakes_the_loss_of_access_waits_for_the_database(change):
    room = Delivery()
    room.settle()
    getattr(room, change)(1)
    room.somebody_posts(1)
    room.an_event_arrives(-1)
    room.layer.clear()  # the events of the change are lost
    room.settle()
    assert [page.connection is None for page in room.pages] == [True, True, False, False]
    assert room.pages[2].shown == room.database.messages
    room.teardown()


@pytest.mark.parametrize("change", ["somebody_is_removed", "somebody_is_deactivated"])
def test_who_comes_in_while_access_is_narrowed_is_asked_for_after_what_they_missed(change):
    room = Delivery()  # everybody is still joining: no query has been answered
    room.somebody_posts(1)
    room.every_query_answers()  # the newest revision
    for question in room.database.questions:
        question.look()  # the missed changes
    getattr(room, change)(1)
    room.settle()
    assert [page.shown == {} for page in room.pages] == [True, True, False, False]
    room.teardown()


@pytest.mark.parametrize("lost", range(4))
def test_a_connection_that_is_lost_takes_no_message_from_another(lost):
    room = Delivery()
    room.settle()
    room.a_connection_is_lost_before_the_hub_knows(lost)
    room.somebody_posts(1)
    room.many_events_arrive()
    room.turn(3)
    shown = [page.shown == room.database.messages for page in room.pages]
    assert shown == [number != lost for number in range(4)]
    room.teardown()


def test_who_may_have_missed_what_could_not_be_delivered_comes_back_for_it(monkeypatch):
    room = Delivery()
    room.settle()
    room.somebody_posts(1)
    with monkeypatch.context() as broken:
        broken.setattr(HtmlEncoder, "changes", lambda encoder, changes: 1 / 0)
        room.many_events_arrive()
        room.turn(3)
    assert [page.connection for page in room.pages] == [None] * 4
    room.teardown()
