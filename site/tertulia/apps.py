from django.apps import AppConfig


class TertuliaConfig(AppConfig):
    name = "tertulia"
    verbose_name = "Tertulia"

    def ready(self):
        from . import checks  # noqa: F401 (registers them)
        from .design import checks as design_checks  # noqa: F401
        from .passkeys import take_from_own_pages_only

        take_from_own_pages_only()
