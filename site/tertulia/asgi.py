"""Where every connection comes in: static files, pages and streams, sockets.

Started as `python -m uvicorn --app-dir site tertulia.asgi:application`: see the Procfile.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tertulia.settings")
sys.path.insert(1, str(Path(__file__).resolve().parent.parent.parent))

import django

django.setup(set_prefix=False)

from .server.application import Application, stop_where_unfit  # noqa: E402

stop_where_unfit()
application = Application()
