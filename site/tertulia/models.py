"""The models of the site, for Django: each lives in its own package."""

from .background.models import KeptTask as KeptTask
from .background.models import Process as Process
