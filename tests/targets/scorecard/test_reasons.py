"""The reasons of a fall on a scorecard are ordered by loss, as on the page of the area."""

from datetime import date

from coverage.models import CoverageRecord, WorkerSegment
from targets.progress.data import Question
from targets.scorecard.selectors import Scorecards
from tests.conftest import put


def test_the_reason_of_the_largest_loss_comes_first_however_many_give_another(world):
    for code, before, now, note in (
        ("1801", 500, 490, "Data ganda dihapus"),
        ("1802", 500, 480, "Data ganda dihapus"),
        ("1804", 900, 500, "Pabrik tutup"),
    ):
        put(code, "PU", "2024-08", before, verified=before)
        put(code, "PU", "2024-09", now, verified=now)
        CoverageRecord.objects.filter(regency=code, period="2024-09-01").update(note=note)
    question = Question(month=date(2024, 9, 1), segment=WorkerSegment.objects.get(pk="UCJ"))
    sheet = Scorecards(world.pimpinan, world.lampung, question).sheet(world.lampung)
    assert [fall.reasons for fall in sheet.falls] == [("Pabrik tutup", "Data ganda dihapus")]
