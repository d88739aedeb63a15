#!/usr/bin/env bash
# The pages in Chromium, against the real server or against its stand-in.
#
#   tests/browser/pages_test.sh POTIK_BINARY|--mock DEMO_FOLDER [SCREENSHOT_FOLDER]
#   tests/browser/pages_test.sh --prepare DEMO_FOLDER       only what other tests with a browser need
#
# Draws the demo catalogue into DEMO_FOLDER if need be. Exit code 77 (skipped) without Chromium or npm.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
root=$here/../..
binary=${1:?the potik binary, or --mock}
demo=${2:?a folder for the demo catalogue}
shots=()
[[ -z ${3:-} ]] || shots=(--screenshots "$3")

for need in "${CHROMIUM:-chromium}" npm node; do
  command -v "$need" >/dev/null || { echo "skipped: there is no $need; tools/install-dependencies test installs it"; exit 77; }
done
CHROMIUM=$(command -v "${CHROMIUM:-chromium}")
export CHROMIUM

# Tests that run at the same time must not draw or install at the same time.
mkdir -p "$demo"
exec 9>"$demo/.lock"
flock 9
"$root/tools/make-demo" "$demo"
if ! cmp -s "$here/package-lock.json" "$here/node_modules/.installed-lock"; then
  npm ci --prefix "$here" --ignore-scripts --no-audit --no-fund --loglevel=error
  cp "$here/package-lock.json" "$here/node_modules/.installed-lock"
fi
flock -u 9
[[ $binary != --prepare ]] || exit 0

if [[ $binary == --mock ]]; then
  exec node "$here/run.mjs" --mock "$demo" "${shots[@]}"
fi

work=$(mktemp -d)
: >"$work/log"  # read before the server has written to it
server=
cleanup() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null || true
    wait "$server" || true
  fi
  rm -rf "$work"
}
trap cleanup EXIT

"$binary" serve --demo "$demo" --web "$root/web" --data-dir "$work/data" --listen 127.0.0.1:0 >"$work/log" 2>&1 9>&- &
server=$!
url=
for _ in {1..300}; do
  url=$(sed -nE 's#.*(http://[0-9.]+:[0-9]+)/.*#\1#p' "$work/log" | head -n 1)
  [[ -n $url ]] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
if [[ -z $url ]]; then
  echo "the server did not start; it said:"
  cat "$work/log"
  exit 1
fi

attack="$binary simulate --url $url --attack like-burst --rate 100 --duration-s 60"
node "$here/run.mjs" --server "$url" --attack-command "$attack" --binary "$binary" --demo "$demo" "${shots[@]}" || { code=$?; cat "$work/log"; exit "$code"; }
