"""The form field of one emoji."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .table import emoji_of, key_of, key_of_code, shown_of

MAX_LENGTH = 60  # letters; more than any emoji, code or name has
CHOOSE = _("Choose one emoji.")


class EmojiField(forms.CharField):
    """One emoji, or its code such as `:tada:`. Its value is the emoji as it is drawn.

    If `is_key`, its value is a key of `core.emoji.table`, the same whatever the skin tone.
    """

    default_error_messages = {
        "required": CHOOSE,
        "not_one": CHOOSE,
        "null_characters_not_allowed": CHOOSE,
        "unknown_code": _("No emoji has this name. Choose one emoji."),
    }

    def __init__(self, *, is_key: bool = False, **kwargs: Any) -> None:
        self.is_key = is_key
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text == "":
            return ""
        # Nothing is looked up, or repeated in an answer, that is longer than any emoji.
        is_code = 2 < len(text) <= MAX_LENGTH and text[0] == text[-1] == ":"
        emoji = self._of_code(text[1:-1]) if is_code else self._of_text(text)
        if emoji is None:
            code = "unknown_code" if is_code else "not_one"
            raise ValidationError(self.error_messages[code], code=code)
        return emoji

    def _of_code(self, code: str) -> str | None:
        return key_of_code(code) if self.is_key else emoji_of(code)

    def _of_text(self, text: str) -> str | None:
        return key_of(text) if self.is_key else shown_of(text)
