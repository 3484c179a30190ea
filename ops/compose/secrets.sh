#!/usr/bin/env bash
# Makes the passwords of the database, and in .env the token of the policies' bundle, at random, where there are none yet; none is printed. The folder is closed to others; the
# files in it are readable, since the users inside the containers are others than the one that runs this.
set -euo pipefail
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
chmod 700 secrets

random() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

if [ ! -e secrets/postgres-password ]; then
  random >secrets/postgres-password
fi
if [ ! -e secrets/governance-password ]; then
  random >secrets/governance-password
fi
printf 'postgres:5432:governance:governance:%s\n' "$(cat secrets/governance-password)" >secrets/pgpass
chmod 644 secrets/*
if [ -e .env ] && ! grep -q '^POLICY_BUNDLE_TOKEN=.' .env; then
  sed -i '/^POLICY_BUNDLE_TOKEN=$/d' .env
  printf 'POLICY_BUNDLE_TOKEN=%s\n' "$(random)" >>.env
fi
echo "The passwords are in $(pwd)/secrets."
