"""Sets up Django as on a server, with the commit in the current folder."""

from __future__ import annotations

import os

import django


def start() -> None:
    """Load everything a worker loads, and configure garbage collection as the WSGI module does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.utils.module_loading import import_string

    settings.DEBUG = False  # queries are not logged, templates are cached
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    import_string(settings.WSGI_APPLICATION)


def tidy() -> None:
    """Vacuum the tables, because measured writes are rolled back and leave dead rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
