"""The manual as the terminal shows it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from contextlib import nullcontext

from rich.markdown import Markdown
from rich.padding import Padding

from allocator.cli.console import heading, output
from allocator.manual.pages import PARTS, Found, page


def print_topics() -> None:
    """List the topics, by whom they are for."""
    console = output()
    console.print("allocator help TOPIC shows one of these:")
    for part, topics in PARTS.items():
        heading(console, part)
        for topic in topics:
            console.print(f"  {topic:<17} {page(topic).title}")
    console.print()
    console.print("allocator help COMMAND shows what a command takes; allocator help --search WORDS looks everywhere.")


def print_page(text: str) -> None:
    """Print Markdown, through a pager where somebody sits before it."""
    console = output()
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"*Picture: \1*", text)
    text = re.sub(r"\[([^\]]*)\]\(([\w-]+)\.md(?:#[^)]*)?\)", r"\1 (`allocator help \2`)", text)
    os.environ.setdefault("LESS", "-FRX")
    with console.pager(styles=True) if sys.stdout.isatty() and sys.stdin.isatty() else nullcontext():
        console.print(Markdown(text, hyperlinks=False))


def print_found(found: Sequence[Found], words: str) -> None:
    """List the sections that a search has found."""
    console = output()
    if not found:
        console.print(f"No section of the manual has: {words}")
    for one in found:
        section = one.section
        where = one.page_title if section.title == one.page_title else f"{one.page_title}: {section.title}"
        console.print(f"{section.topic:<17} {where}")
        console.print(Padding(one.excerpt, (0, 0, 0, 18), expand=False), style="dim")
