"""Reference data: areas under both code systems, offices, segments, roles; loading is idempotent."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts.models import Office, User
from accounts.reference import declared_permissions, load_roles
from coverage.models import Dataset, Province, Regency, WorkerSegment
from targets.models import TargetSource


@pytest.fixture
def reference(db, capsys):
    call_command("load_reference")


def history_rows() -> dict[str, int]:
    return {model.__name__: model.history.count() for model in (Office, Province, Regency)}


def office_of(code: str) -> str:
    return Regency.objects.get(code=code).branch_office_id


def test_all_areas_are_there_under_both_code_systems(reference):
    assert Province.objects.count() == 38
    assert Regency.objects.filter(kind="KABUPATEN").count() == 416
    assert Regency.objects.filter(kind="KOTA").count() == 98
    assert Regency.objects.by_code("18.01").get().name == "Kabupaten Lampung Selatan"
    assert Regency.objects.by_code("1801", "bps").get().name == "Kabupaten Lampung Barat"
    assert Province.objects.by_code("91").get().name == "Papua"
    assert Province.objects.by_code("91", "bps").get().name == "Papua Barat"
    assert Regency.objects.get(code="1813").split_from_id == "1804"
    assert Regency.objects.filter(split_from__isnull=False).count() == 1


def test_every_area_has_one_office_and_its_government(reference):
    assert Office.objects.filter(kind="REGIONAL").count() == 11
    assert Province.objects.filter(regional_office__code="KW-SUMBAGSEL").count() == 5
    assert office_of("1802") == "KC-LAMPUNG-TENGAH"
    assert office_of("1803") == "KC-LAMPUNG-TENGAH", "the regency of a sub-branch belongs to the parent branch"
    assert office_of("1807") == "KW-SUMBAGSEL", "no branch known: the regional office"
    assert office_of("1371") == "KC-PADANG"
    assert office_of("2171") == "KW-SUMBARRIAU", "two offices in Batam: not decided here"
    assert Office.objects.get(code="KC-PADANG").name == "Kantor Padang"
    assert Office.objects.filter(code__startswith="KC-", parent="KW-SUMBAGSEL").count() == 8
    assert Regency.objects.get(code="1872").government_office.name == "Pemerintah Kota Metro"
    assert Province.objects.get(code="18").government_office.name == "Pemerintah Provinsi Lampung"
    assert Office.objects.filter(kind="GOVERNMENT").count() == 38 + 514
    strays = [r.code for r in Regency.objects.select_related("branch_office", "province") if not _in_line(r)]
    assert strays == [], "a regency's office is its Kanwil or a branch under it"


def _in_line(regency: Regency) -> bool:
    return regency.province.regional_office_id in (regency.branch_office_id, regency.branch_office.parent_id)


def test_segments_sum_only_what_is_exclusive(reference):
    assert WorkerSegment.objects.count() == 20
    headline = WorkerSegment.objects.get(is_headline=True)
    assert headline.code == "UCJ"
    assert {s.code for s in headline.components.all()} == {"PU", "BPU", "TOTAL-UNSPLIT"}
    assert not WorkerSegment.objects.exclude(kind="BASIC").filter(composites__isnull=False).exists()
    assert set(WorkerSegment.objects.filter(is_expected=True).values_list("code", flat=True)) == {
        "PU",
        "BPU",
        "JAKON",
        "PMI",
    }
    assert set(WorkerSegment.objects.filter(has_potential=False).values_list("code", flat=True)) == {"JAKON", "PMI"}


def test_second_run_changes_nothing_and_leaves_no_history(reference, capsys):
    before = history_rows()
    loaded_at = Dataset.objects.get(code="reference").loaded_at
    capsys.readouterr()
    call_command("load_reference")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert all(" 0 baru" in line and " 0 diubah" in line for line in lines), lines
    assert history_rows() == before == {"Office": 601, "Province": 38, "Regency": 514}
    assert Dataset.objects.get(code="reference").loaded_at == loaded_at


def test_assignments_by_staff_stay_but_names_are_corrected(reference, capsys):
    regency = Regency.objects.get(code="1807")
    regency.branch_office_id, regency.is_active, regency.name = "KC-LAMPUNG-TENGAH", False, "Kabupaten Lampung Timor"
    regency.save()
    province = Province.objects.get(code="18")
    province.regional_office_id = "KW-BANTEN"
    province.save()
    Office.objects.filter(code="KC-PADANG").update(name="Kantor Cabang Padang", parent="KP")
    call_command("load_reference")
    regency.refresh_from_db()
    assert (regency.branch_office_id, regency.is_active) == ("KC-LAMPUNG-TENGAH", False)
    assert regency.name == "Kabupaten Lampung Timur"
    assert Province.objects.get(code="18").regional_office_id == "KW-BANTEN"
    padang = Office.objects.get(code="KC-PADANG")
    assert (padang.name, padang.parent_id) == ("Kantor Cabang Padang", "KP")
    assert "1 diubah" in next(line for line in capsys.readouterr().out.splitlines()[6:] if "Kabupaten" in line)


def test_missing_rows_come_back_and_foreign_ones_stay(reference):
    TargetSource.objects.filter(code="PEMDA").delete()
    TargetSource.objects.create(code="SENDIRI", name="Milik kantor ini")
    WorkerSegment.objects.get(code="UCJ").components.remove("BPU")
    call_command("load_reference", verbosity=0)
    assert TargetSource.objects.count() == 8
    assert WorkerSegment.objects.get(code="UCJ").components.count() == 3


def test_roles_hold_exactly_what_is_declared(reference):
    entry = Group.objects.get(name="Petugas entri")
    before = set(entry.permissions.values_list("codename", flat=True))
    entry.permissions.add(Permission.objects.get(codename="correct_records"))
    call_command("load_reference", verbosity=0)
    assert set(entry.permissions.values_list("codename", flat=True)) == before
    assert {"enter_records", "change_coveragerecord", "view_workforceestimate"} <= before
    assert not {"verify_submissions", "plan_targets", "change_workforceestimate"} & before


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("Pembaca", {"coverage.view_coveragerecord"}, {"coverage.enter_records", "coverage.change_coveragerecord"}),
        ("Petugas entri", {"coverage.enter_records"}, {"coverage.verify_submissions", "coverage.correct_records"}),
        ("Verifikator", {"coverage.verify_submissions"}, {"coverage.enter_records", "targets.plan_targets"}),
        ("Pengelola target", {"targets.plan_targets", "targets.change_target"}, {"coverage.enter_records"}),
        ("Administrator", {"coverage.correct_records", "accounts.change_user"}, {"coverage.delete_coveragerecord"}),
    ],
)
def test_what_a_role_may_do(reference, role, may, may_not):
    user = User.objects.create_user("orang", office_id="KP")
    user.groups.add(Group.objects.get(name=role))
    permissions = user.get_all_permissions()
    assert may <= permissions
    assert not may_not & permissions
    assert not [name for name in permissions if ".delete_" in name and not name.startswith("axes.")]


def test_a_role_with_an_unknown_permission_is_refused(reference, tmp_path):
    (tmp_path / "roles.json").write_text(
        '{"Coba": {"includes": [], "view": [], "edit": ["coverage.nothing"], "may": []}}', encoding="utf-8"
    )
    with pytest.raises(LookupError, match="add_nothing"):
        load_roles(tmp_path)


def test_a_role_takes_over_what_it_includes():
    roles = {
        "a": {"includes": [], "view": ["x.y"], "edit": [], "may": []},
        "b": {"includes": ["a"], "view": [], "edit": [], "may": ["x.do"]},
    }
    assert declared_permissions(roles)["b"] == {"x.view_y", "x.do"}
