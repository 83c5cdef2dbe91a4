"""What holds data is neither replaced nor deleted by accident."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from infra.providers.kit.context import Context
from infra.providers.kit.fields import boolean, string
from infra.providers.kit.guard import DataLoss, Guard
from infra.providers.kit.resource import Live, Made, Old, Resource
from infra.providers.kit.values import Values


@dataclass
class Vault:
    """The vendor: what is in the vault, and how often somebody looked."""

    content: str = "gold"
    looks: int = 0


async def _create(_vault: Vault, new: Values, _context: Context) -> Made:
    return Made("vault-1", new)


async def _read(_vault: Vault, id: str, old: Old) -> Live | None:
    return Live(id, old.outputs)


async def _delete(_vault: Vault, _id: str, _old: Old, _context: Context) -> None:
    return


async def _holds(vault: Vault, _id: str, _old: Old) -> str:
    vault.looks += 1
    return vault.content


VAULT: Resource[Vault] = Resource(
    "bank:index/vault:Vault",
    help="A vault.",
    fields={"place": string("Where.", replace=True), "allow_data_loss": boolean("Whether its content may go.")},
    create=_create,
    read=_read,
    delete=_delete,
    holds=_holds,
)
NOTHING = Old({}, {})
ALLOWED = Old({"allow_data_loss": True}, {})


async def test_a_replacement_says_what_forces_it_and_what_would_go() -> None:
    """And how to allow it."""
    with pytest.raises(DataLoss, match="a change of place makes a new one, and with the old one goes gold") as caught:
        await Guard().check_replace(VAULT, Vault(), "vault-1", ALLOWED, {}, ["place"])
    assert "`allowDataLoss: true`" in caught.value.todo
    assert "bank:allowDataLoss" in caught.value.todo


async def test_the_new_inputs_allow_a_replacement_and_its_delete() -> None:
    """Of that one only, though its own inputs did not."""
    guard, vault = Guard(), Vault()
    await guard.check_replace(VAULT, vault, "vault-1", NOTHING, {"allow_data_loss": True}, ["place"])
    await guard.check_delete(VAULT, vault, "vault-1", NOTHING)
    with pytest.raises(DataLoss, match="with it goes gold"):
        await guard.check_delete(VAULT, vault, "vault-2", NOTHING)


async def test_nobody_looks_where_all_is_allowed() -> None:
    """By the state, or by the provider's settings."""
    vault = Vault()
    await Guard().check_delete(VAULT, vault, "vault-1", ALLOWED)
    await Guard(everything=True).check_delete(VAULT, vault, "vault-1", NOTHING)
    await Guard(everything=True).check_replace(VAULT, vault, "vault-1", NOTHING, {}, ["place"])
    assert vault.looks == 0


async def test_what_is_empty_may_go() -> None:
    """There is nothing to lose."""
    await Guard().check_delete(VAULT, Vault(content=""), "vault-1", NOTHING)
