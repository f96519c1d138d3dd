"""E-mail addresses: one stored form for each mailbox, however its address is typed.

The part before the @ is in NFC (RFC 6532, 3.1), without needless quotes (RFC 5321, 4.1.2) and in
small letters; the domain is in ASCII by IDNA 2008 with the mapping of UTS 46. Mail then goes to
exactly the mailbox that is stored, whichever version of IDNA a mail server knows. Full-width
letters, which an input method types, are ordinary ones (the width mapping of RFC 8265, 3.3.2).
"""

import re
import unicodedata

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1; all is ASCII by then
MAX_TYPED = 1000  # with quotes and marks that the stored form does not have
MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its brackets
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def normalize_email(text):
    """Return the one form of the e-mail address `text`; ValidationError if it cannot be one."""
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
        raise ValidationError(_("What is before the @ is too long."), code="too_long")
    try:
        address = f"{local}@{_ascii_domain(domain)}"
    except UnicodeError as error:  # which every IDNAError is
        raise ValidationError(_("What follows the @ cannot be a domain."), code="domain") from error
    if len(address) > MAX_EMAIL:
        raise ValidationError(_("This address is too long."), code="too_long")
    if '"' in local:  # what needs its quotes is legal, and nobody's
        raise ValidationError(_("Enter a valid e-mail address, such as ana@example.com."))
    validate_email(address)
    return address


def fold_email(text):
    """Return `text` as an address, or a part of one, is stored: to compare with. Raise nothing."""
    local, domain = _parts_of(narrow(text))
    try:
        domain = _ascii_domain(domain) if domain else ""
    except UnicodeError:
        domain = domain.lower()
    return f"{local}@{domain}" if local else domain


def narrow(text):
    """Return `text` in NFC with ordinary letters for full-width and half-width ones."""
    letters = (
        unicodedata.normalize("NFKC", letter)
        if unicodedata.east_asian_width(letter) in ("F", "H")
        else letter
        for letter in text
    )
    return unicodedata.normalize("NFC", "".join(letters)).strip()


def _parts_of(text):
    """Return both sides of the last @, the left one unquoted and in small letters."""
    local, _at, domain = text.rpartition("@")
    quoted = _QUOTED.fullmatch(local)
    if quoted:
        plain = re.sub(r"\\(.)", r"\1", quoted[1])
        local = plain if _is_dot_atom(plain) else local
    return local.lower(), domain


def _is_dot_atom(local):
    """Return True if a local part needs no quotes."""
    try:
        validate_email(f"{local}@example.com")
    except ValidationError:
        return False
    return not local.startswith('"')


def _ascii_domain(domain):
    """Return `domain` in ASCII, without the dot of the root; UnicodeError if it cannot be one."""
    return idna.encode(domain, uts46=True, std3_rules=True).decode("ascii").removesuffix(".")


class NormalizesEmail:
    """Makes a field for e-mail addresses return the one form of a mailbox."""

    def to_python(self, value):
        value = super().to_python(value)
        return value if value in self.empty_values else normalize_email(value)

    def has_changed(self, initial, data):
        return fold_email(initial or "") != fold_email(data or "")


class MailboxField(NormalizesEmail, forms.EmailField):
    pass


class MailboxModelField(models.EmailField):
    """An address in the one form of its mailbox, in queries and whenever it is stored."""

    def clean(self, value, model_instance):
        return super().clean(normalize_email(value) if value else value, model_instance)

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value if value is None else fold_email(value)

    def pre_save(self, model_instance, add):
        email = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, email)
        return email

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": MailboxField, **kwargs})
