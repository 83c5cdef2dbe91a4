"""Keep one GitHub issue per environment: opened when drift is found, rewritten, reopened, and closed when clean."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from infra.apis.github import GitHub
from infra.apis.rest import AnswerLost, at
from infra.errors import ApiError, Conflict, NotFound, Rejected
from infra.reports.cutting import ISSUE
from infra.workflows.comment import Render
from infra.workflows.conversation import GITHUB_LIMIT, explained, github_author
from infra.workflows.marking import data_of, headed, is_marked, mark

LABEL = "drift"
LABELS = {LABEL: ("d93f0b", "What is live differs from what is declared")}
MOST_LABEL = 50
KEPT_BELOW = "<!-- twelvefold: everything below this line is kept -->"
INVITATION = f"\n\n---\n{KEPT_BELOW}\n"
MOST_REMEMBERED = 150
Issue = dict[str, Any]


@dataclass(frozen=True)
class DriftState:
    """What an audit found in one environment."""

    project: str
    environment: str
    """The stack's name."""
    identities: Sequence[str]
    """Of the findings that count as drift (``Finding.identity``)."""
    complete: bool
    """Whether everything could be read; what was not read is not called clean."""
    made_at: datetime


@dataclass(frozen=True)
class KeptIssue:
    """What was done; ``number`` is 0 when there is no issue, because nothing ever drifted."""

    action: Literal["none", "opened", "updated", "unchanged", "reopened", "closed", "left closed"]
    number: int = 0
    url: str = ""


async def keep_issue(client: GitHub, repository: str, state: DriftState, render: Render) -> KeptIssue:
    """Bring the environment's one issue up to date; raises an ApiError that says what to do."""
    try:
        return await _Keeper(client, repository, state, render).keep()
    except ApiError as refused:
        raise explained(refused) from None


def environment_label(environment: str) -> str:
    """The label of an environment: never longer than GitHub allows, never with the comma that would part it in two."""
    plain = f"environment:{environment.replace(',', ' ')}"
    if len(plain) <= MOST_LABEL:
        return plain
    return f"{plain[: MOST_LABEL - 9]}-{hashlib.sha256(environment.encode()).hexdigest()[:8]}"


class _Keeper:
    def __init__(self, client: GitHub, repository: str, state: DriftState, render: Render) -> None:
        self.client = client
        self.state = state
        self.render = render
        self.path = at("repos", *repository.split("/", 1))
        self.marker = mark(state.project, f"drift {state.environment}")
        self.labels = (LABEL, environment_label(state.environment))
        self.author = ""

    async def keep(self) -> KeptIssue:
        self.author = await github_author(self.client)
        issue = await self._find()
        if not self.state.identities:
            return await self._clean(issue)
        if issue is None:
            return await self._open()
        return await self._drifted(issue)

    async def _find(self) -> Issue | None:
        """The oldest issue of ours that is open, else the one closed last."""
        found = await self._ours()
        opened = [issue for issue in found if issue["state"] == "open"]
        closed = sorted(found, key=lambda issue: str(issue["closed_at"]))
        return opened[0] if opened else closed[-1] if closed else None

    async def _ours(self) -> list[Issue]:
        query = {"labels": ",".join(self.labels), "state": "all", "sort": "created", "direction": "asc"}
        rows = await self.client.list(f"{self.path}/issues?{urlencode(query)}")
        return [row for row in rows if "pull_request" not in row and self._is_ours(row)]

    def _is_ours(self, row: Issue) -> bool:
        user = row["user"] or {"login": "", "type": "User"}
        by_us = user["login"] == self.author if self.author else user["type"] == "Bot"
        return by_us and is_marked(row.get("body") or "", self.marker)

    async def _open(self) -> KeptIssue:
        await self._make_labels()
        body = {"title": self._title(), "body": self._body(""), "labels": list(self.labels)}
        try:
            made: Issue = await self.client.post(f"{self.path}/issues", body)
        except AnswerLost:
            made_still = await self._find()
            if made_still is None or made_still["state"] == "closed":
                raise
            return KeptIssue("opened", made_still["number"], made_still["html_url"])
        # Another run may have done the same at the same time: the older issue stays.
        self.author = self.author or made["user"]["login"]
        older = [issue for issue in await self._ours() if issue["state"] == "open" and issue["number"] < made["number"]]
        if not older:
            return KeptIssue("opened", made["number"], made["html_url"])
        await self._change(
            made, body=f"This is kept in #{older[0]['number']}.", state="closed", state_reason="duplicate"
        )
        return await self._drifted(older[0])

    def _title(self) -> str:
        return f"Drift in {self.state.environment} ({self.state.project})"[:250]

    async def _make_labels(self) -> None:
        for name in self.labels:
            color, description = LABELS.get(name, ("ededed", "An environment that is audited for drift"))
            if await self.client.missing_to_none(f"{self.path}{at('labels', name)}") is None:
                try:
                    wish = {"name": name, "color": color, "description": description}
                    await self.client.post(f"{self.path}/labels", wish)
                except (Conflict, Rejected, NotFound):
                    continue  # Somebody else made it meanwhile; if not, GitHub makes it with the issue.

    async def _drifted(self, issue: Issue) -> KeptIssue:
        before = data_of(issue["body"] or "")
        changed = before.get("findings") != self._digest()
        reopen = issue["state"] == "closed"
        if reopen and issue.get("state_reason") == "not_planned" and not changed:
            return KeptIssue("left closed", issue["number"], issue["html_url"])
        body = self._body(issue["body"] or "")
        if not reopen and body == (issue["body"] or "").replace("\r\n", "\n"):
            return KeptIssue("unchanged", issue["number"], issue["html_url"])
        await self._change(issue, body=body, **({"state": "open"} if reopen else {}))
        if changed or reopen:
            await self._say(issue, self._news(before, reopened=reopen))
        return KeptIssue("reopened" if reopen else "updated", issue["number"], issue["html_url"])

    async def _clean(self, issue: Issue | None) -> KeptIssue:
        if issue is None:
            return KeptIssue("none")
        if issue["state"] == "closed":
            return KeptIssue("unchanged", issue["number"], issue["html_url"])
        if not self.state.complete:
            await self._change(issue, body=self._body(issue["body"] or ""))
            return KeptIssue("updated", issue["number"], issue["html_url"])
        await self._say(issue, "Nothing differs any more: what is live is what is declared.")
        await self._change(issue, body=self._body(issue["body"] or ""), state="closed", state_reason="completed")
        return KeptIssue("closed", issue["number"], issue["html_url"])

    async def _change(self, issue: Issue, **changes: str) -> None:
        await self.client.patch(f"{self.path}/issues/{issue['number']}", changes)

    async def _say(self, issue: Issue, text: str) -> None:
        await self.client.post(f"{self.path}/issues/{issue['number']}/comments", {"body": text})

    def _body(self, before: str) -> str:
        """Our part written anew, and below it what a person wrote under the line."""
        kept = before.replace("\r\n", "\n").partition(KEPT_BELOW)[2].strip("\n")
        known = [_short(identity) for identity in sorted(set(self.state.identities))]
        data = {"findings": self._digest(), "known": known if len(known) <= MOST_REMEMBERED else []}
        head = headed(self.marker, data)
        room = min(ISSUE.bytes, GITHUB_LIMIT - len(head) - len(INVITATION) - len(kept.encode()) - 500)
        text = self.render(room).text.strip() if room >= 10_000 else "The report is in the run's artifact."
        return f"{head}{text}{INVITATION}{kept}".rstrip("\n") + "\n"

    def _digest(self) -> str:
        text = "\n".join(sorted(set(self.state.identities)))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _news(self, before: dict[str, Any], *, reopened: bool) -> str:
        """What changed since the last time, in one line."""
        now = {_short(identity) for identity in self.state.identities}
        known = set(before.get("known") or []) if not reopened else set()
        if reopened:
            return f"It drifted again: {_counted(len(now), 'finding')}."
        if not known:
            return (
                f"The findings changed: there {'is' if len(now) == 1 else 'are'} {_counted(len(now), 'finding')} now."
            )
        return f"The findings changed: {len(now - known)} new, {len(known - now)} gone, {len(now & known)} as before."


def _short(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:12]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
