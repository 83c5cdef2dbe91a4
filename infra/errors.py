"""Every error a person can meet, in one tree: what is wrong, where, and what to do.

TwelvefoldError
├── InputError            the stack files are wrong; carries every problem at once
├── EngineError           the Pulumi engine is missing, locked, or failed
│   ├── EngineUnavailable no rung of the ladder could provide it
│   ├── StackLocked       another update holds the stack
│   └── WrongPassphrase   the passphrase does not open the stack's secrets
├── ApiError              a vendor answered no (status, its error id, its request id)
│   ├── Unauthorized      the token is missing, wrong or lacks the scope
│   ├── NotFound          the object is not there
│   ├── Conflict          the name is taken, or the object changed since it was read
│   ├── Rejected          the vendor refused the values
│   ├── ConfirmationNeeded the vendor wants the loss of data confirmed
│   └── RateLimited       the budget is used up and waiting longer was not allowed
├── NotApproved           what would be applied is not what was approved, or the approval itself is no good
│   ├── PlanChanged       other steps, properties or values than approved
│   ├── StateMoved        the stack's state was written since
│   └── LiveMoved         what is live was changed since
├── Unreachable           no answer came: wrong host, no network, or a broken connection
├── CloudError            the local cloud cannot start or is not running
└── Interrupted           stopped by the person (exit code 130)

No message ever carries a secret: callers pass names, never values.
"""

from __future__ import annotations

from dataclasses import dataclass

EXIT_CLEAN = 0
EXIT_ERROR = 1
EXIT_CHANGES = 2
EXIT_UNREADABLE = 3
EXIT_RULE_BROKEN = 4
EXIT_INTERRUPTED = 130


class TwelvefoldError(Exception):
    """An error meant for a person: ``what`` is wrong, ``where``, and what to do about it."""

    exit_code = EXIT_ERROR

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what = what
        self.where = where
        self.todo = todo
        super().__init__(self.text())

    def text(self) -> str:
        """The whole error as plain text, one aspect a line."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n  {self.todo}" if self.todo else head


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a stack file: its place, its path in the document, and a way out."""

    file: str
    line: int
    path: str
    message: str
    suggestion: str = ""

    def text(self) -> str:
        """``file:line: path: message (suggestion)``, without the parts that are empty."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        head = f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"
        return f"{head}. {self.suggestion}" if self.suggestion else head


class InputError(TwelvefoldError):
    """The stack files cannot be used; ``problems`` holds every reason, in file order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        count = len(self.problems)
        lines = "\n".join(problem.text() for problem in self.problems)
        noun = "problem" if count == 1 else "problems"
        super().__init__(f"{lines}\n{count} {noun}; nothing was changed.")


class EngineError(TwelvefoldError):
    """The Pulumi engine said no, or could not run."""


class EngineUnavailable(EngineError):
    """No way to get a part of the engine worked."""


class StackLocked(EngineError):
    """Another update holds the lock of this stack."""


class WrongPassphrase(EngineError):
    """The passphrase does not open the secrets of this stack."""


class ApiError(TwelvefoldError):
    """A vendor's refusal, with its HTTP status, its own error id and its request id."""

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        todo: str = "",
        status: int = 0,
        id: str = "",
        request_id: str = "",
    ) -> None:
        self.status = status
        self.id = id
        self.request_id = request_id
        super().__init__(what, where=where, todo=todo)

    def text(self) -> str:
        marks = [f"HTTP {self.status}"] if self.status else []
        marks += [f"id {self.id}"] if self.id else []
        marks += [f"request {self.request_id}"] if self.request_id else []
        head = f"{self.where}: {self.what}" if self.where else self.what
        head = f"{head} [{', '.join(marks)}]" if marks else head
        return f"{head}\n  {self.todo}" if self.todo else head


class Unauthorized(ApiError):
    """The token is missing, wrong, or lacks a scope."""


class NotFound(ApiError):
    """The vendor has no such object."""


class Conflict(ApiError):
    """The name is taken, or the object changed since it was read."""


class Rejected(ApiError):
    """The vendor refused the values that were sent."""


class ConfirmationNeeded(ApiError):
    """The vendor asks that the loss of data be confirmed."""


class RateLimited(ApiError):
    """The vendor's budget is used up for longer than we may wait."""


class NotApproved(TwelvefoldError):
    """What would be applied was not approved; nothing was changed, unless it says so."""


class PlanChanged(NotApproved):
    """The plan is another one than was approved."""


class StateMoved(NotApproved):
    """The state is another one than the plan was approved on."""


class LiveMoved(NotApproved):
    """What is live is not what it was when the plan was approved."""


class Unreachable(TwelvefoldError):
    """No answer came from the vendor."""


class CloudError(TwelvefoldError):
    """The local cloud cannot start, or is not running."""


class Interrupted(TwelvefoldError):
    """Stopped by the person at the keyboard."""

    exit_code = EXIT_INTERRUPTED
