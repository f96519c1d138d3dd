"""How pages look: in which theme, and whether light or dark.

A theme is named by a template, themes/<name>.txt, and drawn by the stylesheet's rules for
`[data-theme="<name>"]`: a designer adds one without Python.
"""

from pathlib import Path
from typing import NamedTuple

from django.db.models import TextChoices
from django.template import engines
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

DEFAULT_THEME = "tertulia"


class Mode(TextChoices):
    AUTO = "auto", _("As the device is set")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Look(NamedTuple):
    theme: str = DEFAULT_THEME
    mode: str = Mode.AUTO

    @classmethod
    def of(cls, user, workspace):
        """Return what `user` chose, and what the workspace did where they (or a visitor) did not.

        Both may be None: a page can be refused early, or drawn before the first run.
        """
        theme = getattr(user, "theme", "") or getattr(workspace, "theme", "") or DEFAULT_THEME
        mode = getattr(user, "mode", "") or getattr(workspace, "mode", "") or Mode.AUTO
        return cls(theme, mode)

    @property
    def scheme(self):
        """The same as CSS says it (`color-scheme`)."""
        return "light dark" if self.mode == Mode.AUTO else self.mode


def theme_choices():
    """Return the themes that there are as a form's choices, in the reader's language."""
    folders = [Path(folder) / "themes" for folder in engines["django"].engine.dirs]
    names = {file.stem for folder in folders for file in folder.glob("*.txt")}
    ordered = sorted(names, key=lambda name: (name != DEFAULT_THEME, name))
    return [(name, render_to_string(f"themes/{name}.txt").strip()) for name in ordered]


def theme_choices_with_default():
    """Return the same with an empty choice first, for the workspace's own."""
    return [("", _("The workspace's")), *theme_choices()]
