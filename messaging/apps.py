from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self):
        from users.signals import person_deactivated

        from .drafts.actions import drop_drafts
        from .search.schema import create_index

        person_deactivated.connect(drop_drafts)
        post_migrate.connect(create_index, sender=self, dispatch_uid="messaging.search")
