"""Write the missing opening of months opened before openings were recorded in the history.

A record without history was never changed, so its present values are those of the opening. It is dated when the month
was opened or, if that is unknown, on the day after the month's end. Openings of records changed since are unknown and
not written.
"""

import datetime

from django.db import migrations
from django.db.models import Exists, Min, OuterRef
from django.utils import timezone

BATCH = 2000


def begin(apps, schema_editor):
    period_model = apps.get_model("coverage", "ReportingPeriod")
    of_periods = apps.get_model("coverage", "HistoricalReportingPeriod")
    records = apps.get_model("coverage", "CoverageRecord")
    of_records = apps.get_model("coverage", "HistoricalCoverageRecord")
    opened = dict(of_periods.objects.order_by().values_list("month").annotate(Min("history_date")))
    late = []
    for period in period_model.objects.all():
        if period.month not in opened:
            following = (period.month.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
            opened[period.month] = timezone.make_aware(datetime.datetime.combine(following, datetime.time.min))
            late.append(_state(of_periods, period, opened[period.month]))
    of_periods.objects.bulk_create(late)
    untold = records.objects.filter(~Exists(of_records.objects.filter(id=OuterRef("pk")))).order_by("pk")
    waiting = []
    # listed first: on SQLite nothing may be written while rows are still being read
    for keys in _in_batches(list(untold.values_list("pk", flat=True))):
        for record in records.objects.filter(pk__in=keys).order_by("pk"):
            waiting.append(_state(of_records, record, opened[record.period_id], via="OPEN"))
        of_records.objects.bulk_create(waiting)
        waiting = []


def _state(history, row, at, **more):
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return history(**values, **more, history_date=at, history_type="+")


def _in_batches(keys):
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


class Migration(migrations.Migration):
    dependencies = [("coverage", "0003_history_of_openings")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
