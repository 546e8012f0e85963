#!/bin/sh
# Sets up what the project needs, once: uv, an environment in .venv, the locked packages, the `helpdesk` command.
# Quick when nothing changed: a stamp holds the locks' checksum.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
say() { printf '%s\n' "$*" >&2; }

starts_as_3_11_or_3_12() { # a pyenv shim may exist and still fail: try it
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' >/dev/null 2>&1
}
find_python() {
    for candidate in "${HELPDESK_PYTHON:-}" python3.12 python3.11 python3 python \
        "$HOME"/.pyenv/versions/3.12*/bin/python "$HOME"/.pyenv/versions/3.11*/bin/python \
        /usr/bin/python3.12 /usr/bin/python3.11 /usr/bin/python3; do
        [ -n "$candidate" ] && starts_as_3_11_or_3_12 "$candidate" && command -v "$candidate" && return 0
    done
    return 1
}
find_uv() {
    for candidate in "$root/.tools/uv/bin/uv" uv; do
        "$candidate" --version >/dev/null 2>&1 && command -v "$candidate" && return 0
    done
    return 1
}
install_uv() { # into a private folder, with whatever python3 the machine has
    say "Installing uv into .tools (once)."
    for starter in python3 "${1:-python3}" /usr/bin/python3; do
        "$starter" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
            --target "$root/.tools/uv" --upgrade -r scripts/uv.lock 2>"$root/.tools/uv-install.log" && return 0
    done
    say "uv could not be installed: install it (for example with: pip install uv) and call make again."
    sed 's/^/  /' "$root/.tools/uv-install.log" >&2
    return 1
}

mkdir -p .tools
# two calls at once would install over each other; the system frees the lock of one that is killed
if command -v flock >/dev/null 2>&1; then
    exec 9>.tools/setup.lock
    flock -n 9 || { say "Another make sets this folder up: waiting for it."; flock 9; }
fi
python=$(find_python) || python=
venv=${HELPDESK_VENV:-.venv}
stamp="$(cat requirements.lock rasa.lock scripts/setup.sh bot/assistant/make_encoder.py | cksum) $root $python"
if [ -f .tools/encoder.onnx ] && [ -f "$venv/.helpdesk-stamp" ] && [ "$(cat "$venv/.helpdesk-stamp")" = "$stamp" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi
uv=$(find_uv) || { install_uv "$python" && uv=$(find_uv); } || exit 1

if [ -z "$python" ]; then
    say "No Python 3.11 or 3.12 starts here: asking uv for one."
    "$uv" python install --quiet 3.12 2>/dev/null && python=$("$uv" python find 3.12) || {
        say "Python 3.11 or 3.12 is needed and could not be fetched: install one of them (on Debian: apt-get install python3.11) and call make again."
        exit 1
    }
fi
say "Installing the packages for $("$python" --version) into $venv (about a minute the first time)."
rm -f "$venv/.helpdesk-stamp"
[ -x "$venv/bin/python" ] && [ "$("$venv/bin/python" -c 'import sys; print(sys.base_prefix)' 2>/dev/null)" = "$("$python" -c 'import sys; print(sys.base_prefix)')" ] \
    || "$uv" venv --quiet --clear --python "$python" "$venv"
"$uv" pip sync --quiet --compile-bytecode --require-hashes --python "$venv/bin/python" requirements.lock
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-deps --ignore-requires-python --require-hashes -r rasa.lock
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
# the project's own packages, and the stand-in for TensorFlow, in force before anything imports rasa;
# Rasa's telemetry is off unless somebody turns it on
printf '%s\nimport os; os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")\nimport bot.assistant.tensorflow_standin as standin; standin.install()\n' "$root" > "$site/helpdesk.pth"
printf '#!%s/%s/bin/python\nfrom bot.cli import main\n\nraise SystemExit(main())\n' "$root" "$venv" > "$venv/bin/helpdesk"
chmod +x "$venv/bin/helpdesk"
# the sentence encoder, computed in int8
"$venv/bin/python" -W ignore -m bot.assistant.make_encoder .tools/encoder.onnx
"$uv" pip uninstall --quiet --python "$venv/bin/python" onnx ml-dtypes # 51 MB that nothing needs any more
"$venv/bin/python" -m compileall -q "$site/rasa" "$site/rasa_sdk" bot actions >/dev/null || true
printf '%s' "$stamp" > "$venv/.helpdesk-stamp"
say "Ready."
