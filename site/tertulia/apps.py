from django.apps import AppConfig


class TertuliaConfig(AppConfig):
    name = "tertulia"
    verbose_name = "Tertulia"

    def ready(self):
        from . import checks  # noqa: F401 (registers them)
        from .accounts.passkeys import take_from_own_pages_only
        from .design import checks as design_checks  # noqa: F401

        take_from_own_pages_only()
