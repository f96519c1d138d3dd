"""The forms of reactions: one emoji, and what to find emoji by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import TOO_LONG

from ..markdown.emoji import key_of, key_of_code

MAX_LENGTH = 60  # letters; more than any emoji, code or name has
_CHOOSE = _("Choose one emoji.")


class EmojiField(forms.CharField):
    """One emoji, or its code such as `:tada:`; its value is a key of `messaging.markdown.emoji`."""

    default_error_messages = {
        "required": _CHOOSE,
        "not_one": _CHOOSE,
        "null_characters_not_allowed": _CHOOSE,
        "unknown_code": _("No emoji has this name. Choose one emoji."),
    }

    def clean(self, value):
        text = super().clean(value)
        # Nothing is looked up, or repeated in an answer, that is longer than any emoji.
        is_code = 2 < len(text) <= MAX_LENGTH and text[0] == text[-1] == ":"
        key = key_of_code(text[1:-1]) if is_code else key_of(text)
        if key is None:
            code = "unknown_code" if is_code else "not_one"
            raise forms.ValidationError(self.error_messages[code], code=code)
        return key


class ReactionForm(forms.Form):
    """The emoji with which somebody reacts, or which they take back."""

    emoji = EmojiField(label=_("Emoji"))


class EmojiSearchForm(forms.Form):
    q = forms.CharField(
        max_length=MAX_LENGTH,
        required=False,
        label=_("Emoji, its name or a word"),
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": _CHOOSE},
    )
