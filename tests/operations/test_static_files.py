"""Static files as production serves them."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.management import call_command
from django.test import override_settings


def test_modules_import_each_other_under_names_that_change_with_their_content(tmp_path):
    storage = {"staticfiles": {"BACKEND": "operations.static_storage.StaticStorage"}}
    with override_settings(STORAGES=storage, STATIC_ROOT=tmp_path, DEBUG=False):
        call_command("collectstatic", interactive=False, verbosity=0)
    modules = list(tmp_path.glob("js/entry/*.*.js"))
    imported = {name for path in modules for name in re.findall(r'from "\./([^"]+)"', path.read_text())}
    assert len(imported) > 5
    assert imported < {path.name for path in modules}


def test_styles_of_the_help_button_do_not_apply_to_rows_that_need_a_reason():
    """help.css is on every page, and rows, columns and counts that ask for something have the same class as its "?"."""
    rules = re.sub(r"/\*.*?\*/", "", (settings.BASE_DIR / "static" / "css" / "help.css").read_text(), flags=re.DOTALL)
    named = re.findall(r"(\w*)\.ask\b", rules)
    assert named
    assert set(named) == {"button"}
