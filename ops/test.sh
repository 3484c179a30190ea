#!/usr/bin/env bash
# Passes all tests. Installs what they need where it is missing (kcat, jq, curl, Node.js, PostgreSQL: Debian's packages; npm packages are
# installed by the tests that use them). The last line says how many passed.
set -euo pipefail
cd "$(dirname "$0")/.."

need() { # need <command> <Debian package>
  command -v "$1" >/dev/null 2>&1 && return 0
  echo "Installing $2, which provides $1 ..."
  local sudo=""
  [ "$(id -u)" -eq 0 ] || sudo="sudo"
  if [ -z "${apt_updated:-}" ]; then
    $sudo apt-get update -qq >/dev/null || true
    apt_updated=1
  fi
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$2" >/dev/null ||
    { echo "Could not install $2: install it by hand, then run this again." >&2; return 1; }
}

need curl curl
need jq jq
need node nodejs
need npm npm
need kcat kcat
# The tests start servers of their own; Debian puts the programs outside the path.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need initdb postgresql

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
log="$(mktemp)"
trap 'rm -f "$log"' EXIT

dotnet tool restore >"$log" 2>&1 || { cat "$log"; exit 1; }
echo "Formatting ..."
dotnet csharpier check . || { echo "Run: dotnet csharpier format ."; exit 1; }
echo "Building ..."
dotnet build Governance.sln -v quiet --nologo
echo "Testing ..."
status=0
dotnet test --solution Governance.sln --no-build 2>&1 | tee "$log" || status=$?

count() { sed -nE "s/^ *$1: ([0-9]+).*/\1/p" "$log" | tail -n 1; }
passed="$(count succeeded)" failed="$(count failed)" skipped="$(count skipped)"
[ -n "$passed" ] || { echo "The tests did not run to their end."; exit 1; }
[ "${skipped:-0}" = 0 ] || echo "${skipped} skipped (each says why above)"
[ "$status" -eq 0 ] || [ "${failed:-0}" -ne 0 ] || failed=1
echo "${passed} passed, ${failed:-0} failed"
exit "$status"
