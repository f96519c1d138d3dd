"""Django's migrate under a lock: if two run at once, the second waits."""

from django.core.management.commands import migrate

from tertulia.operations.release_lock import one_release_at_a_time


class Command(migrate.Command):
    def handle(self, *args, **options):
        with one_release_at_a_time():
            super().handle(*args, **options)
