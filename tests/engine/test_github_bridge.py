"""The GitHub plugin is what the published SDK expects, whichever rung it came by."""

from __future__ import annotations

import collections.abc
import functools
import inspect
import json
import re
import subprocess
import sys
import threading
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import grpc
import pulumi
import pulumi_github
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi import _types as sdk_types
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from infra.engine.install import ensure_engine
from infra.engine.parts import GITHUB, GITHUB_VERSION
from infra.engine.progress import PlainLines

pytestmark = pytest.mark.journey

# What our program declares; the rest of the package is compared in one go.
RESOURCES = [
    "ActionsEnvironmentSecret",
    "ActionsEnvironmentVariable",
    "ActionsSecret",
    "ActionsVariable",
    "DependabotSecret",
    "Repository",
    "RepositoryDeployKey",
    "RepositoryEnvironment",
    "RepositoryEnvironmentDeploymentPolicy",
    "RepositoryRuleset",
    "RepositoryWebhook",
]
FUNCTIONS = ["get_repository", "get_team", "get_user"]
SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", Any: "any"}

Schema = dict[str, Any]


def plugin_program() -> Path:
    """The plugin's executable."""
    engine = ensure_engine(PlainLines(sys.stderr))
    return next(part.path for part in engine.parts if part.name == GITHUB)


@contextmanager
def serving_plugin() -> Iterator[Any]:
    """A running plugin, as the engine would talk to it."""
    with subprocess.Popen([plugin_program(), "127.0.0.1:1"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        options = [("grpc.max_receive_message_length", -1)]
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
            yield provider_pb2_grpc.ResourceProviderStub(channel)
        process.terminate()


@pytest.fixture(scope="module")
def plugin() -> Iterator[Any]:
    """One plugin for all tests of this file, configured for a host that is not there."""
    with serving_plugin() as stub, owner_host() as address:
        variables = {"github:config:token": "t", "github:config:owner": "acme", "github:config:baseUrl": address}
        inputs = structure({"token": "t", "owner": "acme", "baseUrl": address})
        stub.Configure(provider_pb2.ConfigureRequest(variables=variables, args=inputs, acceptSecrets=True))
        yield stub


@pytest.fixture(scope="module")
def schema(plugin: Any) -> Schema:
    """What the plugin says it has."""
    answer: Schema = json.loads(plugin.GetSchema(provider_pb2.GetSchemaRequest(version=0)).schema)
    return answer


class OwnerAnswer(BaseHTTPRequestHandler):
    """Knows one organization, and nothing else."""

    def do_GET(self) -> None:
        """Answers whatever is asked with the organization."""
        body = b'{"login": "acme", "id": 1, "type": "Organization", "name": "acme"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@contextmanager
def owner_host() -> Iterator[str]:
    """GitHub as far as the plugin needs it to be configured."""
    with HTTPServer(("127.0.0.1", 0), OwnerAnswer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def structure(values: dict[str, Any]) -> struct_pb2.Struct:
    """Plain values as the protocol carries them."""
    carried = struct_pb2.Struct()
    carried.update(values)
    return carried


# ------------------------------------------------------------------ one shape for a type, from either side


def declared_shape(schema: Schema, declared: Schema) -> Any:
    """The shape of a type in the plugin's schema."""
    if "$ref" in declared:
        properties = schema["types"][declared["$ref"].removeprefix("#/types/")]["properties"]
        return {name: declared_shape(schema, value) for name, value in properties.items()}
    if declared["type"] == "array":
        return [declared_shape(schema, declared["items"])]
    if declared["type"] == "object":
        return {"*": declared_shape(schema, declared.get("additionalProperties", {"type": "string"}))}
    return declared["type"]


def published_shape(annotation: Any) -> Any:
    """The shape of a type in the published SDK."""
    plain = sdk_types.unwrap_type(annotation)
    origin, arguments = typing.get_origin(plain), typing.get_args(plain)
    if origin is collections.abc.Sequence:
        return [published_shape(arguments[0])]
    if origin is collections.abc.Mapping:
        return {"*": published_shape(arguments[1])}
    if plain in SCALARS:
        return SCALARS[plain]
    names = sdk_types.input_type_types if sdk_types.is_input_type(plain) else sdk_types.output_type_types
    return {name: published_shape(value) for name, value in names(plain).items()}


def declared(schema: Schema, part: Schema, key: str = "properties") -> Schema:
    """All properties of a part of the schema."""
    return {name: declared_shape(schema, value) for name, value in part.get(key, {}).items()}


def published(types: dict[str, Any]) -> Schema:
    """All properties of a class of the SDK."""
    return {name: published_shape(value) for name, value in types.items()}


def secrets(properties: Schema) -> set[str]:
    """Which properties the schema marks secret."""
    return {name for name, value in properties.items() if value.get("secret")}


@functools.cache
def published_resources() -> dict[str, type[pulumi.CustomResource]]:
    """Every resource of the SDK by token."""
    classes = [value for value in vars(pulumi_github).values() if inspect.isclass(value)]
    resources = [value for value in classes if issubclass(value, pulumi.CustomResource)]
    tokens = {getattr(value, "pulumi_type", ""): value for value in resources}
    return {token: value for token, value in tokens.items() if token.startswith("github:")}


def module_of(function: str) -> ModuleType:
    """The SDK's module that a function is defined in; the package's attribute of that name is the function itself."""
    return sys.modules[f"pulumi_github.{function}"]


def token_of(function: str) -> str:
    """The token that a function of the SDK calls."""
    found = re.search(r"runtime\.invoke\('([^']+)'", inspect.getsource(module_of(function)))
    assert found
    return found.group(1)


def arguments_of(published_class: type[pulumi.CustomResource]) -> type | None:
    """The class of a resource's arguments; another one where a nested type already had that name."""
    module = sys.modules[published_class.__module__]
    names = [f"{published_class.__name__}InitArgs", f"{published_class.__name__}Args"]
    return next((getattr(module, name) for name in names if hasattr(module, name)), None)


def check_resource(schema: Schema, published_class: type[pulumi.CustomResource]) -> None:
    """Everything about one resource that program and engine rely on."""
    part = schema["resources"][published_class.pulumi_type]  # type: ignore[attr-defined]
    arguments = arguments_of(published_class)
    assert declared(schema, part) == published(sdk_types.resource_types(published_class))
    if arguments:
        assert declared(schema, part, "inputProperties") == published(sdk_types.input_type_types(arguments))
        assert set(part.get("requiredInputs", [])) == required_inputs(arguments)
    source = inspect.getsource(published_class)
    listed = re.search(r"additional_secret_outputs=\[([^\]]*)\]", source)
    assert secrets(part["properties"]) == set(re.findall(r'"(\w+)"', listed.group(1)) if listed else [])
    names = sdk_types.input_type_py_to_pulumi_names(arguments) if arguments else {}
    wrapped = re.findall(r'__dict__\["(\w+)"\] = None if \w+ is None else pulumi\.Output\.secret', source)
    assert secrets(part.get("inputProperties", {})) == {names[name] for name in wrapped}


def required_inputs(arguments: type) -> set[str]:
    """The arguments that have no default."""
    names = sdk_types.input_type_py_to_pulumi_names(arguments)
    parameters = list(inspect.signature(arguments).parameters.values())
    return {names[parameter.name] for parameter in parameters if parameter.default is inspect.Parameter.empty}


# ------------------------------------------------------------------ the tests


@pytest.mark.parametrize("name", RESOURCES)
def test_resources_that_we_declare(schema: Schema, name: str) -> None:
    """Token, properties with their types, inputs, what is required and what is secret."""
    check_resource(schema, getattr(pulumi_github, name))


def test_every_resource_of_the_published_package(schema: Schema) -> None:
    """Neither more nor fewer, and each the same."""
    assert set(schema["resources"]) == set(published_resources())
    for published_class in published_resources().values():
        check_resource(schema, published_class)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_that_we_call(schema: Schema, name: str) -> None:
    """Token and results."""
    part = schema["functions"][token_of(name)]
    result = "".join(word.title() for word in name.split("_")) + "Result"
    returned = sdk_types.output_type_types(getattr(pulumi_github, result))
    assert declared(schema, part["outputs"]) == published(returned)


def test_every_function_of_the_published_package(schema: Schema) -> None:
    """Neither more nor fewer."""
    names = [name for name in vars(pulumi_github) if name.startswith("get_") and not name.endswith("_output")]
    functions = [name for name in names if callable(getattr(pulumi_github, name))]
    ours = {token for token in schema["functions"] if token.startswith("github:")}
    assert ours == {token_of(name) for name in functions}


def test_the_provider_itself(schema: Schema) -> None:
    """The token is secret and from GITHUB_TOKEN, the address from GITHUB_BASE_URL or GitHub's own."""
    inputs = schema["provider"]["inputProperties"]
    assert secrets(inputs) == {"token"}
    assert inputs["token"]["defaultInfo"] == {"environment": ["GITHUB_TOKEN"]}
    assert inputs["baseUrl"]["defaultInfo"] == {"environment": ["GITHUB_BASE_URL"]}
    assert inputs["baseUrl"]["default"] == "https://api.github.com/"
    assert declared(schema, schema["provider"], "inputProperties") == published(
        sdk_types.input_type_types(pulumi_github.ProviderArgs)
    )


def test_the_version_is_the_one_that_the_sdk_asks_for(plugin: Any) -> None:
    """The engine compares the two."""
    assert plugin.GetPluginInfo(empty_pb2.Empty()).version == GITHUB_VERSION


SELECTED = {"secretName": "A", "value": "v", "visibility": "selected", "selectedRepositoryIds": [1]}
LINK = {"repository": "r", "keyPrefix": "A-", "targetUrlTemplate": "https://x/<num>", "isAlphanumeric": True}
KEY = {"repository": "r", "title": "t", "key": "ssh-ed25519 A", "readOnly": True}


@pytest.mark.parametrize(
    ("resource", "version", "before", "after", "deleted_first"),
    [
        (
            "actionsEnvironmentSecret",
            1,
            {"repository": "r", "environment": "e", "secretName": "A"},
            {"environment": "f"},
            True,
        ),
        ("repositoryAutolinkReference", 1, LINK, {"keyPrefix": "B-"}, True),
        (
            "repositoryCollaborator",
            0,
            {"repository": "r", "username": "u", "permission": "push"},
            {"username": "v"},
            True,
        ),
        ("repositoryDeployKey", 0, KEY, {"key": "ssh-ed25519 B"}, True),
        ("codespacesOrganizationSecret", 0, SELECTED, {"selectedRepositoryIds": [2]}, False),
    ],
)
def test_replacements(
    plugin: Any, resource: str, version: int, before: Schema, after: Schema, deleted_first: bool
) -> None:
    """What the published plugin replaces, and where it deletes first."""
    token = f"github:index/{resource}:{resource[0].upper()}{resource[1:]}"
    request = provider_pb2.DiffRequest(
        id="r:1",
        urn=f"urn:pulumi:stack::project::{token}::name",
        olds=structure({**before, "id": "r:1", "__meta": json.dumps({"schema_version": str(version)})}),
        old_inputs=structure(before),
        news=structure({**before, **after}),
    )
    answer = plugin.Diff(request)
    assert answer.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert {path.partition("[")[0] for path in answer.replaces} == set(after)
    assert answer.deleteBeforeReplace is deleted_first


def test_marks_that_the_schema_does_not_show() -> None:
    """The plugin tells about itself: a list of repositories that replaces, and the same name and version."""
    told = subprocess.run([plugin_program(), "-get-provider-info"], capture_output=True, text=True, check=True)
    info = json.loads(told.stdout)
    assert (info["name"], info["version"]) == ("github", GITHUB_VERSION)
    for store in ("actions", "codespaces", "dependabot"):
        fields = info["resources"][f"github_{store}_organization_secret"]["fields"]
        assert fields["selected_repository_ids"]["forceNew"] is True
