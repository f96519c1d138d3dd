from django.db import migrations


def store_as_they_are(apps, schema_editor):
    """Tell PostgreSQL not to compress pieces: pictures are compressed already."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE files_piece ALTER COLUMN data SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [migrations.RunPython(store_as_they_are, migrations.RunPython.noop)]
