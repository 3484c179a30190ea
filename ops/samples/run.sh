#!/usr/bin/env bash
# Packs Governance.Masking, and runs the sample against the package: ops/samples/run.sh [data folder]
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

version="0.1.0-sample.$(date +%s)"
rm -rf packages
dotnet pack ../../Governance.Masking --configuration Release --output packages -p:Version="$version" --verbosity quiet
dotnet run --project MaskingProducer -p:MaskingVersion="$version" -- "$@"
