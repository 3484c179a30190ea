using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Apache.Arrow;
using Governance.Api.Features.Query.RunQuery;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Policies.Views;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.DuckDb.Querying;
using Governance.Policies.Warehouse.Querying;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.DuckDb.Querying;

/// <summary>
/// A warehouse in which Ana was granted some columns and rows of two datasets, by views truly issued. Whatever she was not granted holds
/// <see cref="Marker"/>, or is named with <see cref="Unseen"/>.
/// </summary>
internal sealed class QueryWorld : IAsyncDisposable
{
    /// <summary>Stands in every value that was not granted.</summary>
    public const string Marker = "XQZ7";

    /// <summary>Stands in names that no test ever writes into a statement.</summary>
    public const string Unseen = "qq_unseen";

    public const string Ana = "user:ana@example.com";
    public const string Payments = "g1_payments";
    public const string Meters = "g2_meters";

    private readonly TemporaryWarehouse _warehouse = new();

    private QueryWorld() => Queries = new(_warehouse.Database, TimeProvider.System);

    public TemporaryWarehouse Warehouse => _warehouse;

    public DuckDbGovernedQueries Queries { get; }

    public ImmutableArray<GrantedView> Views { get; private set; } = [new("payments", Payments), new("meters", Meters)];

    public static async Task<QueryWorld> CreateAsync()
    {
        var world = new QueryWorld();
        await FillAsync(world._warehouse.Warehouse);
        return world;
    }

    /// <summary>Lands the rows and issues the views.</summary>
    public static async Task FillAsync(IWarehouse warehouse, params ImmutableArray<string> readers)
    {
        ImmutableArray<string> members = readers.IsDefaultOrEmpty ? [Ana] : readers;
        var payments = Dataset(
            "payments",
            Column("customer", domain: "customer_id"),
            Column("region"),
            Column("method"),
            Column("amount"),
            Column("day"),
            Column("note"),
            Column($"{Unseen}_column")
        );
        JsonObject[] rows =
        [
            .. Enumerable
                .Range(0, 60)
                .Select(at => new JsonObject
                {
                    ["customer"] = $"00000000-0000-0000-0000-{at % 12:D12}",
                    // Rows of the south are not granted: every value of theirs is marked.
                    ["region"] = at % 3 == 0 ? $"south {Marker}" : "north",
                    ["method"] =
                        at % 3 == 0 ? $"cash {Marker}"
                        : at % 2 == 0 ? "card"
                        : "debit",
                    ["amount"] = at.ToString(CultureInfo.InvariantCulture) + ".50",
                    ["day"] = $"2026-01-{(at % 28) + 1:D2}",
                    ["note"] = $"secret {Marker} {at}",
                    [$"{Unseen}_column"] = $"{Marker}",
                }),
        ];
        await LandAsync(
            warehouse,
            payments,
            Schema(
                Field("customer", ScalarKind.Uuid),
                Field("region", ScalarType.Text),
                Field("method", ScalarType.Text),
                Field("amount", new ScalarType(ScalarKind.Decimal, 10, 2)),
                Field("day", ScalarKind.Date),
                Field("note", ScalarType.Text),
                Field($"{Unseen}_column", ScalarType.Text)
            ),
            rows
        );
        var meters = Dataset(
            "meters",
            Column("customer", domain: "customer_id"),
            Column("serial"),
            Column("tags", children: [Column("tags[]")]),
            Column("secret")
        );
        await LandAsync(
            warehouse,
            meters,
            Schema(
                Field("customer", ScalarKind.Uuid),
                Field("serial", ScalarType.Text),
                Field("tags", new ListType(ScalarType.Text, ItemNullable: true)),
                Field("secret", ScalarType.Text)
            ),
            [
                .. Enumerable
                    .Range(0, 12)
                    .Select(at => new JsonObject
                    {
                        ["customer"] = $"00000000-0000-0000-0000-{at:D12}",
                        ["serial"] = $"M{at}",
                        ["tags"] = new JsonArray("a", $"t{at % 3}"),
                        ["secret"] = Marker,
                    }),
            ]
        );
        foreach (var name in (string[])["customers", $"{Unseen}_table"])
        {
            await LandAsync(
                warehouse,
                Dataset(name, Column("name")),
                Schema(Field("name", ScalarType.Text)),
                [new JsonObject { ["name"] = $"hidden {Marker}" }]
            );
        }

        await IssueAsync(
            warehouse,
            new(Payments, payments, ["customer", "region", "method", "amount", "day"], North, members)
        );
        await IssueAsync(
            warehouse,
            new(Meters, meters, ["customer", "serial", "tags"], RowCondition.Everything, members)
        );
        await IssueAsync(
            warehouse,
            new("g9_other", payments, ["note"], RowCondition.Everything, ["user:ben@example.com"])
        );
        await IssueAsync(
            warehouse,
            new($"{Unseen}_view", payments, ["note"], RowCondition.Everything, ["user:ben@example.com"])
        );
    }

    private static Comparison North => new("region", ComparisonOperator.Equal, new TextConstant("north"));

    /// <summary>Grants other views than the usual ones.</summary>
    public QueryWorld Grant(params ImmutableArray<GrantedView> views)
    {
        Views = views;
        return this;
    }

    /// <summary>What Ana gets: rows as JSON text, or the refusal.</summary>
    public async Task<QueryReply> AskAsync(
        string sql,
        IReadOnlyDictionary<string, object?>? parameters = null,
        QueryLimits? limits = null
    )
    {
        var answer = await Queries.RunAsync(
            new GovernedQuery
            {
                Sql = sql,
                Parameters = parameters ?? ImmutableDictionary<string, object?>.Empty,
                Views = Views,
                Members = [Ana],
                Limits = limits ?? new QueryLimits { Time = TimeSpan.FromSeconds(20) },
            },
            Cancelled
        );
        if (answer.Rows is not { } rows)
        {
            return new QueryReply(answer.Refusal, [], answer.Refusal!.ToString(), answer.Statement);
        }

        var names = string.Join(',', rows.Schema.FieldsList.Select(field => field.Name));
        var lines = new List<string>();
        QueryRefusal? stopped = null;
        try
        {
            await foreach (var batch in rows.ReadAsync(Cancelled))
            {
                using var held = batch;
                lines.AddRange(Lines(batch));
            }
        }
        catch (QueryStoppedException error)
        {
            stopped = error.Refusal;
        }

        await rows.DisposeAsync();
        return new QueryReply(stopped, lines, $"{names}\n{string.Join('\n', lines)}\n{stopped}", answer.Statement);
    }

    /// <summary>Rows as JSON arrays.</summary>
    public static IEnumerable<string> Lines(RecordBatch batch)
    {
        IArrowArray[] columns = [.. batch.Arrays];
        for (var row = 0; row < batch.Length; row++)
        {
            using var bytes = new MemoryStream();
            using (var json = new Utf8JsonWriter(bytes))
            {
                json.WriteStartArray();
                foreach (var column in columns)
                {
                    ArrowJson.Write(json, column, row);
                }

                json.WriteEndArray();
            }

            yield return Encoding.UTF8.GetString(bytes.ToArray());
        }
    }

    public ValueTask DisposeAsync()
    {
        _warehouse.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task LandAsync(
        IWarehouse warehouse,
        Dataset dataset,
        MaskedSchema schema,
        JsonObject[] rows
    ) =>
        await warehouse.AppendAsync(
            Batch(dataset, schema, rows.Length, [.. rows.Select((row, at) => Row(at, row))]),
            Cancelled
        );

    private static async Task IssueAsync(IWarehouse warehouse, ViewDefinition view) =>
        (await warehouse.IssueViewAsync(view, Cancelled)).Refusal.Should().BeNull();
}

/// <summary>What came of a query.</summary>
/// <param name="Refusal">Why it was refused or stopped.</param>
/// <param name="Rows">Its rows, each a JSON array.</param>
/// <param name="Text">All that whoever asked could see.</param>
/// <param name="Statement">What is written down of it.</param>
internal sealed record QueryReply(
    QueryRefusal? Refusal,
    IReadOnlyList<string> Rows,
    string Text,
    QueriedStatement? Statement
);
