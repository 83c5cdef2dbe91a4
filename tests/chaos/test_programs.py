"""The programs of these tests against what the provider serves."""

from __future__ import annotations

from infra.providers.heroku.package import RESOURCES
from tests.chaos.test_every_kill import OTHER, WHOLE
from tests.providers.heroku import tokens

# Whoever declares one is told to use another: there is nothing to bring up.
REFUSED = {tokens.CERT}


def test_every_type_takes_part() -> None:
    """A type that the provider serves and no program uses would never be killed, dropped or meddled with."""
    used = {declared.token for service in (WHOLE, OTHER) for declared in service.program().values()}

    assert used | REFUSED == {resource.token for resource in RESOURCES}
