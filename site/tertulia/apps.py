from django.apps import AppConfig


class TertuliaConfig(AppConfig):
    name = "tertulia"
    verbose_name = "Tertulia"

    def ready(self):
        from .design import checks as design_checks  # noqa: F401
        from .operations import checks  # noqa: F401 (registers them)
