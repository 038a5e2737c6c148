"""The WSGI entry point: `gunicorn config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from operations.memory import configure_garbage_collection  # noqa: E402 - needs the settings

configure_garbage_collection()
