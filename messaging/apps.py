from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self):
        from users.signals import person_deactivated

        # They say what can be done instead of posting: see message.submit, and commands.
        from .commands import rooms as rooms
        from .drafts.actions import drop_drafts
        from .later import commands as commands
        from .reactions import acts as acts
        from .search.schema import add_function, create_index
        from .webhooks.incoming.actions import end_webhooks

        person_deactivated.connect(drop_drafts)
        person_deactivated.connect(end_webhooks)
        connection_created.connect(add_function, dispatch_uid="messaging.search")
        post_migrate.connect(create_index, sender=self, dispatch_uid="messaging.search")
