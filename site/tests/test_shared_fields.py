"""Forms that are made many times a second share their fields, and nothing that was sent."""

import pytest
from django import forms

from core.forms import share_fields
from messaging.conversation.forms import PositionForm
from messaging.message.forms import ComposerForm, CursorForm, MessageForm, SeenForm


@share_fields
class Shared(forms.Form):
    body = forms.CharField()


class Derived(Shared):
    name = forms.CharField()


def test_forms_share_fields_and_those_derived_have_copies():
    assert Shared().fields["body"] is Shared({"body": "x"}).fields["body"]
    one, other = Derived(), Derived()
    assert list(one.fields) == ["body", "name"]
    assert one.fields["body"] is not other.fields["body"]


@pytest.mark.parametrize("form", [ComposerForm, CursorForm, MessageForm, PositionForm, SeenForm])
def test_what_one_form_was_sent_is_not_in_the_next(form):
    field = next(iter(form.base_fields))
    refused = form({field: "\0"})
    assert not refused.is_valid()
    assert not form().errors
    assert str(form()[field]) == str(form()[field]) != str(refused[field])
    assert refused.fields is form({}).fields
