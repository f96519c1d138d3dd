"""The theme of pages, and light or dark mode.

A theme is a template themes/<name>.txt, which holds its label, and the stylesheet's rules for
`[data-theme="<name>"]`. Designers can add one without Python.
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db.models import TextChoices
from django.template import engines
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

DEFAULT_THEME = "tertulia"


class Mode(TextChoices):
    AUTO = "auto", _("Match device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


# A rule of the stylesheet that defines a theme's values, and one of its colours, light and dark.
RULE = re.compile(r':root(?:\[data-theme="?([^]"]+)"?\])?\{([^{}]*)\}')
COLOUR = re.compile(r"--(paper|surface):(?:light-dark\()?(#\w+)(?:,(#\w+))?")


class Colours(NamedTuple):
    """Colours of a theme, for browsers' own controls: of pages, and of what lies around them."""

    paper: str
    surface: str


class Look(NamedTuple):
    theme: str = DEFAULT_THEME
    mode: str = Mode.AUTO

    @classmethod
    def of(cls, user, workspace):
        """Return the choices of `user`, with those of the workspace or the defaults for the rest.

        `user` is None if a page is refused early, and `workspace` is None before the first run.
        """
        theme = getattr(user, "theme", "") or getattr(workspace, "theme", "") or DEFAULT_THEME
        mode = getattr(user, "mode", "") or getattr(workspace, "mode", "") or Mode.AUTO
        return cls(theme, mode)

    @property
    def scheme(self):
        """The mode as a value of the CSS property `color-scheme`."""
        return "light dark" if self.mode == Mode.AUTO else self.mode

    @property
    def colours(self):
        """The Colours of the theme: [light, dark], or [those of the mode]."""
        values = {**_colours()[DEFAULT_THEME], **_colours().get(self.theme, {})}
        light, dark = (Colours(values["paper"][i], values["surface"][i]) for i in (0, 1))
        return {Mode.LIGHT: [light], Mode.DARK: [dark]}.get(self.mode, [light, dark])


@cache
def _colours():
    """Return {theme: {name: (light, dark)}}, read from the built stylesheet.

    A colour that is not written in hexadecimal is left out.
    """
    css = (settings.BASE_DIR / "site" / "static" / "tertulia.css").read_text()
    themes = {}
    for theme, rule in RULE.findall(css):
        found = {name: (light, dark or light) for name, light, dark in COLOUR.findall(rule)}
        themes[theme or DEFAULT_THEME] = found | themes.get(theme or DEFAULT_THEME, {})
    return themes


def theme_choices():
    """Return the available themes as form choices, labelled in the active language."""
    folders = [Path(folder) / "themes" for folder in engines["django"].engine.dirs]
    names = {file.stem for folder in folders for file in folder.glob("*.txt")}
    ordered = sorted(names, key=lambda name: (name != DEFAULT_THEME, name))
    return [(name, render_to_string(f"themes/{name}.txt").strip()) for name in ordered]


def theme_choices_with_default():
    """Return `theme_choices`, preceded by an empty choice for the workspace's theme."""
    return [("", _("Workspace default")), *theme_choices()]
