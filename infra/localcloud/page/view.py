"""Everything the page shows, as one value: names, states and times, never the value of a config var or secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from infra.localcloud.faults import Switchboard
from infra.localcloud.page.activity import ActiveFault, Request, active_faults, latest_requests
from infra.localcloud.page.github import Repository, repositories_of
from infra.localcloud.page.heroku import Heroku, heroku_of
from infra.localcloud.store import Store

MOST_OPEN = 12
"""With more apps than this, their lists of config vars start folded."""


@dataclass(frozen=True)
class Count:
    """How many there are of something."""

    number: int
    noun: str


@dataclass(frozen=True)
class View:
    """The page's content at one moment."""

    now: datetime
    heroku: Heroku
    repositories: tuple[Repository, ...]
    requests: tuple[Request, ...]
    faults: tuple[ActiveFault, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nobody has declared anything yet (accounts and bare repositories come with the cloud)."""
        bare = all(repository.is_bare for repository in self.repositories)
        return bare and not self.heroku.apps and not self.heroku.pipelines

    @property
    def unfolds(self) -> bool:
        """Whether the estate is small enough to show every config var's name at once."""
        return len(self.heroku.apps) <= MOST_OPEN

    @property
    def counts(self) -> tuple[Count, ...]:
        """The numbers at the top of the page."""
        apps, repositories = self.heroku.apps, self.repositories
        environments = [one for repository in repositories for one in repository.environments]
        secrets = [one for environment in environments for one in environment.secrets]
        secrets += [one for each in repositories for one in (*each.secrets, *each.dependabot_secrets)]
        variables = [one for environment in environments for one in environment.variables]
        variables += [one for repository in repositories for one in repository.variables]
        return (
            _count(len(self.heroku.pipelines), "pipeline"),
            _count(len(apps), "app"),
            _count(sum(not addon.of for app in apps for addon in app.addons), "add-on"),
            _count(sum(len(app.config_vars) for app in apps), "config var"),
            _count(sum(app.release_count for app in apps), "release"),
            _count(len(repositories), "repository", "repositories"),
            _count(len(environments), "environment"),
            _count(len(secrets), "secret"),
            _count(len(variables), "variable"),
            _count(sum(len(one.hooks) for one in repositories) + sum(len(app.webhooks) for app in apps), "webhook"),
        )


def view_of(store: Store, switchboard: Switchboard, now: datetime) -> View:
    """The view of a store and its faults; ``now`` decides which times need a date."""
    return View(
        now=now,
        heroku=heroku_of(store),
        repositories=repositories_of(store),
        requests=latest_requests(store),
        faults=active_faults(switchboard),
    )


def _count(number: int, noun: str, several: str = "") -> Count:
    return Count(number, noun if number == 1 else several or f"{noun}s")
