"""The fixtures of the tests of rooms."""

from rooms.tests.conftest import events, rechecked  # noqa: F401
