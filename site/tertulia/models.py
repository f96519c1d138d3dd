"""The project's models, imported here so that Django finds them."""

from .background.models import KeptTask as KeptTask
from .background.models import Process as Process
from .imports.models import Import as Import
from .imports.models import Imported as Imported
