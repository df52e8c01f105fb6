"""A real server on a synthetic Surrey, and a real Chromium that walks it."""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from allocator.http.web.static_files import missing
from tests.processes import PATIENCE, start

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "CI" in os.environ:  # there, a machine without a browser fails
        return
    lacking = (
        missing() if Path(CHROMIUM).exists() else f"There is no {CHROMIUM}.\nMaybe run `apt-get install chromium`."
    )
    if lacking is not None:
        for item in items:
            if "tests/browser" in str(item.path):
                item.add_marker(pytest.mark.skip(reason=lacking.splitlines()[0]))


@dataclass
class Site:
    """A running service.

    Attributes
    ----------
    address : str
    home : Path
    passwords : dict of str to str
    browser : Browser
    """

    address: str
    home: Path
    passwords: dict[str, str]
    browser: object

    def enter(self, name: str, **context):
        """A browser of somebody who has signed in; whatever it complains about fails the test at the end."""
        page = self.nobody(**context)
        page.goto(f"{self.address}/")
        page.fill("#name", name)
        page.fill("#password", self.passwords[name])
        page.click("main button")
        page.wait_for_url(f"{self.address}/")
        return page

    def nobody(self, **context):
        """A browser in which nobody has signed in."""
        opened = self.browser.new_context(viewport={"width": 1100, "height": 900}, **context)
        opened.set_default_timeout(PATIENCE * 1000)
        page = opened.new_page()
        page.complaints = []
        # That a form was refused is said on the page; the browser says it once more.
        page.on(
            "console", lambda m: page.complaints.append(m.text) if m.type == "error" and "422" not in m.text else None
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda r: page.complaints.append(r.url) if not r.url.startswith(self.address) else None)
        return page


def started(home: Path, *, demo: bool) -> tuple[subprocess.Popen, str]:
    """Start a server as an operator would, and wait until it says that it serves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "allocator", "serve", "--home", str(home), "--port", str(port)]
    environment = {**os.environ, "ALLOCATOR_SOLVERS": "1"}
    path, told = home.parent / f"log-{secrets.token_hex(3)}", threading.Event()
    process = start(
        [*command, *(["--demo"] if demo else [])],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    def copy() -> None:
        with path.open("w") as log:
            for line in process.stdout:
                log.write(line)
                log.flush()
                if line.startswith("Serving on "):
                    told.set()
        told.set()  # it has ended

    process.copying = threading.Thread(target=copy, daemon=True)
    process.copying.start()
    told.wait()
    assert "Serving on " in path.read_text(), path.read_text()
    return process, f"http://127.0.0.1:{port}"


def ended(process: subprocess.Popen) -> int:
    """End a server as an operator would; its log is whole then."""
    process.terminate()
    code = process.wait(PATIENCE)
    process.copying.join()
    return code


def sample_passwords(home: Path) -> dict[str, str]:
    return dict(re.findall(r"^(.+?) \(.*\): (\S+)$", (home / "demo-accounts").read_text(), re.M))


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(chromium, tmp_path_factory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("site") / "home"
    process, address = started(home, demo=True)
    yield Site(address, home, sample_passwords(home), chromium)
    ended(process)
