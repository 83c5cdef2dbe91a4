"""What is known of the stacks without asking any vendor: their files, their settings and the engine's state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from infra.engine.recorded import Recorded, Records
from infra.errors import InputError, TwelvefoldError
from infra.model.environment import Environment
from infra.model.estate import Estate, Subject, Thing
from infra.model.project import Declared, Project
from infra.model.recorded import Update
from infra.rules.claims import claimed
from infra.rules.declared.estate import declared_estate
from infra.rules.recorded.estate import recorded_estate, recorded_things
from infra.rules.recorded.reading import Index, index
from infra.workflows.check import Examined, in_order
from infra.workflows.read import examine
from infra.workflows.vendors import Credentials, credentials


@dataclass(frozen=True)
class Known:
    """One stack as its files and its state have it."""

    document: Declared
    environment: Environment
    declared: Estate
    recorded: Estate
    state: Recorded = field(repr=False)
    ids: Mapping[str, Subject] = field(repr=False)
    credentials: Credentials = field(repr=False)
    updates: tuple[Update, ...] = ()
    """The engine's last run that changed it and ended well, if any: what was done by hand before it is settled."""
    beside: frozenset[Subject] = frozenset()
    """What stacks claim that cannot be audited themselves: theirs is not unmanaged."""

    @property
    def apps(self) -> tuple[str, ...]:
        """Its apps, by declared name."""
        return tuple(app.name for app in self.environment.apps.values())

    @cached_property
    def claims(self) -> frozenset[Subject]:
        """Everything it declares or recorded, as it is looked up."""
        return claimed(self.declared, self.recorded)

    def things(self) -> Iterator[tuple[Subject, str, Thing]]:
        """Everything it declares or recorded, with the vendor's id where one was recorded."""
        for subject, thing in {**self.recorded.things, **self.declared.things}.items():
            recorded = self.recorded.things.get(subject)
            yield subject, recorded.id if recorded else "", thing


Learned = tuple[dict[str, Known], dict[str, TwelvefoldError]]
"""All stacks that something is known of, and why nothing can be of the others."""


def know(project: Project, records: Records, environ: Mapping[str, str]) -> Learned:
    """Every stack in the order of promotion; and those of which nothing can be known, each with the reason."""
    examined: Examined = in_order({stack: examine(project, stack) for stack in project.stacks})
    known: dict[str, Known] = {}
    unusable: dict[str, TwelvefoldError] = {}
    states: dict[str, Recorded] = {}
    for stack, outcome in records.try_all(list(examined)).items():
        if isinstance(outcome, TwelvefoldError):
            unusable[stack] = outcome
        else:
            states[stack] = outcome
    everything = index([one for state in states.values() for one in state.resources])
    for stack, (document, environment, problems) in examined.items():
        if environment is None or problems:
            unusable[stack] = InputError(problems)
        elif stack not in unusable:
            known[stack] = _known(project, document, environment, states[stack], everything, records, environ)
    beside = frozenset(claim for stack in unusable for claim in _claims(examined[stack][1], states.get(stack)))
    return {stack: replace(one, beside=beside) for stack, one in known.items()}, unusable


def _claims(environment: Environment | None, state: Recorded | None) -> frozenset[Subject]:
    """What can be told of a stack's claims when its files or its state are no good."""
    declared = [declared_estate(environment)] if environment else []
    recorded = [recorded_estate(state.resources)] if state else []
    return claimed(*declared, *recorded)


def _known(
    project: Project,
    document: Declared,
    environment: Environment,
    state: Recorded,
    everything: Index,
    records: Records,
    environ: Mapping[str, str],
) -> Known:
    stack = environment.stack
    secret = records.declared_secrets(stack)
    recorded, ids = recorded_things(state.resources, everything)
    return Known(
        document,
        environment,
        declared_estate(environment, secret),
        recorded,
        state,
        ids,
        credentials(project, stack, secret, environ, document),
        _last(records.updates(stack)),
    )


def _last(updates: tuple[Update, ...]) -> tuple[Update, ...]:
    return tuple(one for one in updates if one.kind == "update" and one.succeeded)[-1:]
