from django.db import migrations, models


def name_commands(apps, schema_editor):
    """Rows of history without a user were written by a command."""
    apps.get_model("targets", "HistoricalTarget").objects.filter(history_user=None).update(via="COMMAND")


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0001_start"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicaltarget",
            name="via",
            field=models.CharField(
                choices=[
                    ("FORM", "Formulir entri"),
                    ("FILE", "Unggahan berkas"),
                    ("ADMIN", "Admin"),
                    ("COMMAND", "Perintah"),
                    ("VERIFY", "Verifikasi"),
                    ("CARRIED", "Mengikuti bulan sebelumnya"),
                    ("OPEN", "Pembukaan bulan"),
                ],
                default="ADMIN",
                max_length=8,
                verbose_name="melalui",
            ),
        ),
        migrations.RunPython(name_commands, migrations.RunPython.noop),
    ]
