from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self):
        from .search.schema import create_index

        post_migrate.connect(create_index, sender=self, dispatch_uid="messaging.search")
