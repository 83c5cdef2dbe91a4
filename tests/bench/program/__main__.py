"""An estate of so many apps, written with the published SDK alone: nine resources an app, and one pipeline."""

import pulumi
import pulumiverse_heroku as heroku


def declare_app(number: int, pipeline: heroku.pipeline.Pipeline) -> None:
    """An app with ten config vars, two add-ons, two domains, a drain, a webhook and its place in the pipeline."""
    name = f"bench-{number}"
    app = heroku.app.App(name, name=name, region="eu")
    heroku.app.ConfigAssociation(
        name,
        app_id=app.id,
        vars={f"SETTING_{place}": f"value {place}" for place in range(7)},
        sensitive_vars={f"SECRET_{place}": pulumi.Output.secret(f"hidden {place}") for place in range(3)},
    )
    for plan in ("heroku-postgresql:essential-0", "papertrail:choklad"):
        heroku.addon.Addon(f"{name}-{plan.split(':')[0]}", app_id=app.id, plan=plan)
    for host in ("www", "api"):
        heroku.domain.Domain(f"{name}-{host}", app_id=app.id, hostname=f"{host}.{name}.example.com")
    heroku.drain.Drain(name, app_id=app.id, url=f"https://user:secret@logs.example.com/{name}")
    heroku.app.Webhook(
        name, app_id=app.id, url=f"https://hooks.example.com/{name}", level="notify", includes=["api:release"]
    )
    heroku.pipeline.Coupling(name, app_id=app.id, pipeline=pipeline.id, stage="production")


shared = heroku.pipeline.Pipeline("bench", name="bench")
for wanted in range(pulumi.Config().require_int("apps")):
    declare_app(wanted, shared)
