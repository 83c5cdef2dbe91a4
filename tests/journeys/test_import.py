"""Taking over what was made by hand, with plain ``pulumi``."""

from __future__ import annotations

import httpx

from tests.journeys.checkout import Checkout


def test_what_is_imported_comes_with_the_code_that_declares_it(checkout: Checkout) -> None:
    """Imported, its code added to the program, its secret set: nothing is left to do, and no value was printed."""
    headers = {
        "Accept": "application/vnd.heroku+json; version=3",
        "Authorization": f"Bearer {checkout.environment['HEROKU_API_KEY']}",
    }
    with httpx.Client(base_url=checkout.environment["HEROKU_API_URL"], headers=headers, trust_env=False) as person:
        person.post("/apps", json={"name": "acme-hand", "region": "eu"}).raise_for_status()
        person.patch("/apps/acme-hand/config-vars", json={"A_KEY": "canary"}).raise_for_status()
        person.patch("/apps/acme-hand", json={"maintenance": True}).raise_for_status()

    program = []
    for kind in ("app:App", "configAssociation:ConfigAssociation"):
        token = f"heroku:app/{kind}"
        done = checkout.pulumi("import", token, kind.split(":")[0], "acme-hand", "--yes", "--stack", "staging")
        assert done.code == 0, done.text
        assert "canary" not in done.text
        assert "GenerateProgram" not in done.text
        program.append(done.stdout[done.stdout.index("# Add this to your program") :])
    (checkout.folder / "__main__.py").write_text("\n".join(program))
    key = "configAssociation-sensitiveVars-A_KEY"
    assert f"# pulumi config set --secret {key}" in program[1]
    checkout.pulumi("config", "set", "--secret", key, "canary", "--stack", "staging")
    preview = checkout.pulumi("preview", "--refresh", "--diff", "--expect-no-changes", "--stack", "staging")

    assert preview.code == 0, preview.text
