using Governance.Bench.Decisions;
using Governance.Bench.Masking;
using Governance.Bench.Requests;
using Governance.Bench.Stream;

#pragma warning disable RS0030 // The one place where this program meets the terminal.
var output = Console.Out;
var errors = Console.Error;
#pragma warning restore RS0030

const string usage = """
    usage: dotnet run -c Release --project ops/bench -- masking [profile <way> [seconds]] | stream [part] | decisions | requests [part]

      masking           masks records in all ways, prints one table; exit status 1 where a floor is missed
      masking profile   goes one way again and again, for a profiler to look at
      stream            masks from topic to topic and into DuckDB, beside the same without; exit status 1 where a floor is missed;
                        a part of it: topics or warehouse
      requests          erases many people at once and one by one; exit status 1 where a floor is missed;
                        a part of it: table, tables or planning
      decisions         decides by the policies and by the same rule in C#; exit status 1 where a floor is missed
    """;

switch (args)
{
    case ["masking"]:
        return MaskingBenchmark.Run(output);
    case ["masking", "profile", var way, .. var rest] when rest is [] or [_]:
        var seconds = rest is [var text] && int.TryParse(text, out var given) ? given : 20;
        return MaskingBenchmark.Profile(way, TimeSpan.FromSeconds(seconds), output, errors);
    case ["decisions"]:
        return await DecisionBenchmark.RunAsync(output);
    case ["requests", .. var rest] when rest is [] or ["table" or "tables" or "planning"]:
        return await RequestBenchmark.RunAsync(output, rest is [var part] ? part : null);
    case ["stream", .. var parts] when parts is [] or ["topics" or "warehouse"]:
        return await StreamBenchmark.RunAsync(output, parts is [var one] ? one : null);
    default:
        errors.WriteLine(usage);
        return 2;
}
