"""Adds the version token of potentials, which their cache depends on."""

from uuid import uuid4

from django.db import migrations, models


def begin(apps, schema_editor):
    apps.get_model("coverage", "Revision").objects.create(subject="potentials", token=uuid4().hex)


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0007_index_of_a_provinces_potentials"),
    ]

    operations = [
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("subject", models.SlugField(max_length=20, primary_key=True, serialize=False, verbose_name="tentang")),
                ("token", models.CharField(max_length=32, verbose_name="tanda")),
            ],
            options={
                "verbose_name": "keadaan data",
                "verbose_name_plural": "keadaan data",
            },
        ),
        migrations.AlterModelOptions(
            name="workforceestimate",
            options={
                "base_manager_name": "objects",
                "ordering": ["province", "regency", "segment", "-effective_from"],
                "verbose_name": "potensi pekerja",
                "verbose_name_plural": "potensi pekerja",
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
