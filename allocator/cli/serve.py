"""``allocator serve``: the HTTP service and its pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from allocator.errors import AllocatorError


@click.command("serve")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Folder of the store.")
@click.option("--database", metavar="URL", help="PostgreSQL, in place of the SQLite file in the folder.")
@click.option("--host", metavar="ADDRESS", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: 8080]")
@click.option("--demo", is_flag=True, help="Load a synthetic Surrey and sample users; only into an empty store.")
def command(demo: bool, **given: Any) -> None:
    """Serve pages for people and an HTTP interface for programs.

    Every setting can come from the environment too: `allocator help settings` lists them. The first run makes an
    administrator and writes a password for one sign-in into a file that only its owner can read.

    Exit codes: 0 ended; 2 input or usage; 1 anything else.
    """
    try:
        import fastapi  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        raise AllocatorError("The web service is not installed.", maybe="run `pip install 'allocator[web]'`.") from None
    from allocator.http.serving import serve

    serve({name: value for name, value in given.items() if value is not None}, demo=demo, say=click.echo)
