"""The names of people and rooms: which count as the same, and what may be in one."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .confusables import mixes_digits, mixes_scripts, piles_marks, skeleton_of, skeletons_of

# Control, format, surrogate, private use, unassigned; line and paragraph separators.
_INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# What draws nothing though its category says otherwise: the rest of Unicode's
# Default_Ignorable_Code_Point (DerivedCoreProperties.txt), and the blank braille cell.
_BLANKS = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
_BLANKS |= {*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
# Many emoji are several, held together by these (Unicode TS 51, 2.3).
_EMOJI_JOINTS = {"\u200d", "\ufe0f"}
_EMOJI_CATEGORIES = {"So", "Sk"}

TAKEN = _("Somebody here has this name already, or one that looks like it.")
# Nobody's name, in the product's languages: what calls many people if mentioned, or is the product.
_GROUPS = {"all", "everyone", "everybody", "here", "channel", "room", "system", "tertulia"}
_GROUPS |= {"todos", "todas", "aquí", "aqui", "sala", "canal", "sistema"}
# An administrator's only: what people trust because of the word.
_OFFICES = {"admin", "admins", "administrator", "administrators", "sysadmin", "superuser", "root"}
_OFFICES |= {"moderator", "moderators", "mod", "mods", "owner", "owners", "staff", "official"}
_OFFICES |= {"support", "help", "helpdesk", "security", "abuse", "postmaster", "webmaster"}
_OFFICES |= {"administrador", "administradora", "moderador", "moderadora", "soporte", "ayuda"}
_OFFICES |= {"propietario", "propietaria", "seguridad", "oficial", "suporte", "ajuda", "segurança"}
_OFFICES |= {"proprietário", "proprietária", "dono", "dueño", "dueña"}
_SEPARATORS = str.maketrans("", "", " ._-")


def fold(name):
    """Return `name` as it is compared: NFKC, no case, single spaces (Unicode TR 36, 2.10)."""
    return " ".join(unicodedata.normalize("NFKC", plain(name).casefold()).split())


def look_of(name):
    """Return how `name` looks, whatever the case: one key, where a single comparison will do."""
    return skeleton_of(skeleton_of(plain(name)).casefold())[:255]


def plain(name):
    """Return `name` as it is read, with its case: NFKC, nothing invisible, single spaces."""
    letters = unicodedata.normalize("NFKC", name)
    seen = (letter for letter in letters if not _is_invisible(letter) or letter.isspace())
    return " ".join("".join(seen).split())


def names_a_group(name):
    """Return True if `name` looks like a word that calls many people, or like the product's."""
    return not _looks_without_separators(name).isdisjoint(_GROUP_LOOKS)


def names_an_office(name):
    """Return True if `name` looks like what only an administrator should be called."""
    return not _looks_without_separators(name).isdisjoint(_OFFICE_LOOKS)


def _looks_without_separators(name):
    return skeletons_of(plain(name).translate(_SEPARATORS))


def has_invisible(name):
    """Say whether `name` holds a character that cannot be seen, outside an emoji."""
    return any(
        _is_invisible(letter) and not (letter in _EMOJI_JOINTS and _is_emoji(before))
        for before, letter in zip(" " + name, name, strict=False)
    )


def _is_invisible(letter):
    return ord(letter) in _BLANKS or unicodedata.category(letter) in _INVISIBLE_CATEGORIES


def _is_emoji(letter):
    return letter in _EMOJI_JOINTS or unicodedata.category(letter) in _EMOJI_CATEGORIES


class NameField(forms.CharField):
    """A name on one line, of letters that can be seen; NFKC, single spaces."""

    default_error_messages = {
        "invisible": _("Use letters that can be seen."),
        "marks": _("Use fewer accents on one letter."),
    }

    def to_python(self, value):
        return " ".join(unicodedata.normalize("NFKC", super().to_python(value)).split())

    def validate(self, value):
        super().validate(value)
        if has_invisible(value):
            raise ValidationError(self.error_messages["invisible"], code="invisible")
        if piles_marks(value):
            raise ValidationError(self.error_messages["marks"], code="marks")


def validate_one_script(username):
    """Refuse a username of several scripts that are not used together (UTS 39, 5.2 and 5.3)."""
    if mixes_scripts(username):
        raise ValidationError(_("Use the letters of one alphabet only."), code="scripts")
    if mixes_digits(username):
        raise ValidationError(_("Use digits of one kind only."), code="digits")


def _looks_of(words):
    return {look for word in words for look in skeletons_of(word)}


_GROUP_LOOKS = _looks_of(_GROUPS)
_OFFICE_LOOKS = _looks_of(_OFFICES)
