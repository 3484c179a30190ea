#!/usr/bin/env bash
# Checks the files for Compose, Docker and Terraform with their own tools, where those are installed; says what it left out.
# With --offline, Terraform's provider is not fetched. Exit status: 0 where nothing is wrong, 1 otherwise.
set -uo pipefail
cd "$(dirname "$0")"
status=0
offline="${1:-}"

try() { # try <what> <command>…
  local what="$1"
  shift
  if output="$("$@" 2>&1)"; then
    echo "ok       ${what}"
  else
    echo "WRONG    ${what}"
    printf '%s\n' "$output" | sed 's/^/         /'
    status=1
  fi
}

skip() { echo "not run  $1: $2"; }

# Compose
compose=()
if docker compose version >/dev/null 2>&1; then
  compose=(docker compose)
elif command -v docker-compose >/dev/null 2>&1; then
  compose=(docker-compose)
fi
if [ "${#compose[@]}" -gt 0 ]; then
  filled="$(mktemp)"
  trap 'rm -f "$filled"' EXIT
  sed -E 's/^([A-Z_]+)=$/\1=x/; s#^GOOGLE_CREDENTIALS_FILE=.*#GOOGLE_CREDENTIALS_FILE=/dev/null#' ../compose/.env.example >"$filled"
  for second in compose.override.yaml compose.gcp.yaml; do
    try "compose.yaml with ${second}" \
      "${compose[@]}" --env-file "$filled" -f ../compose/compose.yaml -f "../compose/${second}" config --quiet
  done
else
  skip "compose files" "neither 'docker compose' nor docker-compose is installed"
fi

# Docker
if docker buildx version >/dev/null 2>&1 && docker info >/dev/null 2>&1; then
  try "Dockerfile (docker build --check)" docker build --check -f Dockerfile ../..
else
  skip "Dockerfile" "docker with buildx and an engine is not at hand"
fi

# Terraform
if command -v terraform >/dev/null 2>&1; then
  try "terraform fmt" terraform -chdir=terraform fmt -check -diff
  if [ -d terraform/.terraform/providers ]; then
    try "terraform validate" terraform -chdir=terraform validate
  elif [ "$offline" = --offline ]; then
    skip "terraform validate" "the provider is not fetched (terraform init)"
  elif terraform -chdir=terraform init -backend=false -input=false >/dev/null 2>&1; then
    try "terraform validate" terraform -chdir=terraform validate
  else
    skip "terraform validate" "the provider cannot be had (terraform init)"
  fi
else
  skip "terraform" "it is not installed"
fi

# Shell
for script in ../compose/secrets.sh ../compose/postgres/10-governance.sh check.sh; do
  try "${script#../}" bash -n "$script"
done
exit "$status"
