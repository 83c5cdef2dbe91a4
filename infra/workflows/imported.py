"""What `pulumi import` took over, as Python to add to the program: the built language host cannot write it."""

from __future__ import annotations

import importlib
import inspect
import json
import keyword
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from infra.model.times import read_time
from infra.program import heroku_resources
from infra.providers.kit.values import SIGNATURE

OURS = {
    "heroku:account/authorization:Authorization": "Authorization",
    "heroku:addon/config:Config": "AddonConfig",
    "heroku:app/ociImage:OciImage": "OciImage",
    "heroku:drain/telemetryDrain:TelemetryDrain": "TelemetryDrain",
    "heroku:pipeline/promotion:Promotion": "Promotion",
}
RELEASE = "heroku:app/release:Release"
SDKS = {"heroku": "pulumiverse_heroku"}
INTRODUCTION = "# Add this to your program, or the next `pulumi up` asks to delete what was imported.\n"


@dataclass
class Module:
    """The Python to add: its imports, the config keys of its secrets, and a statement for each resource."""

    imports: set[str] = field(default_factory=lambda: {"import pulumi"})
    secrets: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The whole, with the commands that set its secrets; "" without a statement."""
        if not self.statements:
            return ""
        setting = [f"# pulumi config set --secret {key}\n" for key in self.secrets]
        config = ["config = pulumi.Config()\n"] if self.secrets else []
        head = "\n".join(sorted(self.imports))
        return "\n".join([INTRODUCTION + "".join(setting), f"{head}\n", *config, *self.statements])


@dataclass(frozen=True)
class Call:
    """How a resource is constructed: the class, what it takes by Python name, and what it does not know."""

    name: str
    known: frozenset[str]


def declarations(deployment: Mapping[str, Any], since: datetime) -> str:
    """The Python that declares every resource of an exported deployment that was made after ``since``.

    Secrets are read from the configuration; no value of one is in the text.
    """
    module = Module()
    for resource in deployment.get("resources", []):
        if resource.get("custom") and not resource["type"].startswith("pulumi:") and _is_made_since(resource, since):
            module.statements.append(_statement(module, resource))
    return module.text()


def _is_made_since(resource: Mapping[str, Any], since: datetime) -> bool:
    made = read_time(resource.get("created"))
    return made is not None and made >= since


def _statement(module: Module, resource: Mapping[str, Any]) -> str:
    token, name = str(resource["type"]), str(resource["urn"].rsplit("::", 1)[1])
    inputs = {key: _Code(module, name, key).of(value) for key, value in _given(resource).items()}
    protect = "pulumi.ResourceOptions(protect=True)" if resource.get("protect") else ""
    call = _class(module, token, inputs)
    lines = [f'"{name}",']
    if call is None:
        pairs = ", ".join(f'"{key}": {code}' for key, code in inputs.items())
        lines = [f'"{token}",', *lines, f"{{{pairs}}},"]
    else:
        named = {_snake(key): (key, code) for key, code in inputs.items()}
        lines += [f"{python}={code}," for python, (_, code) in named.items() if python in call.known]
        more = [f"{key}={code}" for python, (key, code) in named.items() if python not in call.known]
        protect = _more(module, protect, more)
    if protect:
        lines.append(f"opts={protect},")
    body = "".join(f"    {line}\n" for line in lines)
    return f"{_variable(name)} = {call.name if call else 'pulumi.CustomResource'}(\n{body})\n"


def _given(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in resource["inputs"].items() if not key.startswith("__")}


def _more(module: Module, options: str, more: Sequence[str]) -> str:
    if not more:
        return options
    module.imports.add("from infra.program.heroku_resources import more_inputs")
    return f"more_inputs({', '.join([*([options] if options else []), *more])})"


def _class(module: Module, token: str, inputs: Mapping[str, str]) -> Call | None:
    """The class of a token, imported; None where its package is not installed: any token can be spelled out."""
    ours = "ImageRelease" if token == RELEASE and "ociImage" in inputs else OURS.get(token)
    if ours:
        module.imports.add(f"from infra.program.heroku_resources import {ours}")
        return Call(ours, _parameters(getattr(heroku_resources, ours)))
    package, path, name = token.split(":")
    place = path.split("/")[0].replace("index", "")
    sdk = SDKS.get(package, f"pulumi_{package}")
    try:
        home = importlib.import_module(f"{sdk}.{place}" if place else sdk)
        arguments = getattr(home, f"{name}Args")
    except (ImportError, AttributeError):
        return None
    module.imports.add(f"import {sdk} as {package}")
    return Call(".".join(filter(None, (package, place, name))), _parameters(arguments))


def _parameters(callable: Any) -> frozenset[str]:
    return frozenset(inspect.signature(callable).parameters)


@dataclass
class _Code:
    """Writes values of one property as Python; ``path`` names a secret in the configuration."""

    module: Module
    name: str
    property: str

    def of(self, value: Any, path: tuple[str, ...] = ()) -> str:
        """The value as Python."""
        if isinstance(value, dict) and SIGNATURE in value:
            return self._secret(path)
        if isinstance(value, dict):
            pairs = (f"{json.dumps(key)}: {self.of(item, (*path, key))}" for key, item in value.items())
            return f"{{{', '.join(pairs)}}}"
        if isinstance(value, list):
            return f"[{', '.join(self.of(item, (*path, str(index))) for index, item in enumerate(value))}]"
        return repr(value) if isinstance(value, bool | int | float) else json.dumps(value, ensure_ascii=False)

    def _secret(self, path: Sequence[str]) -> str:
        key = re.sub(r"[^\w.-]", "-", "-".join([self.name, self.property, *path]))
        self.module.secrets.append(key)
        return f'config.require_secret("{key}")'


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _variable(name: str) -> str:
    found = re.sub(r"\W", "_", name)
    if keyword.iskeyword(found):
        return f"{found}_"
    return found if found.isidentifier() else f"_{found}"


def _stack(words: Sequence[str]) -> Iterator[str]:
    """The options among ``words`` that say which stack, as one word each."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word in ("-s", "--stack"):
            yield f"--stack={following}"
        elif word.startswith(("--stack=", "-s=")):
            yield f"--stack={word.split('=', 1)[1]}"


def main(words: Sequence[str]) -> int:
    """Print what an import that began at ``words[0]`` (seconds since 1970), called with the rest, took over."""
    since = datetime.fromtimestamp(float(words[0]), UTC)
    command = ["pulumi", "stack", "export", *_stack(words[1:])]
    exported = subprocess.run(command, capture_output=True, text=True, check=False)
    if exported.returncode == 0:
        sys.stdout.write(declarations(json.loads(exported.stdout)["deployment"], since))
    else:
        sys.stderr.write("It is imported. What to add to the program: see `pulumi stack export`.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
