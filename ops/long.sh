#!/usr/bin/env bash
# What takes too long for the suite. Builds Release, shows progress, and fails where what it shows does not hold.
#   ops/long.sh kills [kills] [seed]     two members are killed a hundred times over one run; broker, vault and warehouse fail meanwhile
#   ops/long.sh soak [minutes]           one process at the highest rate that the machine holds, 15 minutes into tables and 15 into masked topics
# Needs Node.js and PostgreSQL, which ops/test.sh installs.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  kills)
    class="*KillRunTests"
    if [ -n "${2:-}" ]; then export GOVERNANCE_KILLS="$2"; fi
    if [ -n "${3:-}" ]; then export GOVERNANCE_KILL_SEED="$3"; fi
    ;;
  soak)
    class="*SoakTests"
    export GOVERNANCE_SOAK_MINUTES="${2:-15}"
    ;;
  *)
    sed -n 's/^#   //p' "$0" >&2
    exit 2
    ;;
esac

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
echo "Building ..."
dotnet build Governance.Tests -c Release -v quiet --nologo
exec dotnet Governance.Tests/bin/Release/net10.0/Governance.Tests.dll -class "$class" -explicit only -showLiveOutput -noColor
