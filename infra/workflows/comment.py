"""Keep one comment per pull request and project: found again, brought up to date, never a second one."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from infra.apis.rest import AnswerLost
from infra.errors import ApiError
from infra.workflows.conversation import Comment, Conversation, explained, is_too_long
from infra.workflows.marking import data_of, headed, is_marked, mark

SMALLEST = 10_000
SUMMARY_LIMIT = 1_000_000
TOO_LONG = "The report is too long for a comment; it is in the run's summary and artifact."
SUPERSEDED = "This report is kept up to date in an earlier comment."


class Rendered(Protocol):
    """A text and how many of its rows were cut (``reports.cutting.Written`` is one)."""

    @property
    def text(self) -> str:
        """The text."""

    @property
    def cut(self) -> int:
        """How many rows are not in it, or not whole."""


Render = Callable[[int], Rendered]
"""Writes a report as Markdown within a number of bytes, never less than 10,000."""


@dataclass(frozen=True)
class Posting:
    """What a comment is about: the project, the purpose, and what its report was made of."""

    project: str
    made_at: datetime
    kind: str = "preview"
    digest: str = ""
    """The plan's."""
    commit: str = ""
    run: int = 0
    """The run's number, which grows; of two reports the one of the later run is the newer."""


@dataclass(frozen=True)
class Kept:
    """What was done: ``newer`` means that a later run had written already, and nothing was changed."""

    action: Literal["created", "updated", "unchanged", "newer"]
    url: str
    cut: int


async def keep_comment(conversation: Conversation, posting: Posting, render: Render) -> Kept:
    """Bring the project's one comment up to date, or make it; raises an ApiError that says what to do."""
    try:
        return await _keep(conversation, posting, render)
    except ApiError as refused:
        raise explained(refused) from None


async def _keep(conversation: Conversation, posting: Posting, render: Render) -> Kept:
    marker, author = mark(posting.project, posting.kind), await conversation.author()
    ours = await _ours(conversation, marker, author)
    writer = _Writer(conversation, posting, marker, render)
    if ours:
        return await _updated(conversation, writer, ours)
    try:
        made, cut = await writer.create()
    except AnswerLost:
        ours = await _ours(conversation, marker, author)
        if not ours:
            raise
        return await _updated(conversation, writer, ours)
    # Another run may have done the same at the same time: the older comment stays, whoever made it.
    ours = await _ours(conversation, marker, author or made.author)
    if not ours or ours[0].id == made.id:
        await _clear(conversation, [one for one in ours if one.id != made.id])
        return Kept("created", made.url, cut)
    return await _updated(conversation, writer, ours)


async def _ours(conversation: Conversation, marker: str, author: str) -> list[Comment]:
    """The comments that we wrote, oldest first; who copies the mark into a comment of their own keeps it."""
    found = [comment for comment in await conversation.comments() if is_marked(comment.body, marker)]
    return [one for one in found if (one.author == author if author else one.by_program)]


async def _updated(conversation: Conversation, writer: _Writer, ours: list[Comment]) -> Kept:
    oldest, *younger = ours
    newer = next((one for one in reversed(ours) if _is_newer(data_of(one.body), writer.data(0))), None)
    if newer is None:
        kept = await writer.update(oldest)
    else:
        if newer is not oldest:
            await conversation.update(oldest.id, newer.body)
        kept = Kept("newer", oldest.url, int(data_of(newer.body).get("cut", 0)))
    await _clear(conversation, younger)
    return kept


def _is_newer(known: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """Whether what is there comes from a later run than ours; by the time, where runs have no numbers."""
    name = "run" if known.get("run") and own["run"] else "made_at"
    return isinstance(known.get(name), type(own[name])) and bool(known[name] > own[name])


async def _clear(conversation: Conversation, superfluous: list[Comment]) -> None:
    for comment in superfluous:
        try:
            await conversation.delete(comment.id)
        except ApiError:
            # It may be changed but not deleted: without its mark it is no comment of ours any more.
            await conversation.update(comment.id, SUPERSEDED)


@dataclass(frozen=True)
class _Writer:
    """Writes the text of the comment, as long as the conversation allows."""

    conversation: Conversation
    posting: Posting
    marker: str
    render: Render

    def data(self, cut: int) -> dict[str, Any]:
        """What is hidden in the comment."""
        posting = self.posting
        return {
            "commit": posting.commit[:64],
            "cut": cut,
            "digest": posting.digest[:128],
            "made_at": posting.made_at.astimezone(UTC).isoformat(),
            "run": posting.run,
            "truncated": cut > 0,
        }

    async def create(self) -> tuple[Comment, int]:
        """Make the comment."""
        return await self._sent(self.conversation.create)

    async def update(self, comment: Comment) -> Kept:
        """Replace the comment's text, if it is not that already."""
        text, cut = next(self.texts())
        if comment.body.replace("\r\n", "\n") == text:
            return Kept("unchanged", comment.url, cut)
        changed, cut = await self._sent(lambda text: self.conversation.update(comment.id, text))
        return Kept("updated", changed.url or comment.url, cut)

    async def _sent(self, send: Callable[[str], Awaitable[Comment]]) -> tuple[Comment, int]:
        """What was sent, shorter if the vendor counts otherwise than we."""
        texts = self.texts()
        while True:
            text, cut = next(texts)
            try:
                return await send(text), cut
            except ApiError as refused:
                if not is_too_long(refused) or text.endswith(TOO_LONG):
                    raise

    def texts(self) -> Iterator[tuple[str, int]]:
        """The text within the limit, then shorter ones, at last only that it is too long."""
        limit, room = self.conversation.limit, self.conversation.room
        while room >= SMALLEST:
            written = self.render(room)
            text = f"{headed(self.marker, self.data(written.cut))}{written.text}".rstrip()
            if len(text) <= limit:
                yield text, written.cut
            room //= 2
        yield f"{headed(self.marker, self.data(1))}{TOO_LONG}", 1


def write_summary(environ: Mapping[str, str], render: Render) -> bool:
    """Add the report to the summary of a GitHub job's step; False where there is none, or no room left in it."""
    path = environ.get("GITHUB_STEP_SUMMARY", "")
    if not path:
        return False
    file = Path(path)
    # Beyond its limit the whole summary is dropped, with what others wrote.
    room = SUMMARY_LIMIT - (file.stat().st_size if file.exists() else 0) - len(os.linesep)
    if room < SMALLEST:
        return False
    text = render(room).text
    if len(text.encode()) > room:
        return False
    with file.open("a", encoding="utf-8") as summary:
        summary.write(f"{text}\n")
    return True
