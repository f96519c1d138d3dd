"""Normalize e-mail addresses, so that each mailbox has one stored form.

The local part is in NFC (RFC 6532, 3.1), without unnecessary quotes (RFC 5321, 4.1.2) and in lower
case. The domain is in ASCII, by IDNA 2008 with the mapping of UTS 46, so that every mail server
resolves it in the same way, whichever version of IDNA it implements. Full-width letters, which
input methods produce, become ordinary ones (the width mapping of RFC 8265, 3.3.2).
"""

import re
import unicodedata
from typing import Any

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_LOCAL_PART = 64  # octets (RFC 5321, 4.5.3.1.1), after normalizing to ASCII
MAX_TYPED = 1000  # characters as typed, with quotes and marks that normalizing removes
MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3: a path of 256 octets, less the two brackets
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def normalize_email(text: str) -> str:
    """Return the stored form of the e-mail address `text`. Raise ValidationError if invalid."""
    if len(text) > MAX_TYPED:
        raise ValidationError(_("This address is too long."), code="too_long")
    local, domain = _parts_of(narrow(text))
    if not (local and domain):
        raise ValidationError(_("Enter a valid e-mail address, such as ana@example.com."))
    if not local.isascii():
        sentence = _(
            "Before the @, use letters from a to z, digits and marks such as . and - only."
        )
        raise ValidationError(sentence, code="local_part")
    if len(local) > MAX_LOCAL_PART:
        raise ValidationError(_("The part before the @ is too long."), code="too_long")
    try:
        address = f"{local}@{_ascii_domain(domain)}"
    except UnicodeError as error:  # the base class of IDNAError
        raise ValidationError(
            _("The part after the @ is not a valid domain."), code="domain"
        ) from error
    if len(address) > MAX_EMAIL:
        raise ValidationError(_("This address is too long."), code="too_long")
    if '"' in local:  # a local part that needs quotes is valid, but nobody uses one
        raise ValidationError(_("Enter a valid e-mail address, such as ana@example.com."))
    validate_email(address)
    return address


def fold_email(text: str) -> str:
    """Return an address, or part of one, in its stored form for comparisons. Never raise."""
    local, domain = _parts_of(narrow(text))
    try:
        domain = _ascii_domain(domain) if domain else ""
    except UnicodeError:
        domain = domain.lower()
    return f"{local}@{domain}" if local else domain


def narrow(text: str) -> str:
    """Return `text` stripped and in NFC, with full-width and half-width letters made ordinary."""
    letters = (
        unicodedata.normalize("NFKC", letter)
        if unicodedata.east_asian_width(letter) in ("F", "H")
        else letter
        for letter in text
    )
    return unicodedata.normalize("NFC", "".join(letters)).strip()


def _parts_of(text: str) -> tuple[str, str]:
    """Return both sides of the last @, the left one unquoted and in lower case."""
    local, _at, domain = text.rpartition("@")
    quoted = _QUOTED.fullmatch(local)
    if quoted:
        plain = re.sub(r"\\(.)", r"\1", quoted[1])
        local = plain if _is_dot_atom(plain) else local
    return local.lower(), domain


def _is_dot_atom(local: str) -> bool:
    """Return True if a local part needs no quotes."""
    try:
        validate_email(f"{local}@example.com")
    except ValidationError:
        return False
    return not local.startswith('"')


def _ascii_domain(domain: str) -> str:
    """Return `domain` in ASCII without a trailing dot. Raise UnicodeError if it is invalid."""
    return idna.encode(domain, uts46=True, std3_rules=True).decode("ascii").removesuffix(".")


class NormalizesEmail:
    """A mixin that makes an e-mail field return the stored form of the address."""

    empty_values: list

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)  # type: ignore[misc]
        return value if value in self.empty_values else normalize_email(value)

    def has_changed(self, initial: str | None, data: str | None) -> bool:
        return fold_email(initial or "") != fold_email(data or "")


class MailboxField(NormalizesEmail, forms.EmailField):
    pass


class MailboxModelField(models.EmailField):
    """An e-mail address that is normalized when it is stored and in queries."""

    def clean(self, value: Any, model_instance: models.Model) -> Any:
        return super().clean(normalize_email(value) if value else value, model_instance)

    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        return value if value is None else fold_email(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        email = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, email)
        return email

    def formfield(self, **kwargs: Any) -> forms.Field:
        return super().formfield(**{"form_class": MailboxField, **kwargs})
