"""Move the room at /rooms/new/, where the form for a new room is now, and rename the kinds."""

from django.db import migrations, models


def move_room(apps, schema_editor):
    Room = apps.get_model("rooms", "Room")
    taken = set(Room.objects.filter(slug__startswith="new").values_list("slug", flat=True))
    free = next(slug for n in range(2, len(taken) + 3) if (slug := f"new-{n}") not in taken)
    Room.objects.filter(slug="new").update(slug=free)


class Migration(migrations.Migration):
    dependencies = [("rooms", "0003_room_invitations")]

    operations = [
        migrations.RunPython(move_room, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="room",
            name="kind",
            field=models.CharField(
                choices=[
                    ("open", "Public: anyone here can read and join"),
                    ("closed", "Private: invited members only"),
                    ("direct", "Direct: between a few people"),
                ],
                default="open",
                max_length=6,
                verbose_name="kind",
            ),
        ),
    ]
