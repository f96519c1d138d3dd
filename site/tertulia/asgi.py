"""The ASGI entry point for HTTP requests and WebSockets.

Run it with `python -m uvicorn --app-dir site tertulia.asgi:application`; see the Procfile.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tertulia.settings")
sys.path.insert(1, str(Path(__file__).resolve().parent.parent.parent))

import django

django.setup(set_prefix=False)

from .server.application import Application, exit_if_misconfigured  # noqa: E402
from .server.spare_memory import keep_little  # noqa: E402

exit_if_misconfigured()
application = Application()
keep_little()
