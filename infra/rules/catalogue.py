"""Every rule of the audit: one for each kind of thing and class of drift, and those of secrets, releases and parity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from infra.model.estate import Kind
from infra.model.finding import DRIFT, Class, Level
from infra.model.rule import Rule


class Noun(NamedTuple):
    """What a kind of thing is called, one and many, and the factor it concerns."""

    one: str
    many: str
    factor: int


NOUNS: Mapping[Kind, Noun] = {
    "app": Noun("app", "apps", 10),
    "config-var": Noun("config var", "config vars", 3),
    "addon": Noun("add-on", "add-ons", 4),
    "attachment": Noun("attachment", "attachments", 4),
    "domain": Noun("domain", "domains", 7),
    "certificate": Noun("certificate", "certificates", 7),
    "formation": Noun("process type", "process types", 8),
    "collaborator": Noun("collaborator", "collaborators", 0),
    "drain": Noun("log drain", "log drains", 11),
    "telemetry-drain": Noun("telemetry drain", "telemetry drains", 11),
    "webhook": Noun("webhook", "webhooks", 5),
    "feature": Noun("feature", "features", 10),
    "coupling": Noun("place in the pipeline", "places in pipelines", 5),
    "release": Noun("release", "releases", 5),
    "pipeline": Noun("pipeline", "pipelines", 5),
    "pipeline-config-var": Noun("pipeline config var", "pipeline config vars", 3),
    "repository": Noun("repository", "repositories", 1),
    "secret": Noun("secret", "secrets", 3),
    "dependabot-secret": Noun("Dependabot secret", "Dependabot secrets", 3),
    "variable": Noun("variable", "variables", 3),
    "environment": Noun("deployment environment", "deployment environments", 5),
    "ruleset": Noun("ruleset", "rulesets", 1),
    "deploy-key": Noun("deploy key", "deploy keys", 1),
}

_LEVELS: Mapping[Class, Level] = {
    "missing": "error",
    "changed": "warning",
    "unmanaged": "warning",
    "pending": "warning",
    "unverifiable": "warning",
}
_TITLES: Mapping[Class, str] = {
    "missing": "is missing",
    "changed": "was changed by hand",
    "unmanaged": "is declared nowhere",
    "pending": "waits for the next update",
    "unverifiable": "cannot be verified",
}
_HELP: Mapping[Class, str] = {
    "missing": "It is declared and was made, and is no longer there. Put it back with `twelvefold drift STACK --fix`, "
    "or take it out of the stack file.",
    "changed": "What is live is not what was last applied. Put it back with `twelvefold drift STACK --fix`, or take it "
    "over into the stack file with `twelvefold drift STACK --adopt`.",
    "unmanaged": "It is live, and no stack declares it, so the environment cannot be made anew from source. Declare it "
    "with `twelvefold drift STACK --adopt`, or take it away.",
    "pending": "The stack file asks for something that was not applied yet. `twelvefold up STACK` does.",
    "unverifiable": "It could not be read, so nothing is said of it. The finding names the permission that lacked.",
}
_GRAVER: Mapping[str, Level] = {
    "deploy-key-unmanaged": "error",
    "collaborator-unmanaged": "error",
    "feature-missing": "warning",
    "formation-missing": "warning",
}
_BESIDES = (
    Rule(
        "secret-touched",
        "Secret was written by somebody else",
        "GitHub never shows a secret, but tells when it was written last: after our own write. Write it again with "
        "`twelvefold drift STACK --fix`, or say where it is kept: `NAME: {kept_in: …}`.",
        "warning",
        3,
    ),
    Rule(
        "secret-never-ours",
        "Secret is there, but was never written by this project",
        "It is declared with a value, and the next update would write over what stands there. Say where it is kept "
        "(`NAME: {kept_in: …}`), or let `twelvefold up STACK` take it over.",
        "warning",
        3,
    ),
    Rule(
        "kept-recorded",
        "Value is kept elsewhere now, but the state still records it",
        "`twelvefold up STACK` lets go of it: the value stays as it is, and is never written again. Plain `pulumi up` "
        "refuses while the state records such a secret of GitHub, because the engine would delete it.",
        "warning",
        3,
    ),
    Rule(
        "release-rollback",
        "Release was rolled back by hand",
        "The app runs older code and config than what was released last. Release again, or promote what is right.",
        "warning",
        5,
    ),
    Rule(
        "release-by-hand",
        "Release was made by hand",
        "Config was changed past the stack files. What is live may be right again; the history shows who and when.",
        "note",
        5,
    ),
)
_PARITY = (
    Rule(
        "parity-key-missing",
        "Config var is in some environments only",
        "Code that reads it fails where it is not. Declare it everywhere, or say under `differences` why not.",
        "warning",
        3,
    ),
    Rule(
        "parity-secret-shared",
        "Two environments share a secret",
        "Whoever has the lesser environment has the other one, too. Give each a value of its own.",
        "error",
        3,
    ),
    Rule(
        "parity-wrong-environment",
        "Value points to another environment",
        "A value names an app, host or database of another environment. Name this environment's own.",
        "error",
        3,
    ),
    Rule(
        "parity-local-address",
        "Value points to a machine of one's own",
        "localhost, 127.0.0.1 and example.com are nowhere in an environment. Write the real address.",
        "error",
        4,
    ),
    Rule("parity-placeholder", "Value is a placeholder", "Write the real value, or leave the setting out.", "error", 3),
    Rule(
        "parity-stack",
        "Environments run on different stacks",
        "What was tried on one stack may fail on the other. Use one, or say under `differences` why not.",
        "warning",
        10,
    ),
    Rule(
        "parity-buildpacks",
        "Environments are built by different buildpacks",
        "Their order counts, too. Use the same, or say under `differences` why not.",
        "warning",
        2,
    ),
    Rule(
        "parity-addon",
        "Add-on is in some environments only, or of another service",
        "Each environment needs the same kinds of backing services. Use the same, or say why not.",
        "warning",
        4,
    ),
    Rule(
        "parity-plan",
        "Add-on has another plan",
        "A different size is usual; its limits and version may differ, though.",
        "note",
        4,
    ),
    Rule(
        "parity-formation",
        "Process type is in some environments only",
        "What never runs in staging is never tried there.",
        "warning",
        8,
    ),
    Rule("parity-feature", "Feature is on in some environments only", "It changes how the app runs.", "warning", 10),
    Rule(
        "parity-attachment",
        "Backing service of another environment is attached",
        "Two environments share one backing service, so the lesser one can harm the other.",
        "error",
        4,
    ),
    Rule(
        "parity-difference-unused",
        "Declared difference differs no more",
        "What it allows no longer occurs. Take it out.",
        "note",
        10,
    ),
)
_UPKEEP = (
    Rule(
        "acknowledgement-unused",
        "Acknowledgement fits nothing",
        "Nothing like it was found any more. Take it out of drift.yaml.",
        "note",
    ),
)


def _of_drift() -> Iterator[Rule]:
    for kind, noun in NOUNS.items():
        for class_ in DRIFT:
            id = f"{kind}-{class_}"
            title = f"{noun.one[:1].upper()}{noun.one[1:]} {_TITLES[class_]}"
            yield Rule(id, title, _HELP[class_], _GRAVER.get(id, _LEVELS[class_]), noun.factor)


CATALOGUE: Mapping[str, Rule] = {rule.id: rule for rule in (*_of_drift(), *_BESIDES, *_PARITY, *_UPKEEP)}
"""The rules by id, for whoever shows findings or explains them."""
