from django.apps import AppConfig


class TertuliaConfig(AppConfig):
    name = "tertulia"
    verbose_name = "Tertulia"

    def ready(self):
        from .accounts.passkeys import require_own_origin
        from .design import checks as design_checks  # noqa: F401
        from .operations import checks  # noqa: F401 (registers them)

        require_own_origin()
