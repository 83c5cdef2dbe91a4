"""Heroku resources that our provider serves beyond the published SDK, as typed classes for any program.

What the provider takes on top of the published classes' own inputs (``App`` maintenance and allow_data_loss, ``Addon``
attachment_name and allow_data_loss, ``Release`` oci_image, ``Space`` generation) is passed with ``more_inputs``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi import Input, Output, ResourceOptions

Texts = Input[Mapping[str, Input[str]]]
Names = Input[Sequence[Input[str]]]


class Promotion(pulumi.CustomResource):
    """A promotion of an app's code to the apps downstream of it, waited for on every target.

    Another one is made when ``release_id``, a target, or any of ``triggers`` changes.
    """

    status: Output[str]
    results: Output[list[dict[str, str]]]

    def __init__(
        self,
        resource_name: str,
        *,
        pipeline: Input[str],
        source_app_id: Input[str],
        target_app_ids: Names,
        release_id: Input[str] | None = None,
        triggers: Texts | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "pipeline": pipeline,
            "sourceAppId": source_app_id,
            "targetAppIds": target_app_ids,
            "releaseId": release_id,
            "triggers": triggers,
        }
        outputs = ("status", "results", "releaseId")
        super().__init__("heroku:pipeline/promotion:Promotion", resource_name, _with(inputs, outputs), opts)

    @property
    def failed_targets(self) -> Output[list[str]]:
        """The ids of the apps on which it failed."""
        return self.results.apply(lambda results: [one["appId"] for one in results if one["status"] == "failed"])

    @property
    def release_id(self) -> Output[str]:
        """The release of the source that was promoted."""
        return _output(self, "releaseId")


class TelemetryDrain(pulumi.CustomResource):
    """Where the telemetry of an app or space of the Fir generation goes; address and headers are secrets."""

    def __init__(
        self,
        resource_name: str,
        *,
        owner_id: Input[str],
        owner_type: Input[str],
        signals: Names,
        endpoint: Input[str],
        exporter_type: Input[str],
        headers: Texts | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "ownerId": owner_id,
            "ownerType": owner_type,
            "signals": signals,
            "endpoint": Output.secret(endpoint),
            "exporterType": exporter_type,
            "headers": None if headers is None else Output.secret(headers),
        }
        secret = _secret("endpoint", "headers", opts=opts)
        super().__init__("heroku:drain/telemetryDrain:TelemetryDrain", resource_name, _with(inputs), secret)


class Authorization(pulumi.CustomResource):
    """A token of the account with the given scopes, for ``expires_in`` seconds; ``token`` is a secret."""

    token: Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        description: Input[str],
        scopes: Names,
        expires_in: Input[int] | None = None,
        triggers: Texts | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        inputs = {"description": description, "scopes": scopes, "expiresIn": expires_in, "triggers": triggers}
        outputs = ("token", "expiresAt")
        secret = _secret("token", opts=opts)
        super().__init__("heroku:account/authorization:Authorization", resource_name, _with(inputs, outputs), secret)

    @property
    def expires_at(self) -> Output[str]:
        """Until when the token is good."""
        return _output(self, "expiresAt")


class AddonConfig(pulumi.CustomResource):
    """Settings of an add-on that change after it was made; all are secrets, and others are left alone."""

    def __init__(
        self,
        resource_name: str,
        *,
        addon_id: Input[str],
        config: Texts,
        opts: ResourceOptions | None = None,
    ) -> None:
        inputs = {"addonId": addon_id, "config": Output.secret(config)}
        secret = _secret("config", opts=opts)
        super().__init__("heroku:addon/config:Config", resource_name, _with(inputs), secret)


class OciImage(pulumi.CustomResource):
    """An image in a registry, made known to an app of the Fir generation, to be released."""

    def __init__(
        self,
        resource_name: str,
        *,
        app_id: Input[str],
        image_repo: Input[str],
        digest: Input[str],
        process_types: Texts,
        commit: Input[str] | None = None,
        commit_description: Input[str] | None = None,
        architecture: Input[str] | None = None,
        base_image_name: Input[str] | None = None,
        base_top_layer: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        inputs = {
            "appId": app_id,
            "imageRepo": image_repo,
            "digest": digest,
            "processTypes": process_types,
            "commit": commit,
            "commitDescription": commit_description,
            "architecture": architecture,
            "baseImageName": base_image_name,
            "baseTopLayer": base_top_layer,
        }
        super().__init__("heroku:app/ociImage:OciImage", resource_name, _with(inputs), opts)


class ImageRelease(pulumi.CustomResource):
    """An OCI image, released on an app of the Fir generation, its release phase waited for."""

    def __init__(
        self,
        resource_name: str,
        *,
        app_id: Input[str],
        oci_image: Input[str],
        description: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        inputs = {"appId": app_id, "ociImage": oci_image, "description": description}
        super().__init__("heroku:app/release:Release", resource_name, _with(inputs), opts)


def more_inputs(options: ResourceOptions | None = None, **inputs: Input[Any]) -> ResourceOptions:
    """Options that pass inputs, by wire name, which the published class of a resource does not know."""

    def add(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        return pulumi.ResourceTransformationResult({**args.props, **inputs}, args.opts)

    return ResourceOptions.merge(options, ResourceOptions(transformations=[add]))


def _with(inputs: Mapping[str, Any], outputs: Sequence[str] = ()) -> dict[str, Any]:
    # A property that is given as None is one that the provider fills.
    return {**dict.fromkeys(outputs), **{name: value for name, value in inputs.items() if value is not None}}


def _secret(*names: str, opts: ResourceOptions | None) -> ResourceOptions:
    return ResourceOptions.merge(opts, ResourceOptions(additional_secret_outputs=list(names)))


def _output(resource: pulumi.CustomResource, wire_name: str) -> Output[str]:
    found: Output[str] = resource.__dict__[wire_name]
    return found
