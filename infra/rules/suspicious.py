"""Values that betray themselves: placeholders, addresses that lead nowhere, and those of another environment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_PLACEHOLDER = re.compile(
    r"(change|replace|fill|fix)[-_ ]?(me|this|in|it)|to[-_ ]?do|tbd|x{3,}|\*{3,}|\.{3}|placeholder|dummy|secret"
    r"|password|<[^<>]+>|your[-_ ].*|none|null|undefined|foo|foobar",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"(?<![\w.-])(localhost|127\.0\.0\.\d+|\[::1\]|host\.docker\.internal)(?![\w-]|\.\w)", re.IGNORECASE
)
_RESERVED = re.compile(r"(?<![\w-])((?:[\w-]+\.)*example\.(?:com|org|net))(?![\w-]|\.\w)", re.IGNORECASE)
_HOST = re.compile(r"(?:^|//|@)((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})(?=[:/?#]|$)")
_RUN = re.compile(r"[\w.-]+")
SHORTEST_NAME = 5


def is_placeholder(text: str) -> bool:
    """Whether somebody meant to fill the value in later."""
    return not text.strip() or bool(_PLACEHOLDER.fullmatch(text.strip()))


def local_address(text: str, own: Iterable[str] = ()) -> str:
    """The address in ``text`` that leads to a machine of one's own or nowhere, or ""; ``own`` domains are fine."""
    found = _LOCAL.search(text)
    if found:
        return found[1]
    reserved = (match[1] for match in _RESERVED.finditer(text))
    return next((host for host in reserved if not any(_is_within(host, domain) for domain in own)), "")


def _is_within(host: str, domain: str) -> bool:
    return host.lower() == domain.lower() or host.lower().endswith("." + domain.lower().removeprefix("*."))


class Names:
    """Names (apps, hosts, databases) to be found in texts; of a thousand apps there are thousands, in as many texts."""

    def __init__(self, names: Iterable[str]) -> None:
        told = [name for name in names if len(name) >= SHORTEST_NAME]
        self._by_word = {name.lower(): name for name in told if _RUN.fullmatch(name)}
        self._others = [name for name in told if not _RUN.fullmatch(name)]
        self._dots = max((word.count(".") for word in self._by_word), default=0)

    def first_in(self, text: str) -> str:
        """The first of the names that ``text`` holds as a whole word, in any case, or ""."""
        words = (word for run in _RUN.finditer(text.lower()) for word in self._words(run[0]))
        found = (self._by_word[word] for word in words if word in self._by_word)
        return next(found, "") or next((name for name in self._others if _holds(text, name)), "")

    def _words(self, run: str) -> Iterator[str]:
        """What in a run of letters, dots and hyphens can be a name: any part without dots, or a host from its start."""
        parts = run.split(".")
        yield from parts
        yield from (".".join(parts[:length]) for length in range(2, min(len(parts), self._dots + 1) + 1))


def _holds(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE))


def stage_in_host(text: str, stages: Iterable[str]) -> str:
    """The host in ``text`` of which a part is one of ``stages``, or ""."""
    wanted = {stage.lower() for stage in stages}
    return next((host for host in hosts(text) if wanted & set(re.split(r"[.-]", host.lower()))), "")


def hosts(text: str) -> Iterator[str]:
    """The host names in addresses, and a value that is one."""
    return (match[1] for match in _HOST.finditer(text))


_SECRET_NAME = re.compile(r"key|secret|token|passw|credential|private|signing|dsn|auth", re.IGNORECASE)
_CREDENTIALS = re.compile(r"//[^/\s:@]*:[^/\s@]+@")


def looks_secret(name: str, text: str) -> bool:
    """Whether a value had better not stand open: by its name, or by credentials or a long random word in it."""
    if _SECRET_NAME.search(name) or _CREDENTIALS.search(text) or "PRIVATE KEY" in text:
        return True
    return any(_is_random(word) for word in re.split(r"[\s/:?&=,;]+", text))


def _is_random(word: str) -> bool:
    kinds = (str.islower, str.isupper, str.isdigit)
    return len(word) >= 20 and sum(any(map(kind, word)) for kind in kinds) >= 2 and "." not in word.strip(".")
