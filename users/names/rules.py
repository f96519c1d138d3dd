"""Reserved names, and the scripts and digits that usernames may use."""

import re
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.confusables import mixes_digits, mixes_scripts, skeletons_of
from core.text import plain

TAKEN = _("This name is taken, or looks like somebody else's.")
# Names that nobody may have: words that mention many people in any language, and the product's.
_GROUPS = {"all", "everyone", "everybody", "here", "channel", "room", "system", "tertulia"}
_GROUPS |= {"todos", "todas", "aquí", "aqui", "sala", "canal", "sistema"}
# Names for administrators only, because people trust them.
_OFFICES = {"admin", "admins", "administrator", "administrators", "sysadmin", "superuser", "root"}
_OFFICES |= {"moderator", "moderators", "mod", "mods", "owner", "owners", "staff", "official"}
_OFFICES |= {"support", "help", "helpdesk", "security", "abuse", "postmaster", "webmaster"}
_OFFICES |= {"administrador", "administradora", "moderador", "moderadora", "soporte", "ayuda"}
_OFFICES |= {"propietario", "propietaria", "seguridad", "oficial", "suporte", "ajuda", "segurança"}
_OFFICES |= {"proprietário", "proprietária", "dono", "dueño", "dueña"}
_SEPARATORS = str.maketrans("", "", " ._-")
_BOTS = {"bot", "bots"}  # as the last word: names of bots only, whose mark says the same


def names_a_group(name):
    """Return True if `name` looks like a word that mentions many people, or the product's name."""
    return not _looks_without_separators(name).isdisjoint(_looks_of(*_GROUPS))


def names_an_office(name):
    """Return True if `name` looks like a name that is reserved for administrators."""
    return not _looks_without_separators(name).isdisjoint(_looks_of(*_OFFICES))


def names_a_bot(name):
    """Return True if the last word of `name` looks like the mark of bots: "Ana (bot)"."""
    words = re.findall(r"[^\W_]+", plain(name))
    return bool(words) and not skeletons_of(words[-1]).isdisjoint(_looks_of(*_BOTS))


def _looks_without_separators(name):
    return skeletons_of(plain(name).translate(_SEPARATORS))


def validate_one_script(username):
    """Raise ValidationError if scripts or number systems are mixed (UTS 39, 5.2 and 5.3)."""
    if mixes_scripts(username):
        raise ValidationError(_("Use the letters of one alphabet only."), code="scripts")
    if mixes_digits(username):
        raise ValidationError(_("Use one kind of digits only."), code="digits")


@cache
def _looks_of(*words):
    return {look for word in words for look in skeletons_of(word)}
