"""Takes the screenshots of the README and the guides from a newly created demonstration.

    .venv/bin/python manage.py demo                  (in another window)
    .venv/bin/python docs/pictures/make.py [http://127.0.0.1:8000]

Needs requirements-dev.txt and chromium. guides.py changes the data: recreate the demonstration afterwards.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from guides import take_guides

HERE = Path(__file__).resolve().parent
LARGEST = 250_000  # bytes
PASSWORD = "peragaan-ucj"  # noqa: S105 - of the demonstration, printed in the README
#: File -> user, address, part of the page.
PICTURES = {
    "overview.png": ("pimpinan", "/", 900),
    "entry.png": ("entri", "/entri/", 760),
}


def log_in(page: Page, username: str) -> None:
    page.goto("/masuk/")
    page.get_by_label("Nama pengguna").fill(username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("button", name="Keluar").wait_for()


def take(address: str) -> None:
    chromium = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, (username, where, height) in PICTURES.items():
            context = browser.new_context(base_url=address, viewport={"width": 1366, "height": height}, locale="id-ID")
            page = context.new_page()
            log_in(page, username)
            page.goto(where, wait_until="networkidle")
            page.screenshot(path=HERE / name)
            context.close()
            size = (HERE / name).stat().st_size
            print(f"{name}: {size:,} bytes")  # noqa: T201
            if size > LARGEST:
                sys.exit(f"{name} is larger than {LARGEST:,} bytes: show less of the page.")
        take_guides(browser, address, log_in)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
