"""Find the `samples.py` of every package of our apps, without a list of them."""

from functools import cache
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings

from . import cast

# The folders of our own apps; other apps are installed elsewhere.
ROOTS = [settings.BASE_DIR, settings.BASE_DIR / "site"]


def all_samples():
    """Return every Sample, created anew: rendering changes forms and windows."""
    return [sample for file in sample_files() for sample in samples_of(file)]


@cache
def sample_files():
    """Return the path of every `samples.py` in the gallery's order.

    The apps beside site/ come first; in an app, those of inner packages come last.
    """
    ours = [path for app in apps.get_app_configs() if (path := Path(app.path)).parent in ROOTS]
    ours.sort(key=lambda path: (ROOTS.index(path.parent), path))
    found = [sorted(path.rglob("samples.py"), key=lambda file: file.parent) for path in ours]
    return [file for files in found for file in files]


def samples_of(file):
    """Return the samples of one of `sample_files()`."""
    return list(import_module(_module_of(file)).samples(cast))


def _module_of(file):
    root = next(root for root in reversed(ROOTS) if file.is_relative_to(root))
    return ".".join(file.relative_to(root).with_suffix("").parts)
