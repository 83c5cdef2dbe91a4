"""The ``pulumi`` in the project's virtual environment: plain Pulumi, set up for this project."""

from __future__ import annotations

import os
import shlex
import tempfile
from pathlib import Path

from infra.engine.onpath import SHIM_MARKER
from infra.engine.parts import LANGUAGE_PYTHON, QUIET, Engine

SCRIPT = """#!/bin/sh
{marker}
# Written by `twelvefold engine install`, which writes it anew: do not edit.
# Inside the project this runs Pulumi with the project's state, passphrase, Python and plugins; elsewhere, as it is.

engine={engine}
home={home}

if [ ! -x "$engine/pulumi" ]; then
    echo "pulumi: the engine is no longer in $engine; run \\`make setup\\` or \\`twelvefold engine install\\`" >&2
    exit 1
fi

# Where this script lies decides which project it serves, so that the checkout can be moved.
self=$0
if [ -L "$self" ]; then self=$(readlink -f -- "$self"); fi
venv=$(cd "$(dirname -- "$self")/.." && pwd)
project=$(cd "$venv/{project}" && pwd -P) || exit 1

# The folder that Pulumi will work in: -C changes it.
folder=.
previous=
for word in "$@"; do
    case $previous in -C | --cwd) folder=$word ;; esac
    case $word in
        --) break ;;
        --cwd=*) folder=${{word#--cwd=}} ;;
        -C?*) folder=${{word#-C}}; folder=${{folder#=}} ;;
    esac
    previous=$word
done
folder=$(cd -- "$folder" 2>/dev/null && pwd -P) || folder=/

case $folder/ in
    "$project"/*) ;;
    *) exec "$engine/pulumi" "$@" ;;
esac

# The nearest Pulumi.yaml may name a backend of its own.
settings=$folder
while [ ! -f "$settings/Pulumi.yaml" ] && [ "$settings" != "$project" ]; do settings=$(dirname -- "$settings"); done

if [ -z "${{PULUMI_BACKEND_URL:-}}" ] && ! grep -Eqs "^[\\"']?backend[\\"']?[[:space:]]*:" "$settings/Pulumi.yaml"; then
    state=$project/.twelvefold/state
    mkdir -p -- "$state"
    # In an address these characters mean something else.
    case $state in
        *[%?#]*) state=$(printf %s "$state" | sed 's/%/%25/g; s/?/%3F/g; s/#/%23/g') ;;
    esac
    export PULUMI_BACKEND_URL="file://$state?metadata=skip"
fi
if [ -z "${{PULUMI_CONFIG_PASSPHRASE+set}}" ] && [ -z "${{PULUMI_CONFIG_PASSPHRASE_FILE:-}}" ]; then
    export PULUMI_CONFIG_PASSPHRASE_FILE="$project/.twelvefold/passphrase"
fi
if [ -n "$home" ]; then
    own=${{PULUMI_HOME:-$HOME/.pulumi}}
    if [ -z "${{PULUMI_CREDENTIALS_PATH:-}}" ] && {{ [ -d "$own" ] || [ -w "$(dirname -- "$own")" ]; }}; then
        export PULUMI_CREDENTIALS_PATH="$own"
    fi
    export PULUMI_HOME="$home"
fi
{quiet}

# The engine writes secrets into its log in clear from verbosity 9 on, the GitHub plugin its inputs from 5 on.
quieter() {{
    case $1 in
        *[!0-9]* | "") echo "$1" ;;
        *) if [ "$1" -gt 4 ]; then echo 4; else echo "$1"; fi ;;
    esac
}}
if [ -z "${{TWELVEFOLD_LOG_SECRETS:-}}" ]; then
    previous= options=yes given=0
    for word in "$@"; do
        [ "$given" = 1 ] || {{ set --; given=1; }}
        new=$word
        if [ "$options" = yes ]; then
            case $previous in -v | --verbose) new=$(quieter "$word") ;; esac
            case $word in
                --) options= ;;
                -v=*) new=-v=$(quieter "${{word#-v=}}") ;;
                -v[0-9]*) new=-v=$(quieter "${{word#-v}}") ;;
                --verbose=*) new=--verbose=$(quieter "${{word#--verbose=}}") ;;
            esac
        fi
        if [ "$new" != "$word" ]; then
            echo "pulumi: verbosity 4, for 5 logs secrets in clear (TWELVEFOLD_LOG_SECRETS=1 allows it)" >&2
        fi
        set -- "$@" "$new"
        previous=$word
    done
fi
export PATH="$engine:$venv/bin:$PATH"
{importing}exec "$engine/pulumi" "$@"
"""

# Only for a language host that cannot write the code of what was imported, and fails when the import is done.
IMPORTING = """
command= previous= code=ours
for word in "$@"; do
    case $word in
        --) break ;;
        --generate-code | --generate-code=* | --help | -h) code=theirs ;;
        -j | --json | --output=json) code=none ;;
        -*) ;;
        *) case $previous in
            -C | --cwd | -s | --stack | -v | --verbose | --color | --memprofilerate | --profiling | --tracing) ;;
            *) command=${command:-$word} ;;
        esac ;;
    esac
    previous=$word
done
if [ "$command" = import ] && [ "$code" != theirs ]; then
    if [ "$code" = none ]; then exec "$engine/pulumi" --generate-code=false "$@"; fi
    began=$("$venv/bin/python" -c 'import time; print(time.time())')
    "$engine/pulumi" --generate-code=false "$@" || exit
    cd -- "$folder" && PYTHONPATH="$project${PYTHONPATH:+:$PYTHONPATH}" exec "$venv/bin/python" -m \\
        infra.workflows.imported "$began" "$@"
fi
"""


def write_shim(venv: Path, engine: Engine, project: Path) -> Path:
    """Writes ``pulumi`` into the ``bin`` folder of a virtual environment, replacing it at once; returns its path."""
    script = SCRIPT.format(
        marker=SHIM_MARKER,
        engine=shlex.quote(str(engine.root)),
        home=shlex.quote(str(engine.home or "")),
        project=os.path.relpath(project.absolute(), venv.absolute()),
        importing="" if _writes_programs(engine) else IMPORTING,
        quiet="\n".join(f"export {name}={value}" for name, value in QUIET.items()),
    )
    shim = venv / "bin" / "pulumi"
    handle, temporary = tempfile.mkstemp(prefix=".pulumi-", dir=shim.parent)
    with os.fdopen(handle, "w") as stream:
        stream.write(script)
    os.chmod(temporary, 0o755)  # noqa: S103 (a program that everyone on the machine may run, like its neighbours)
    os.replace(temporary, shim)
    return shim


def _writes_programs(engine: Engine) -> bool:
    """Whether the language host is the engine's own; the one that can be built from Go modules is older."""
    return all(part.version == engine.version for part in engine.parts if part.name == LANGUAGE_PYTHON)
