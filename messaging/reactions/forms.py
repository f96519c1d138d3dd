"""The forms of reactions: one emoji, and what to find emoji by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.emoji.fields import CHOOSE, MAX_LENGTH, EmojiField
from core.forms import TOO_LONG


class ReactionForm(forms.Form):
    """The emoji with which somebody reacts, or which they take back."""

    emoji = EmojiField(is_key=True, label=_("Emoji"))


class EmojiSearchForm(forms.Form):
    q = forms.CharField(
        max_length=MAX_LENGTH,
        required=False,
        label=_("Emoji, its name or a word"),
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": CHOOSE},
    )
