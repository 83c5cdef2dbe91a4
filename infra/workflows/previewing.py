"""Preview stacks for a report: what would change and why, how far it reaches, what it costs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from infra.apis.connection import connect_heroku, heroku_defaults
from infra.apis.prices import PriceList
from infra.engine.cache import engine_cache
from infra.engine.recorded import Recorded, Records
from infra.engine.rotation import with_fingerprints
from infra.errors import EXIT_CHANGES, EXIT_CLEAN, EXIT_ERROR, Interrupted, TwelvefoldError
from infra.model.estate import Estate
from infra.model.fingerprint import Fingerprints
from infra.model.plan import Preview
from infra.model.prices import Prices
from infra.model.project import Project
from infra.model.report import HERE, Origin, Report, StackReport
from infra.rules.cost import services_of
from infra.rules.impact import impact
from infra.rules.letting_go import told_as_let_go
from infra.rules.uses import changed_names, find_uses
from infra.workflows.drift import Around, read_live
from infra.workflows.fingerprinting import WITHIN_THIS_RUN, project_fingerprints, project_name
from infra.workflows.knowing import Learned, know
from infra.workflows.letting_go import kept_among
from infra.workflows.stacks import Stacks
from infra.workflows.vendors import credentials

CI_FILES = (
    ".github/workflows/*.yml", ".github/workflows/*.yaml", ".github/dependabot.yml", ".github/dependabot.yaml",
    ".circleci/config.yml", ".circleci/config.yaml", ".gitlab-ci.yml",
)  # fmt: skip
LARGEST_CI_FILE = 1_000_000
PriceReader = Callable[[Iterable[str]], Prices]


@dataclass(frozen=True)
class Foreseen:
    """One stack's preview and the state that it was made on, or why there is none."""

    stack: str
    preview: Preview | None = None
    recorded: Recorded = field(default_factory=Recorded, repr=False)
    error: TwelvefoldError | None = None
    live: Estate | None = field(default=None, repr=False)
    """What is live, where that was asked for."""


@dataclass(frozen=True)
class Foresight:
    """Previews of stacks, the key that their fingerprints are made under, and whether that key is the project's own."""

    stacks: tuple[Foreseen, ...]
    fingerprints: Fingerprints = field(repr=False)
    records: Records = field(repr=False)
    lasting: bool
    refreshed: bool

    @property
    def exit_code(self) -> int:
        """1 when a stack failed, 2 when one would change."""
        if any(one.error for one in self.stacks):
            return EXIT_ERROR
        changes = any(one.preview and one.preview.plan.has_changes for one in self.stacks)
        return EXIT_CHANGES if changes else EXIT_CLEAN


def foresee(
    stacks: Stacks, names: Sequence[str], environ: Mapping[str, str], *, refresh: bool, live: bool = False
) -> Foresight:
    """Preview every stack; one that fails does not keep the others from being previewed.

    With ``live``, what an audit would see of each is read at the same time.
    """
    around = Around({**environ, **stacks.command.environment})
    fingerprints, lasting = project_fingerprints(stacks.project, around.environ)
    records = Records(stacks.command, stacks.project.folder)

    def look(name: str, learning: Future[Learned]) -> Estate:
        return read_live(stacks.project, name, learning.result(), around, fingerprints)

    def one(name: str) -> Foreseen:
        try:
            recorded = records.read(name)
            with ThreadPoolExecutor(max_workers=1) as beside:
                seen = beside.submit(look, name, learning) if learning else None
                kept = kept_among(stacks.project, name, (one.urn for one in recorded.resources))
                preview = stacks.looking(name, kept).foresee(refresh=refresh, recorded=recorded.resources)
            estate = seen.result() if seen else None
            told = told_as_let_go(with_fingerprints(preview, fingerprints), kept)
            return Foreseen(name, told, recorded, live=estate)
        except Interrupted:
            raise
        except TwelvefoldError as error:
            return Foreseen(name, error=error)

    with ThreadPoolExecutor(max_workers=1) as aside:
        # What is known of all stacks is learned once for all of them.
        learning = aside.submit(know, stacks.project, records, around.environ) if live else None
        found = tuple(stacks.side_by_side(names, one))
    return Foresight(found, fingerprints, records, lasting, refresh)


def preview_report(
    stacks: Stacks,
    names: Sequence[str],
    environ: Mapping[str, str],
    *,
    refresh: bool = False,
    prices: PriceReader | None = None,
    origin: Origin = HERE,
) -> Report:
    """What ``up`` would change in each stack, with its reach; ``prices`` reads Heroku's own unless given."""
    began = time.monotonic()
    foresight = foresee(stacks, names, environ, refresh=refresh)
    return report_on(stacks.project, foresight, environ, prices=prices, origin=origin, began=began)


def report_on(
    project: Project,
    foresight: Foresight,
    environ: Mapping[str, str],
    *,
    prices: PriceReader | None = None,
    origin: Origin = HERE,
    began: float | None = None,
) -> Report:
    """A report on previews; ``began`` is when they did, by the monotonic clock."""
    found, notes = _prices(foresight, prices or partial(_read_prices, project, foresight, environ))
    if not foresight.lasting:
        notes = (*notes, WITHIN_THIS_RUN)
    texts = ci_files(project.folder)
    return Report(
        project=project_name(project),
        verb="preview",
        made_at=datetime.now(UTC),
        exit_code=foresight.exit_code,
        stacks=tuple(_stack_report(one, found, texts) for one in foresight.stacks),
        origin=origin,
        notes=notes,
        seconds=0.0 if began is None else time.monotonic() - began,
    )


def _stack_report(foreseen: Foreseen, prices: Prices | None, texts: Mapping[str, str]) -> StackReport:
    if foreseen.preview is None:
        return StackReport(foreseen.stack, error=foreseen.error.text() if foreseen.error else "there is no preview")
    preview = foreseen.preview
    if not preview.plan.has_changes:
        return StackReport(foreseen.stack, preview.plan)
    uses = find_uses(texts, changed_names(preview))
    return StackReport(foreseen.stack, preview.plan, impact(preview, prices, uses))


def _prices(foresight: Foresight, read: PriceReader) -> tuple[Prices | None, tuple[str, ...]]:
    previews = [one.preview for one in foresight.stacks if one.preview]
    services = {service for preview in previews for service in services_of(preview)}
    try:
        return read(services), ()
    except Interrupted:
        raise
    except TwelvefoldError as error:
        return None, (f"no monthly cost: Heroku's prices could not be read ({error.what})",)


def _read_prices(project: Project, foresight: Foresight, environ: Mapping[str, str], services: Iterable[str]) -> Prices:
    stack = foresight.stacks[0].stack
    config = credentials(project, stack, foresight.records.declared_secrets(stack), environ).heroku
    return read_prices(services, environ, config)


def read_prices(services: Iterable[str], environ: Mapping[str, str], config: Mapping[str, str] | None = None) -> Prices:
    """Heroku's own prices, kept in the user's cache for a day; they are the same for every account (``config``)."""
    wanted, file = sorted(services), engine_cache(environ).folder.parent / "prices.json"

    async def read() -> Prices:
        heroku = connect_heroku(heroku_defaults(environ) if config is None else config)
        try:
            return await PriceList(heroku, file).read(wanted)
        finally:
            await heroku.aclose()

    return asyncio.run(read())


def ci_files(folder: Path) -> dict[str, str]:
    """The texts of the checkout's workflows, by path from the root of the repository."""
    root = next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)
    found = (path for pattern in CI_FILES for path in sorted(root.glob(pattern)))
    return {
        path.relative_to(root).as_posix(): path.read_text(errors="replace")
        for path in found
        if path.is_file() and path.stat().st_size <= LARGEST_CI_FILE
    }
