"""Index of the potentials of one province, which every page of an area reads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("coverage", "0006_indexes_of_report_reads"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="workforceestimate",
            index=models.Index(fields=["province", "segment", "effective_from"], name="estimate_of_province"),
        ),
    ]
