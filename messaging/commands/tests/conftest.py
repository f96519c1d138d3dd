import itertools

import pytest

from messaging.message.submit import submit
from messaging.models import Message


@pytest.fixture
def send(lobby, bruno):
    """Return a function: what a text in Bruno's composer, or another's, leads to."""
    numbers = itertools.count()

    def compose(body, user=bruno, room=lobby, nonce=None, **fields):
        data = {"body": body, "nonce": nonce or f"n{next(numbers)}", **fields}
        return submit(room.membership_of(user), data)

    return compose


@pytest.fixture
def bodies():
    return lambda room: list(room.messages.order_by("position").values_list("body", flat=True))


@pytest.fixture
def refused(bodies):
    """Return a function that returns the sentence of a refusal which posted nothing."""

    def sentence(submission, status=422):
        text = submission.form["body"].value()
        assert (submission.status, submission.message, submission.done) == (status, None, "")
        assert text == submission.form.data["body"]
        assert not Message.objects.filter(body=text.strip()).exists()
        return " ".join(submission.form.errors["body"])

    return sentence
