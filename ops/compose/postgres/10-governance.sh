#!/usr/bin/env bash
# Runs once, when the database server is first started: a role of its own for the service, which owns its database and nothing
# else, and the two schemas (state and vault).
set -euo pipefail

psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres \
  --set=password="$(cat "${GOVERNANCE_PASSWORD_FILE:-/run/secrets/governance-password}")" <<'SQL'
CREATE ROLE governance LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
CREATE DATABASE governance OWNER governance ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE governance FROM PUBLIC;
\connect governance
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA governance_state AUTHORIZATION governance;
CREATE SCHEMA governance_vault AUTHORIZATION governance;
SQL
