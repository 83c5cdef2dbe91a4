"""Judge the ``${…}`` references of an environment: each names something, that is known by then, and fit to be shown."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches

from infra.model.environment import Environment
from infra.model.finding import Finding
from infra.model.references import known_references
from infra.model.section import Section
from infra.model.values import Kept, Path, Reference, Secret, Template
from infra.model.wording import listing

ONE_STEP = 0.6
AS_A_WHOLE = 0.85

Steps = tuple[str, ...]
_LITERALLY = "$${ stands for the characters themselves"


def judge_references(environment: Environment) -> Iterator[Finding]:
    """What speaks against each reference in ``environment``."""
    known = known_references(environment)
    for path, template in templates(environment):
        for reference in dict.fromkeys(template.references()):
            if reference.steps not in known:
                if not environment.lacks(reference.steps):
                    yield _unknown(path, reference, known)
            else:
                yield from _misplaced(path, reference, environment)


def templates(environment: Environment) -> Iterator[tuple[Path, Template]]:
    """Every value with references in it, with its path in the document."""
    yield from _templates(environment.service, ())
    for key, app in environment.apps.items():
        yield from _templates(app, () if environment.single else ("apps", key))


def _templates(value: object, path: Path) -> Iterator[tuple[Path, Template]]:
    if isinstance(value, Template):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _templates(item, (*path, key))
    elif isinstance(value, Section):
        for name, field in type(value).model_fields.items():
            yield from _templates(getattr(value, name), (*path, field.alias or name))


def _error(rule: str, path: Path, message: str, suggestion: str) -> Finding:
    return Finding(rule, "error", path, message, suggestion)


def _unknown(path: Path, reference: Reference, known: set[Steps]) -> Finding:
    near = _nearest(reference.steps, known)
    akin = [steps for steps in known if steps[0] == reference.steps[0]] or known
    names = sorted(".".join(steps) for steps in akin)
    advice = f"Did you mean ${{{near}}}?" if near else f"{listing(names)}; {_LITERALLY}"
    return _error("reference-unknown", path, f"{reference} names nothing here", advice)


def _nearest(steps: Steps, known: set[Steps]) -> str:
    """The known reference with one step misspelt, or else one that looks nearly the same as a whole."""
    likely: list[tuple[float, str]] = []
    for other in known:
        differing = [pair for pair in zip(steps, other, strict=False) if pair[0] != pair[1]]
        if len(steps) == len(other) and len(differing) == 1:
            likely.append((SequenceMatcher(None, *differing[0]).ratio(), ".".join(other)))
    if likely and max(likely)[0] >= ONE_STEP:
        return max(likely)[1]
    written = ".".join(steps)
    return next(iter(get_close_matches(written, sorted(map(".".join, known)), n=1, cutoff=AS_A_WHOLE)), "")


def _too_early(path: Path, reference: Reference) -> Finding | None:
    """The engine makes add-ons first, then the pipeline, then config vars, then the rest of each app, GitHub last."""
    prefix, place = _split(path)
    owner, steps = _split(reference.steps)
    reads_config_var = steps[0] == "config_vars"
    if place[0] == "addons" and len(reference.steps) > 1:
        advice = "An add-on comes first; only ${stack} and ${stage} are known then"
        return _error("reference-early", path, f"{reference} is not known yet when the add-on is made", advice)
    if reads_config_var and place[0] in ("config_vars", "pipeline"):
        advice = "Write the value, or refer to it from github"
        return _error("reference-circular", path, f"{reference} would read one config var from another", advice)
    if steps[0] == "pipeline" and place[0] == "pipeline":
        return _error("reference-circular", path, f"{reference} would read the pipeline from itself", "Write the value")
    if reads_config_var and place[0] != "github" and owner != prefix:
        advice = "Only ${config_vars.…} of the same app is known here"
        return _error("reference-early", path, f"{reference} is another app's config var", advice)
    return None


def _misplaced(path: Path, reference: Reference, environment: Environment) -> Iterator[Finding]:
    """The first thing that speaks against a reference that names something."""
    found = _kept(path, reference, environment) or _too_early(path, reference)
    found = found or _exposed(path, reference, environment)
    if found:
        yield found


def _kept(path: Path, reference: Reference, environment: Environment) -> Finding | None:
    value = _config_var(reference, environment)
    if not isinstance(value, Kept):
        return None
    message = f"{reference} is kept in {value.place}, so its value is not known here"
    return _error("reference-kept", path, message, "Refer to something that has a value in the stack files")


def _config_var(reference: Reference, environment: Environment) -> object:
    """The value of the config var that a known reference names; ``None`` where it names something else."""
    owner, steps = _split(reference.steps)
    if steps[0] != "config_vars":
        return None
    app = environment.apps[str(owner[1])] if owner else next(iter(environment.apps.values()))
    return app.config_vars[str(steps[1])]


def _exposed(path: Path, reference: Reference, environment: Environment) -> Finding | None:
    if path[0] != "github" or path[-2] != "variables":
        return None
    if not isinstance(_config_var(reference, environment), Secret):
        return None
    advice = "Make it one of secrets instead"
    return _error("reference-exposes", path, f"{reference} is a secret, and a variable is readable by everyone", advice)


def _split(path: Path) -> tuple[Path, Path]:
    """The app that a path belongs to, as its prefix, and the path within it."""
    return (path[:2], path[2:]) if path[0] == "apps" and len(path) > 2 else ((), path)
