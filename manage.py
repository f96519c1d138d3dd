#!/usr/bin/env python
"""The one command of the project: `python manage.py help` lists what it can do."""

import os
import sys
from pathlib import Path


def main():
    # `site` is a plain folder (the name belongs to the standard library), so it is put on the path.
    sys.path.insert(1, str(Path(__file__).resolve().parent / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tertulia.settings")
    from tertulia.operations.console import run

    run(sys.argv)


if __name__ == "__main__":
    main()
