#!/usr/bin/env bash
# A first walk through a running sandbox: mask, ask, erase, prove. Needs curl and jq.
# Usage: ops/demo/walk.sh [address]    (default http://127.0.0.1:5080)
set -euo pipefail
api="${1:-http://127.0.0.1:5080}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
die() { echo "walk.sh: $*" >&2; exit 1; }

curl -sf "$api/health/live" >/dev/null || die "nothing answers at $api: start it with  dotnet run --project Governance.Api"

token() { curl -sf "$api/sandbox/token" -H 'content-type: application/json' -d "{\"person\":\"$1\"}" | jq -r .access_token; }
dpo="$(token dpo)"
pipeline="$(token pipeline)"
owner="$(token owner)"
analyst="$(token analyst)"

# call <token> <method> <path> [json]: prints the answer's body; an error prints its problem and ends the walk
call() {
  local code
  code="$(curl -s -o "$work/answer" -w '%{http_code}' -X "$2" "$api$3" -H "authorization: Bearer $1" \
    ${4:+-H 'content-type: application/json' -d "$4"})"
  [ "$code" -lt 400 ] || { jq . "$work/answer" >&2; die "$2 $3 answered $code"; }
  cat "$work/answer"
}

# until_true <seconds> <command…>: waits for it
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || die "waited too long for: $*"
    sleep 0.5
  done
}

history_landed() {
  curl -s "$api/health/ready" | jq -e '.status == "ready"' >/dev/null &&
    call "$pipeline" GET '/sandbox/people?limit=1' | jq -e '.historyHasLanded' >/dev/null
}
until_true 120 history_landed

say "1. What the producers sent of one person (the sandbox invents its people):"
person="$(call "$pipeline" GET '/sandbox/people?limit=1' | jq '.people[0]')"
jq . <<<"$person"
number="$(jq -r .number <<<"$person")"
email="$(jq -r .email <<<"$person")"

say "2. What landed in the warehouse: a row of customers, masked."
call "$owner" GET '/sandbox/rows/customers?limit=1' | jq '.rows[0]'

say "3. An analyst asks for addresses, to send bills, for an hour. What would that come to?"
question='{"dataset": "addresses", "purpose": "billing", "duration": "PT1H", "columns": ["city", "postcode", "country"]}'
call "$analyst" POST /access-requests/preview "$question" | jq '{outcome: .decision.outcome, rows: .rows.words, rowsNow,
  columns: [.columns[] | "\(.name): \(.shown)"], reasons: [.decision.reasons[].text], sql: .sql.view}'

say "4. It is allowed; the view stands in the warehouse before the answer is written."
grant="$(call "$analyst" POST /access-requests "$question" | jq -r .grantId)"
granted() { call "$analyst" GET "/grants/$grant" | jq -e '.state == "verified"' >/dev/null; }
until_true 30 granted
call "$analyst" GET "/grants/$grant" | jq '{state, view, until, policy: .policy.version}'
view="$(call "$analyst" GET "/grants/$grant" | jq -r .view)"
call "$analyst" POST /query "$(jq -n --arg sql "SELECT country, count(*) AS addresses FROM $view GROUP BY country ORDER BY country" '{sql: $sql}')" |
  jq -c '.rows[]'

say "5. Why no addresses of Scotland? And what happens when the analyst is done:"
call "$analyst" GET "/grants/$grant/explain" | jq -r '.findings[] | "  \(.detail)"'
call "$analyst" DELETE "/grants/$grant" | jq -r '"  \(.state)"'

say "6. The officer asks to erase whoever has that e-mail address, verifies and approves."
id="$(call "$dpo" POST /subject-requests "$(jq -n --arg email "$email" \
  '{type: "erasure", subject: "customer", claims: [{domain: "email", value: $email}]}')" | jq -r .id)"
call "$dpo" POST "/subject-requests/$id/verify" '{"reason":"Identity checked by call-back"}' >/dev/null
call "$dpo" POST "/subject-requests/$id/approve" '{"reason":"Art. 17(1)(b)"}' >/dev/null
echo "request $id"

ended() { call "$dpo" GET "/subject-requests/$1" | jq -e '.state | IN("completed", "completed_with_retention", "partially_failed")' >/dev/null; }
until_true 60 ended "$id"

say "7. The verdict of every table:"
verdicts() {
  call "$dpo" GET "/subject-requests/$1" | jq -r '
    "state: \(.state)",
    (.items[] | "  \(.dataset | (. + " " * (20 - length))) \(.verdict | (. + " " * (18 - length))) matched \(.counts.matched // 0)" +
      if .counts.rowsBefore then ", rows \(.counts.rowsBefore) -> \(.counts.rowsAfter)" else ", none touched" end)'
}
verdicts "$id"

say "8. The receipt, a signature over counts and times (verify it offline with: verify-receipt receipt.jws --jwks jwks.json):"
call "$dpo" GET "/subject-requests/$id/receipt" >"$work/receipt.jws"
curl -sf "$api/.well-known/jwks.json" >"$work/jwks.json"
if [ -n "${GOVERNANCE:-}" ]; then
  $GOVERNANCE verify-receipt "$work/receipt.jws" --jwks "$work/jwks.json"
else
  dotnet run --no-build --no-launch-profile --project "$(dirname "$0")/../../Governance.Api" -- verify-receipt "$work/receipt.jws" --jwks "$work/jwks.json"
fi

say "9. An old event of that person comes again, out of a replay:"
dropped() { call "$pipeline" GET /streams | jq '[.streams[].suppressed] | add'; }
before="$(dropped)"
sent="$(call "$pipeline" POST "/sandbox/people/$number/replay" | jq .events)"
all_dropped() { [ "$(dropped)" -ge $((before + sent)) ]; }
until_true 30 all_dropped
echo "$sent events sent again, $(($(dropped) - before)) dropped by the interceptor"

say "10. Asked again, no table knows the person:"
again="$(call "$dpo" POST /subject-requests "$(jq -n --arg email "$email" \
  '{type: "erasure", subject: "customer", claims: [{domain: "email", value: $email}]}')" | jq -r .id)"
call "$dpo" POST "/subject-requests/$again/verify" '{"reason":"Identity checked by call-back"}' >/dev/null
call "$dpo" POST "/subject-requests/$again/approve" '{"reason":"Art. 17(1)(b)"}' >/dev/null
until_true 60 ended "$again"
verdicts "$again"
call "$dpo" GET "/subject-requests/$again" | jq -e '[.items[].verdict] | all(. == "nothing_found")' >/dev/null ||
  die "a table still knows the person"
call "$dpo" GET /ledger/verify | jq -r '"\nThe ledger: \(.length) entries, \(if .intact then "unbroken" else "BROKEN" end)"'
