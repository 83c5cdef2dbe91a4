"""Making the pinned engine available, and telling what is there."""

from __future__ import annotations

import os
from pathlib import Path

from infra.engine.cache import engine_cache
from infra.engine.ladder import Ladder
from infra.engine.layout import lay_out_home, lay_out_programs
from infra.engine.parts import PULUMI_VERSION, Engine, Part
from infra.engine.progress import Progress, Silent
from infra.errors import EngineUnavailable

ALL_PARTS = 3


def ensure_engine(progress: Progress, *, thorough: bool = False) -> Engine:
    """The pinned engine, language host and GitHub plugin, installed if need be; EngineUnavailable if that fails.

    Takes milliseconds when all is there; ``thorough`` also reads every cached file again to find silent damage.
    """
    return climb(Ladder(dict(os.environ), engine_cache(os.environ), progress, thorough=thorough))


def status() -> tuple[Part, ...]:
    """The parts that are there, each read again to the last byte; nothing is installed."""
    ladder = Ladder(dict(os.environ), engine_cache(os.environ), Silent(), thorough=True)
    return (*ladder.find_tools(), *ladder.find_plugin())


def climb(ladder: Ladder) -> Engine:
    """The engine that this ladder leads to."""
    try:
        parts = (*ladder.find_tools(), *ladder.find_plugin())
        if len(parts) < ALL_PARTS:
            parts = ladder.complete(parts)
        return assemble(ladder.cache.folder, parts)
    except OSError as error:
        # No space, no permission, a read-only home: the cache is the only place that is written to.
        where = str(error.filename or ladder.cache.folder)
        todo = "Make room or set TWELVEFOLD_CACHE to a folder that can be written to."
        raise EngineUnavailable(
            f"The engine's files cannot be used: {error.strerror}.", where=where, todo=todo
        ) from error


def assemble(cache: Path, parts: tuple[Part, ...]) -> Engine:
    """One engine of three parts, laid out so that the engine finds its language host and its plugin."""
    pulumi, host, plugin = parts
    root = pulumi.path.parent if pulumi.made == "path" else lay_out_programs(cache, _programs(pulumi, host))
    home = None if plugin.made == "path" else lay_out_home(cache, plugin.path)
    return Engine(root, PULUMI_VERSION, parts, home)


def _programs(pulumi: Part, host: Part) -> list[Path]:
    folders = {pulumi.path.parent, host.path.parent}
    return [path for folder in folders for path in folder.iterdir() if os.access(path, os.X_OK) and path.is_file()]
