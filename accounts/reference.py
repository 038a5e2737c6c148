"""Loads offices and roles from the reference data."""

from __future__ import annotations

import json
from pathlib import Path

from django.contrib.auth.models import Group, Permission

from reporting.loading import LoadTally, read_csv, upsert

from .models import Office

REASON = "Data acuan"


def load_offices(folder: Path) -> LoadTally:
    """Load head office, regional offices and branches as published, and the governments of all provinces and regencies.

    Name, parent and `is_active` are set on creation only: later changes by staff outrank the published lists.
    """
    kind = Office.Kind
    rows = [
        {"code": row["code"], "name": row["name"], "kind": row["kind"], "parent_id": row["parent"] or None}
        for row in read_csv(folder / "offices.csv")
    ]
    governments = [(row["code"], f"Provinsi {row['name']}") for row in read_csv(folder / "provinces.csv")]
    governments += [(row["code"], row["name"]) for row in read_csv(folder / "regencies.csv")]
    rows += [
        {"code": government_code(code), "name": f"Pemerintah {name}", "kind": kind.GOVERNMENT, "parent_id": None}
        for code, name in governments
    ]
    return upsert(Office, rows, what="Kantor", on_creation=("name", "parent_id"), reason=REASON)


def government_code(area_code: str) -> str:
    """Return the office code of the government of an area: `PEMDA-18`, `PEMDA-1801`."""
    return f"PEMDA-{area_code}"


def load_roles(folder: Path) -> LoadTally:
    """Load the roles: groups with exactly the declared permissions; permissions added by staff are removed again.

    Other roles need a group of another name. Raises LookupError for a permission that does not exist.
    """
    tally = LoadTally("Peran")
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, names in declared_permissions(json.loads((folder / "roles.json").read_text(encoding="utf-8"))).items():
        if missing := names - known.keys():
            raise LookupError(f"Role {name}: unknown permissions {sorted(missing)}")
        group, created = Group.objects.get_or_create(name=name)
        wanted = {known[permission].pk for permission in names}
        if created or set(group.permissions.values_list("pk", flat=True)) != wanted:
            group.permissions.set(wanted)
            tally.created += created
            tally.changed += not created
        else:
            tally.unchanged += 1
    return tally


def declared_permissions(roles: dict[str, dict[str, list[str]]]) -> dict[str, set[str]]:
    """Return the permissions of each role as `app.codename`. `edit` means view, add and change; no role deletes."""
    result: dict[str, set[str]] = {}
    for name, role in roles.items():
        permissions = set(role["may"])
        for verb, models in (("view", role["view"] + role["edit"]), ("add", role["edit"]), ("change", role["edit"])):
            permissions |= {"{}.{}_{}".format(*_split(model, verb)) for model in models}
        for other in role["includes"]:
            permissions |= result[other]
        result[name] = permissions
    return result


def _split(model: str, verb: str) -> tuple[str, str, str]:
    app, _, name = model.partition(".")
    return app, verb, name
