"""``allocator help``: the manual in the terminal."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from contextlib import nullcontext

import click
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Markdown
from rich.padding import Padding
from rich.text import Text as Line

from allocator.manual.pages import PARTS, Found, page, search, topics
from allocator.reporting.model import Block, Heading, Report, Text
from allocator.reporting.renderers.terminal import output, print_report


class _Code(CodeBlock):
    """Commands and samples, line for line: one that is wrapped cannot be copied."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in str(self.text).rstrip().split("\n"):
            yield Line(f"  {line}", "markdown.code_block", no_wrap=True, overflow="ignore")


class _Page(Markdown):
    """A page of the manual."""

    elements = Markdown.elements | {"fence": _Code, "code_block": _Code}


@click.command("help")
@click.argument("topic", nargs=-1, metavar="[TOPIC]")
@click.option("--search", "words", metavar="WORDS", help="List the sections in which these words are.")
def command(topic: tuple[str, ...], words: str | None) -> None:
    """Read the manual: its topics, one of them, or what it says of a command.

    Exit codes: 0 done; 2 no such topic.
    """
    if words is not None:
        _print_found(search(words), words)
    elif not topic:
        _print_topics()
    else:
        name = " ".join(topic).lower()
        sections = [] if name in topics() else _of_command(name)
        _print_page("\n".join(sections) or page(name).text)


def _of_command(name: str) -> list[str]:
    """What the page of commands says of a command, and of those below it."""
    wanted = f"allocator {name}"
    return [s.text for s in page("commands").sections if s.title == wanted or s.title.startswith(f"{wanted} ")]


def _print_topics() -> None:
    """List the topics, by whom they are for."""
    blocks: list[Block] = [Text("allocator help TOPIC shows one of these:")]
    for part, named in PARTS.items():
        blocks.append(Heading(part))
        blocks += (Text(f"{topic:<17} {page(topic).title}", indent=2) for topic in named)
    blocks += [
        Text(""),
        Text("allocator help COMMAND shows what a command takes; allocator help --search WORDS looks everywhere."),
    ]
    print_report(output(), Report("", tuple(blocks)))


def _print_page(text: str) -> None:
    """Print Markdown, through a pager where somebody sits before it."""
    console = output()
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"*Picture: \1*", text)
    text = re.sub(r"\[([^\]]*)\]\(([\w-]+)\.md(?:#[^)]*)?\)", r"\1 (`allocator help \2`)", text)
    os.environ.setdefault("LESS", "-FRX")
    with console.pager(styles=True) if sys.stdout.isatty() and sys.stdin.isatty() else nullcontext():
        console.print(_Page(text, hyperlinks=False), crop=False)


def _print_found(found: Sequence[Found], words: str) -> None:
    """List the sections that a search has found."""
    console = output()
    if not found:
        console.print(f"No section of the manual has: {words}")
    for one in found:
        section = one.section
        where = one.page_title if section.title == one.page_title else f"{one.page_title}: {section.title}"
        console.print(f"{section.topic:<17} {where}")
        console.print(Padding(one.excerpt, (0, 0, 0, 18), expand=False), style="dim")
