"""``allocator help``: the manual in the terminal."""

from __future__ import annotations

import click


@click.command("help")
@click.argument("topic", nargs=-1, metavar="[TOPIC]")
@click.option("--search", "words", metavar="WORDS", help="List the sections in which these words are.")
def command(topic: tuple[str, ...], words: str | None) -> None:
    """Read the manual: its topics, one of them, or what it says of a command.

    Exit codes: 0 done; 2 no such topic.
    """
    from allocator.cli.manual_view import print_found, print_page, print_topics
    from allocator.manual.pages import page, search, topics

    if words is not None:
        print_found(search(words), words)
    elif not topic:
        print_topics()
    else:
        name = " ".join(topic).lower()
        sections = [] if name in topics() else _of_command(name)
        print_page("\n".join(sections) or page(name).text)


def _of_command(name: str) -> list[str]:
    """What the page of commands says of a command, and of those below it."""
    from allocator.manual.pages import page

    wanted = f"allocator {name}"
    return [s.text for s in page("commands").sections if s.title == wanted or s.title.startswith(f"{wanted} ")]
