"""Judge the differences that an environment declares as meant: each names something that is compared."""

from __future__ import annotations

from collections.abc import Iterator

from infra.model.environment import Environment
from infra.model.finding import Finding
from infra.model.wording import closest, listing, quoted

KEYED = ("config_vars", "addons", "attachments", "formation", "features")
WHOLE = ("stack", "buildpacks")


def judge_differences(environment: Environment) -> Iterator[Finding]:
    """What speaks against each of ``differences``."""
    for name in environment.service.differences:
        found = _wrong(name, environment)
        if found:
            yield Finding("difference-unknown", "error", ("differences", name), *found)


def _wrong(name: str, environment: Environment) -> tuple[str, str] | None:
    """A message and a way out, where ``name`` is no path of something that is compared."""
    steps = name.split(".")
    if steps[0] == "github":
        return (
            None
            if len(steps) == 5 and steps[1] == "environments"
            else _malformed("github.environments.NAME.secrets.KEY")
        )
    if steps[0] == "apps":
        known = [] if environment.single else list(environment.apps)
        if steps[1:2] and steps[1] not in known and not environment.lacks(("apps", steps[1])):
            return f'there is no app "{steps[1]}"', listing(known) or "This environment has one app only"
        steps = steps[2:]
    if not steps or steps[0] not in (*KEYED, *WHOLE):
        near = closest(steps[0], (*KEYED, *WHOLE)) if steps else ""
        return f"{quoted(name)} is nothing in which environments are compared", near or listing((*KEYED, *WHOLE))
    if (len(steps) == 1) != (steps[0] in WHOLE):
        return _malformed(f"{steps[0]}.NAME" if steps[0] in KEYED else steps[0])
    return None


def _malformed(wanted: str) -> tuple[str, str]:
    return "does not name one thing", f"Write {wanted}"
