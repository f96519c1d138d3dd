"""Compute the search keys of the users of earlier releases."""

from django.db import migrations

from core.text import search_key


def compute(apps, schema_editor):
    User = apps.get_model("users", "User")
    for user in User.objects.only("username", "display_name").iterator(1000):
        key = search_key(f"{user.username} {user.display_name}")[:400]
        User.objects.filter(pk=user.pk).update(search_key=key)


class Migration(migrations.Migration):
    dependencies = [("users", "0003_people_and_former_names")]

    operations = [migrations.RunPython(compute, migrations.RunPython.noop, elidable=True)]
