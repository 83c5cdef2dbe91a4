"""The ``twelvefold`` command: a table of verbs, and the one place where errors become words and exit codes."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

import typer

# Typer carries its own click, and shows no other way to its usage errors; requirements.txt pins it.
from typer._click.exceptions import ClickException

from infra.cli.cloud import cloud
from infra.cli.drift import drift
from infra.cli.engine import engine, set_up
from infra.cli.preview import preview
from infra.cli.report import comment, report
from infra.cli.show import complain
from infra.cli.snapshot import snapshot
from infra.cli.stacks import check, demo, destroy, schema, up
from infra.errors import EXIT_ERROR, EXIT_INTERRUPTED, TwelvefoldError
from infra.providers.kit.startup import leave_out_unused

app = typer.Typer(
    help="Twelve-factor services on Heroku, declared as code.\n\nExample: twelvefold preview staging",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (check, preview, up, drift, destroy, schema, demo):
    app.command()(verb)
for verb_on_report in (report, comment, snapshot):
    app.command()(verb_on_report)
app.command("setup")(set_up)
app.add_typer(engine, name="engine")
app.add_typer(cloud, name="cloud")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with the code that fits the outcome."""
    leave_out_unused()
    # Nearly all that a run makes lives to its end: to look for what does not took a third of an audit of 1,000 apps.
    gc.set_threshold(100_000, 50, 100)
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run the command line and return the exit code."""
    try:
        result = app(arguments, standalone_mode=False)
    except TwelvefoldError as error:
        complain(error, arguments)
        return error.exit_code
    except typer.Exit as done:
        return done.exit_code
    except ClickException as misuse:
        misuse.show()
        return EXIT_ERROR
    except (KeyboardInterrupt, EOFError, typer.Abort):
        sys.stderr.write("Interrupted.\n")
        return EXIT_INTERRUPTED
    return result if isinstance(result, int) else 0
