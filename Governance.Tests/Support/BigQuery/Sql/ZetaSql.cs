using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Governance.Tests.Support.BigQuery.Sql;

/// <summary>
/// GoogleSQL, analysed and executed by ZetaSQL (the analyzer that BigQuery is built on), in a Node.js process that all stand-ins of a test run share.
/// It ends with this process: its standard input closes.
/// </summary>
#pragma warning disable CA1001 // It lives as long as the process does.
internal sealed partial class ZetaSql
#pragma warning restore CA1001
{
    private static readonly Lazy<Task<ZetaSql>> Shared = new(StartAsync);

    // The script's own errors (a JavaScript exception), as against what the analyzer says of the statement.
    private const int ScriptFailed = -1;

    // What a text means does not depend on rows or on values of parameters, and the service sends the same texts again and again.
    private const int MostKnown = 5_000;
    private readonly ConcurrentDictionary<string, JsonObject> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonObject>> _waiting = new();
    private readonly StreamWriter _input;
    private readonly Lock _writing = new();
    private long _last;

    private ZetaSql(Process process)
    {
        _input = new StreamWriter(process.StandardInput.BaseStream, new UTF8Encoding(false)) { AutoFlush = true };
        _ = ReadAsync(process);
    }

    /// <summary>Starts it at first use.</summary>
    public static Task<ZetaSql> InstanceAsync() => Shared.Value;

    /// <summary>The tables that a statement names, and the functions that it calls, before any of them is looked up.</summary>
    public async Task<(IReadOnlyList<IReadOnlyList<string>> Tables, IReadOnlyList<string> Functions)> ParseAsync(
        string sql
    )
    {
        var result = await AskOnceAsync("parse", new JsonObject { ["sql"] = sql });
        return (
            [
                .. result["tables"]!
                    .AsArray()
                    .Select(path =>
                        (IReadOnlyList<string>)[.. path!.AsArray().Select(part => part!.GetValue<string>())]
                    ),
            ],
            [.. result["functions"]!.AsArray().Select(name => name!.GetValue<string>())]
        );
    }

    public async Task<SqlAnalysis> AnalyzeAsync(SqlRequest request) =>
        new(
            await AskOnceAsync(
                "analyze",
                (
                    request with
                    {
                        Parameters = [.. request.Parameters.Select(parameter => parameter with { Value = null })],
                    }
                ).ToJson()
            )
        );

    /// <summary>Runs a SELECT.</summary>
    public async Task<SqlRows> QueryAsync(SqlRequest request) =>
        ToRows(await AskAsync("query", request.ToJson()), typed: true);

    /// <summary>Runs the query of a CREATE TABLE AS SELECT; its columns have no types here, the analysis has them.</summary>
    public async Task<IReadOnlyList<object?[]>> SelectAsync(SqlRequest request) =>
        ToRows(await AskAsync("select", request.ToJson()), typed: false).Rows;

    /// <summary>What an UPDATE or DELETE (<c>modify</c>), an INSERT (<c>insert</c>) or a MERGE (<c>merge</c>) changes.</summary>
    public async Task<IReadOnlyList<SqlChange>> ChangesAsync(string operation, SqlRequest request)
    {
        var result = await AskAsync(operation, request.ToJson());
        return
        [
            .. result["changes"]!
                .AsArray()
                .Select(change => new SqlChange(
                    change!["operation"]!.GetValue<string>(),
                    change["row"]!.GetValue<int>(),
                    [.. change["columns"]!.AsArray().Select(name => name!.GetValue<string>())],
                    [.. change["values"]!.AsArray().Select(Cell.FromJson)]
                )),
        ];
    }

    [GeneratedRegex(@"\[at (?<1>\d+:\d+)\]$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();

    private static SqlRows ToRows(JsonObject result, bool typed) =>
        new(
            typed ? [.. SqlType.Columns(result["columns"]!.AsArray())] : [],
            [.. result["rows"]!.AsArray().Select(row => row!.AsArray().Select(Cell.FromJson).ToArray())]
        );

    // The answers are only read.
    private async Task<JsonObject> AskOnceAsync(string operation, JsonObject request)
    {
        var question = $"{operation} {request.ToJsonString()}";
        if (_known.TryGetValue(question, out var known))
        {
            return known;
        }

        if (_known.Count >= MostKnown)
        {
            _known.Clear();
        }

        return _known[question] = await AskAsync(operation, request);
    }

    private async Task<JsonObject> AskAsync(string operation, JsonObject request)
    {
        var id = Interlocked.Increment(ref _last);
        var waiting = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = waiting;
        request["id"] = id;
        request["operation"] = operation;
        var line = request.ToJsonString();
        lock (_writing)
        {
            _input.WriteLine(line);
        }

        var answer = await waiting.Task.WaitAsync(TimeSpan.FromMinutes(2));
        if (answer["error"] is not JsonObject error)
        {
            return answer["result"]!.AsObject();
        }

        var message = error["message"]!.GetValue<string>();
        throw error["code"]!.GetValue<int>() is ScriptFailed
            ? new InvalidOperationException($"The stand-in's own script failed: {message}")
            // As BigQuery writes places: "at [1:8]".
            : new SqlException(Place().Replace(message, "at [$1]"));
    }

    private async Task ReadAsync(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        using var output = new StreamReader(process.StandardOutput.BaseStream, Encoding.UTF8);
        while (await output.ReadLineAsync() is { } line)
        {
            var answer = JsonNode.Parse(line)!.AsObject();
            if (_waiting.TryRemove(answer["id"]!.GetValue<long>(), out var waiting))
            {
                waiting.SetResult(answer);
            }
        }

        var ended = new InvalidOperationException($"GoogleSQL's process ended. It wrote: {await error}");
        foreach (var waiting in _waiting.Values)
        {
            waiting.TrySetException(ended);
        }
    }

    private static async Task<ZetaSql> StartAsync()
    {
        await StandInNode.Folder.ReadyAsync();
        var start = new ProcessStartInfo("node", [Path.Combine(StandInNode.Folder.Path, "zetasql.mjs")])
        {
            WorkingDirectory = StandInNode.Folder.Path,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ZetaSql(Process.Start(start)!);
    }
}
