"""The ladder by which each part of the engine is come by: what is there, the official release, the Go modules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from infra.engine.cache import Cache, Entry, Key
from infra.engine.gobuild import Workshop
from infra.engine.onpath import find_github, find_pulumi
from infra.engine.parts import GITHUB, GITHUB_VERSION, LANGUAGE_PYTHON, PULUMI, PULUMI_VERSION, TITLES, Made, Part
from infra.engine.progress import Progress
from infra.engine.recipes import GITHUB_RECIPE, LANGUAGE_PYTHON_RECIPE, PULUMI_RECIPE, Recipe
from infra.errors import EngineError, EngineUnavailable

if TYPE_CHECKING:
    from infra.engine.download import Releases

RELEASE_HOST = "https://get.pulumi.com/"
PULUMI_RELEASE = Key(PULUMI, PULUMI_VERSION, "release")
GITHUB_RELEASE = Key(GITHUB, GITHUB_VERSION, "release")
TODO = (
    f"Make the release host {RELEASE_HOST} or the Go module registry reachable, or install Pulumi {PULUMI_VERSION} "
    "yourself so that it is on PATH; then run `twelvefold engine install` again."
)

Parts = tuple[Part, ...]


@dataclass(frozen=True)
class Recipes:
    """What each part is built from."""

    pulumi: Recipe = PULUMI_RECIPE
    language_python: Recipe = LANGUAGE_PYTHON_RECIPE
    github: Recipe = GITHUB_RECIPE


@dataclass(frozen=True)
class Ladder:
    """Finds or makes the parts in one environment, telling ``progress`` about what takes long."""

    environ: Mapping[str, str]
    cache: Cache
    progress: Progress
    thorough: bool = False
    release_host: str = RELEASE_HOST
    recipes: Recipes = Recipes()

    def find_tools(self) -> Parts:
        """The engine and its language host, or as much of them as was built before."""
        on_path = find_pulumi(self.environ, self.cache.folder)
        if on_path:
            pulumi, host = on_path
            return (_on_path(PULUMI, PULUMI_VERSION, pulumi), _on_path(LANGUAGE_PYTHON, PULUMI_VERSION, host))
        release = self._find(PULUMI_RELEASE)
        if release:
            return _released_tools(release)
        return self._find_built(self.recipes.pulumi, self.recipes.language_python)

    def find_plugin(self) -> Parts:
        """The GitHub plugin, or nothing."""
        own = find_github(self.environ, self.cache.folder)
        if own:
            return (_on_path(GITHUB, GITHUB_VERSION, own),)
        release = self._find(GITHUB_RELEASE)
        return _released_plugin(release) if release else self._find_built(self.recipes.github)

    def complete(self, found: Parts) -> Parts:
        """All three parts, downloaded if possible and built if not; EngineUnavailable if neither works."""
        parts = {part.name: part for part in found}
        if not {PULUMI, LANGUAGE_PYTHON} <= parts.keys():
            parts |= _by_name(self._download_tools())
        if GITHUB not in parts and PULUMI in parts:
            parts |= _by_name(self._download_plugin(parts[PULUMI].path))
        missing = [recipe for recipe in self._every_recipe if recipe.part not in parts]
        for number, recipe in enumerate(missing, start=1):
            stage = f"compiling {TITLES[recipe.part]}, {number} of {len(missing)}"
            parts[recipe.part] = self._build(recipe, stage)
        return tuple(parts[recipe.part] for recipe in self._every_recipe)

    @property
    def _every_recipe(self) -> tuple[Recipe, ...]:
        return (self.recipes.pulumi, self.recipes.language_python, self.recipes.github)

    @cached_property
    def _releases(self) -> Releases:
        # Only on this rung: the rest must start quickly, and urllib does not.
        from infra.engine.download import Releases

        return Releases(self.environ, self.progress, self.release_host)

    @cached_property
    def _reachable(self) -> bool:
        reachable = self._releases.reachable()
        if not reachable:
            self.progress.line("The official release cannot be reached from here; building from Go modules instead.")
        return reachable

    def _download_tools(self) -> Parts:
        release = self._download(PULUMI_RELEASE, lambda folder: self._releases.install_pulumi(folder))
        return _released_tools(release) if release else ()

    def _download_plugin(self, pulumi: Path) -> Parts:
        release = self._download(GITHUB_RELEASE, lambda folder: self._releases.install_github(folder, pulumi))
        return _released_plugin(release) if release else ()

    def _download(self, key: Key, fill: Callable[[Path], None]) -> Entry | None:
        if not self._reachable:
            return None
        try:
            return self.cache.obtain(key, "download", fill, self.progress, thorough=self.thorough)
        except EngineError as error:
            self.progress.line(f"The official release of {TITLES[key.part]} could not be used: {error.what}")
            return None

    def _build(self, recipe: Recipe, stage: str) -> Part:
        workshop = Workshop(self.environ, self.cache, self.progress)
        try:
            entry = self.cache.obtain(
                recipe.key,
                "build",
                lambda folder: workshop.build(recipe, folder, stage),
                self.progress,
                thorough=self.thorough,
            )
        except EngineError as error:
            what = f"{TITLES[recipe.part]} {recipe.version} is not there and could not be built. {error.what}"
            raise EngineUnavailable(what, where="engine", todo=error.todo or TODO) from error
        return _part(recipe.part, recipe.version, entry, recipe.binary)

    def _find(self, key: Key) -> Entry | None:
        return self.cache.find(key, thorough=self.thorough)

    def _find_built(self, *recipes: Recipe) -> Parts:
        entries = [(recipe, self._find(recipe.key)) for recipe in recipes]
        return tuple(_part(recipe.part, recipe.version, entry, recipe.binary) for recipe, entry in entries if entry)


def _on_path(name: str, version: str, path: Path) -> Part:
    return Part(name, version, "path", path, "path")


def _part(name: str, version: str, entry: Entry, program: str) -> Part:
    made: Made = "download" if entry.made == "download" else "build"
    return Part(name, version, made if entry.fresh else "cache", entry.path / program, made)


def _released_tools(entry: Entry) -> Parts:
    return (
        _part(PULUMI, PULUMI_VERSION, entry, "pulumi"),
        _part(LANGUAGE_PYTHON, PULUMI_VERSION, entry, "pulumi-language-python"),
    )


def _released_plugin(entry: Entry) -> Parts:
    return (_part(GITHUB, GITHUB_VERSION, entry, "pulumi-resource-github"),)


def _by_name(parts: Iterable[Part]) -> dict[str, Part]:
    return {part.name: part for part in parts}
