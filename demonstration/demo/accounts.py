"""The demonstration's users: one per role, no invented names."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group

from accounts.models import User

PASSWORD = "peragaan-ucj"  # noqa: S105 - printed on purpose, refused outside a demonstration


@dataclass(frozen=True)
class DemoUser:
    username: str
    name: str
    office: str
    roles: tuple[str, ...]
    what: str
    is_staff: bool = False
    is_superuser: bool = False


USERS = (
    DemoUser(
        "entri",
        "Petugas entri",
        "KC-LAMPUNG-TENGAH",
        ("Petugas entri",),
        "mengisi angka Kantor Cabang Lampung Tengah",
        is_staff=True,
    ),
    DemoUser(
        "verifikasi",
        "Verifikator",
        "KW-SUMBAGSEL",
        ("Petugas entri", "Verifikator"),
        "memeriksa kantor di bawah Kantor Wilayah Sumbagsel",
        is_staff=True,
    ),
    DemoUser(
        "sasaran",
        "Pengelola target",
        "KW-SUMBAGSEL",
        ("Pengelola target",),
        "menetapkan dan memecah target di Kantor Wilayah Sumbagsel",
        is_staff=True,
    ),
    DemoUser("pimpinan", "Pimpinan", "KP", ("Pembaca",), "membaca semua wilayah"),
    DemoUser("pemda", "Pemerintah daerah", "PEMDA-18", ("Pembaca",), "membaca Lampung saja"),
    DemoUser(
        "admin", "Administrator", "KP", ("Administrator",), "mengelola semuanya", is_staff=True, is_superuser=True
    ),
)


def make_users() -> dict[str, User]:
    """Create the users, or reset password, office and roles as printed; return them by username.

    Needs the reference data.
    """
    roles = {group.name: group for group in Group.objects.all()}
    made = {}
    for entry in USERS:
        user = User.objects.filter(username=entry.username).first() or User(username=entry.username)
        user.first_name = entry.name
        user.office_id = entry.office
        user.is_staff = entry.is_staff
        user.is_superuser = entry.is_superuser
        user.email = user.email or f"{entry.username}@semesta.example"
        user.is_active = True
        if not user.check_password(PASSWORD):
            user.set_password(PASSWORD)
        user.save()
        user.groups.set([roles[name] for name in entry.roles])
        made[entry.username] = user
    return made
