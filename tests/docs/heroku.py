"""docs/heroku.md, made from the provider's own declarations and from the calls that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from infra.providers.heroku.package import VERSION, package
from infra.providers.kit.fields import Field, Fields, Shape, wire_name
from infra.providers.kit.outputs import is_secret
from infra.providers.kit.resource import Function, Resource
from tests.docs.calls import Calls, Verbs, calls_of_all
from tests.docs.published import PUBLISHED

FILE = Path(__file__).parents[2] / "docs/heroku.md"
SCALARS = {"string": "text", "boolean": "boolean", "integer": "integer", "number": "number"}
INTRODUCTION = f"""# The Heroku provider

Made by `python -m tests.docs` from the declarations in `infra/providers/heroku/` and from the calls that the provider
makes against the local cloud; a test keeps it true. Tokens and properties are those of `pulumiverse_heroku` {VERSION},
and more.

- **in**: what a program gives, *required* or *optional*; **out** is what only Heroku sets.
- **secret**: encrypted in the state and never shown. A change is shown by key.
- **change**: *in place*, or *replaces*: then a new one is made and the old one is deleted.
- **Create**, **read**, … are the calls of one resource alone, each told once although waiting repeats some. All
  resources of an app share what is read of its lists, and many apps and add-ons share one list of the account.
- Nothing is read back after a write. What is gone at Heroku is gone after `refresh`, and made again by `up`.
- **Listed**: the engine's `List` call answers ids to import. What lives in apps, pipelines, spaces or teams costs a
  request for each, at most 300, unless one is named.
- What somebody changed since it was last read is an error, and not overwritten. Each write carries the ETag of what was
  read right before it (`If-Match`). Where Heroku has no ETag of just what is written (processes, which change together
  in one request; a team's member; a pipeline's owner; an account's own app that a team gets) the values alone are
  compared, right before. A switch has two positions, so there is nothing to overwrite unseen.
- **Published** is what the published plugin does otherwise, beyond what it does everywhere: it fails a write that meets
  the rate limit, cuts lists off at 200 rows, and reads back what it wrote.
"""


async def document() -> str:
    """The whole text."""
    served = package({})
    calls = await calls_of_all()
    parts = [INTRODUCTION, _contents(served.resources)]
    parts += [_resource(resource, calls.get(token)) for token, resource in sorted(served.resources.items())]
    parts.append("## Functions\n")
    parts += [_function(function) for _, function in sorted(served.functions.items())]
    parts += ["## Settings\n", f"{_table(served.config, inputs_only=True)}\n"]
    return "\n".join(parts)


def _contents(resources: Mapping[str, Resource[Any]]) -> str:
    lines = ["| resource | import id | secret | a change replaces it |", "| --- | --- | --- | --- |"]
    for token, resource in sorted(resources.items()):
        secret = _names(resource.fields, is_secret)
        replaces = _names(resource.fields, lambda declared: declared.replace or declared.replace_if is not None)
        lines.append(f"| [{_title(token)}](#{_anchor(token)}) | {resource.import_id} | {secret} | {replaces} |")
    return "\n".join(lines) + "\n"


def _names(fields: Fields, chosen: Callable[[Field], bool]) -> str:
    shown = {name: declared for name, declared in fields.items() if not declared.hidden and chosen(declared)}
    return ", ".join(f"`{wire_name(name, declared)}`" for name, declared in shown.items())


def _title(token: str) -> str:
    """``app.App`` of ``heroku:app/app:App``: the class as a program names it."""
    module, name = token.split(":")[1:]
    return f"{module.split('/')[0]}.{name}"


def _anchor(token: str) -> str:
    return _title(token).replace(".", "").lower()


def _resource(resource: Resource[Any], verbs: Verbs | None) -> str:
    lines = [f"## {_title(resource.token)}", f"`{resource.token}`. {resource.help}", ""]
    lines += [_table(resource.fields), "", f"- Import: {resource.import_id}."]
    if resource.holds is not None:
        lines.append("- Holds data: neither replaced nor deleted unless `allowDataLoss` says so.")
    if resource.list is not None:
        lines.append(f"- Listed: {_narrowed(resource.fields, resource.list.by)}.")
    lines += [*_calls(verbs), f"- Published: {PUBLISHED[resource.token]}", ""]
    return "\n".join(lines)


def _narrowed(fields: Fields, names: tuple[str, ...]) -> str:
    wire = " and ".join(f"`{wire_name(name, fields[name])}`" for name in names)
    return f"all that the account sees, or by {wire}" if wire else "all that the account sees"


def _calls(verbs: Verbs | None) -> Iterator[str]:
    if verbs is None:
        return
    for name, calls in (("create", verbs.create), ("read", verbs.read), ("update", verbs.update)):
        if calls is not None:
            yield f"- {name.capitalize()}: {_listed(calls)}"
    yield f"- Delete: {_listed(verbs.delete)}"


def _listed(calls: Calls) -> str:
    return ", ".join(f"`{call}`" for call in calls) or "no call"


def _function(function: Function[Any]) -> str:
    arguments = ", ".join(f"`{wire_name(name, declared)}`" for name, declared in function.arguments.items())
    lines = [f"### {function.token.rsplit(':', 1)[-1]}", f"`{function.token}`. {function.help} By {arguments}.", ""]
    return "\n".join([*lines, _table(function.results, changes=False), ""])


def _table(fields: Fields, *, inputs_only: bool = False, changes: bool = True) -> str:
    """One line a property; ``changes`` adds the column that says what a change does."""
    changes = changes and not inputs_only
    columns = ["property", "type", *([] if not changes else ["in"]), "secret", *(["change"] if changes else []), ""]
    lines = [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}"]
    for name, declared in fields.items():
        if declared.hidden:
            continue
        cells = [f"`{wire_name(name, declared)}`", _type(declared.shape), *([_given(declared)] if changes else [])]
        cells += ["secret" if is_secret(declared) else "", *([_change(declared)] if changes else []), _help(declared)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _given(declared: Field) -> str:
    if declared.computed:
        return "**out**"
    return "required" if declared.required else "optional"


def _change(declared: Field) -> str:
    if declared.computed:
        return ""
    if declared.replace_if is not None:
        return "in place or replaces"
    return "replaces" if declared.replace else "in place"


def _help(declared: Field) -> str:
    choices = f" One of {', '.join(declared.choices)}." if declared.choices else ""
    return (declared.help + choices).replace("|", "\\|")


def _type(shape: Shape) -> str:
    if shape.kind in ("list", "map") and shape.item is not None:
        return f"{shape.kind} of {_type(shape.item)}"
    if shape.kind == "object":
        return "{" + ", ".join(wire_name(name, declared) for name, declared in shape.fields.items()) + "}"
    return SCALARS[shape.kind]
