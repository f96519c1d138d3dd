from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self):
        from users.signals import person_deactivated

        from .drafts.actions import drop_drafts
        from .search.schema import add_function, create_index

        person_deactivated.connect(drop_drafts)
        connection_created.connect(add_function, dispatch_uid="messaging.search")
        post_migrate.connect(create_index, sender=self, dispatch_uid="messaging.search")
