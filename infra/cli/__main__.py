"""``python -m infra.cli``: the same as the ``twelvefold`` command."""

from infra.cli import main

main()
