"""Help pages in the language of the person at the keyboard, with Typer's own words around ours."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from grader import texts

if TYPE_CHECKING:  # see texts
    from grader.records import Language

# Typer's fixed strings, and our keys for them.
FIXED = {
    "ARGUMENTS_PANEL_TITLE": "arguments",
    "OPTIONS_PANEL_TITLE": "options",
    "COMMANDS_PANEL_TITLE": "commands",
    "ERRORS_PANEL_TITLE": "error",
    "DEFAULT_STRING": "default",
    "REQUIRED_LONG_STRING": "required",
    "RICH_HELP": "try_help",
    "ABORTED_TEXT": "aborted",
}


def language(environment: Mapping[str, str] = os.environ) -> Language:
    """``$GRADER_LANG``, else the locale's language, else English."""
    named = next((environment[key] for key in ("GRADER_LANG", "LC_ALL", "LANG") if environment.get(key)), "")
    return "es" if named.lower().startswith("es") else "en"


def say(key: str) -> str:
    """A text of the family ``command_line`` in the language of this process."""
    return texts.catalogue()[f"command_line.{key}"][0 if language() == "en" else 1]


class Command(TyperCommand):
    """A verb whose help page speaks the reader's language."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        return _speaking(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        translate_fixed_strings()
        super().format_help(ctx, formatter)


class Group(TyperGroup):
    """A family of verbs whose help page speaks the reader's language."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        return _speaking(super().get_help_option(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        translate_fixed_strings()
        super().format_help(ctx, formatter)


def translate_fixed_strings() -> None:
    """Put our words in the place of Typer's, which are constants of its module for pages."""
    from typer import rich_utils  # noqa: PLC0415 - loads rich, which only pages need

    for name, key in FIXED.items():
        setattr(rich_utils, name, say(f"page.{key}"))


def _write_usage(command: Any, ctx: Any, formatter: Any) -> None:
    pieces = " ".join(command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=f"{say('page.usage')} ")


def _speaking(option: Any) -> Any:
    if option is not None:
        option.help = say("page.help")
    return option
