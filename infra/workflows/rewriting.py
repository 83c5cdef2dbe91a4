"""Write secrets again that somebody else wrote: GitHub's provider tells no difference where only a time has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from infra.model.estate import Subject
from infra.model.finding import Finding
from infra.rules.recorded.estate import recorded_estate
from infra.workflows.drift import Audit
from infra.workflows.knowing import Known
from infra.workflows.stacks import Stacks


@dataclass(frozen=True)
class Rewrite:
    """One secret whose value will be written again, and the resource that it is in the engine's state."""

    stack: str
    subject: Subject
    urn: str

    @property
    def text(self) -> str:
        """The secret, for a person who is asked."""
        return f"{self.stack}: {self.subject} (written again)"


def rewrites(found: Audit) -> tuple[Rewrite, ...]:
    """The secrets that somebody else wrote after us, and that nobody answers for."""
    return tuple(_rewrites(found))


def _rewrites(found: Audit) -> Iterator[Rewrite]:
    for stack in found.report.stacks:
        touched = {one.subject for one in stack.findings if _is_touched(one) and one.subject}
        urns = _urns(found.known[stack.stack]) if touched else {}
        yield from (Rewrite(stack.stack, subject, urns[subject]) for subject in sorted(touched & set(urns)))


def _is_touched(finding: Finding) -> bool:
    return finding.rule == "secret-touched" and not finding.acknowledged


def _urns(known: Known) -> Mapping[Subject, str]:
    alone = ((one.urn, recorded_estate((one,))) for one in known.state.resources if "ecret:" in one.type)
    return {subject: urn for urn, estate in alone for subject in estate.things}


def forget(stacks: Stacks, wanted: Sequence[Rewrite]) -> None:
    """Take the secrets out of the state, so that the next update makes them: which writes over what is there.

    They stay at GitHub all the while. If that update never runs, the next audit tells that they are not ours.
    """
    for one in wanted:
        stacks.run(one.stack).forget([one.urn])
