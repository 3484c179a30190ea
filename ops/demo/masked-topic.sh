#!/usr/bin/env bash
# A second walk: a dataset of the running sandbox goes to a masked topic besides its table. Needs curl and jq; with kcat it reads the topic, too.
# Usage: ops/demo/masked-topic.sh [address]    (default http://127.0.0.1:5080)
set -euo pipefail
api="${1:-http://127.0.0.1:5080}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
die() { echo "masked-topic.sh: $*" >&2; exit 1; }

curl -sf "$api/health/live" >/dev/null || die "nothing answers at $api: start it with  dotnet run --project Governance.Api"

token() { curl -sf "$api/sandbox/token" -H 'content-type: application/json' -d "{\"person\":\"$1\"}" | jq -r .access_token; }
owner="$(token owner)"
pipeline="$(token pipeline)"

# of <token> <path> [accept]: the body of an answer
of() { curl -sf "$api$2" -H "authorization: Bearer $1" -H "accept: ${3:-application/json}" || die "GET $2 was refused"; }

consents() { of "$pipeline" /streams | jq '.streams[] | select(.topic == "marketing_consents")'; }

say "1. The owner of marketing_consents lets its contract say that records go to a masked topic, too, keyed by the e-mail address's surrogate:"
of "$owner" /contracts/marketing_consents application/yaml >"$work/contract.yaml"
if grep -q 'property: delivery' "$work/contract.yaml"; then
  echo "  it does already"
else
  version="$(sed -n 's/^version: *//p' "$work/contract.yaml")"
  next="${version%.*}.$((${version##*.} + 1))"
  awk -v next_version="$next" '
    /^version:/ { print "version: " next_version; next }
    /^      - property: onErasure/ && !done {
      print "      - property: delivery"
      print "        value:"
      print "          to: [warehouse, topic]"
      print "          key: email"
      done = 1
    }
    { print }' "$work/contract.yaml" >"$work/next.yaml"
  code="$(curl -s -o "$work/answer" -w '%{http_code}' -X PUT "$api/contracts/marketing_consents" \
    -H "authorization: Bearer $owner" -H 'content-type: application/yaml' --data-binary @"$work/next.yaml")"
  [ "$code" -lt 400 ] || { jq . "$work/answer" >&2; die "the contract was refused"; }
  { diff "$work/contract.yaml" "$work/next.yaml" || true; } | sed -n 's/^>/  /p'
fi

say "2. Nothing is restarted. The topic is read from its beginning, for this way has a position of its own:"
for _ in $(seq 240); do
  consents | jq -e '.delivered > 0 and .delivered >= .masked' >/dev/null && break
  sleep 0.5
done
consents | jq '{topic, masked, delivered, quarantined, standing: .standing.state}'
consents | jq -e '.delivered > 0' >/dev/null || die "nothing was delivered within two minutes"

say "3. The masked schema, derived and registered under the masked topic's own subject:"
curl -sf "$api/registry/subjects/marketing_consents.masked-value/versions/latest" |
  jq '{subject, version, fields: [.schema | fromjson | .fields[] | {name, type}]}'

say "4. A message of it:"
broker="${BROKER:-$(jq -r .bootstrapServers .governance/sandbox.json 2>/dev/null || true)}"
if command -v kcat >/dev/null && [ -n "$broker" ]; then
  kcat -q -b "$broker" -C -t marketing_consents.masked -o beginning -c 1 -f 'partition %p, offset %o, key %k, %S bytes\n'
else
  echo "  with kcat, and BROKER=<the broker, as the start says>, one is shown here"
fi
