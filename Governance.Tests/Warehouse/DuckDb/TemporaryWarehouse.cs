using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Policies.Warehouse.DuckDb;
using Governance.Policies.Warehouse.Sql;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Warehouse.DuckDb;

/// <summary>A warehouse in a folder of its own, and short ways to make what goes into it.</summary>
internal sealed class TemporaryWarehouse : IDisposable
{
    public const string Source = "cluster-1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("governance-duckdb-");

    public TemporaryWarehouse()
    {
        Database = new(Options);
        Warehouse = new(Database, Time);
    }

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public string FilePath => Path.Combine(_folder.FullName, "warehouse.duckdb");

    public DuckDbOptions Options => new() { FilePath = FilePath, MemoryLimitMebibytes = 256 };

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));

    public DuckDbDatabase Database { get; private set; }

    public DuckDbWarehouse Warehouse { get; private set; }

    public static MaskedField Field(string name, MaskedType type) => new(name, type, Nullable: true);

    public static MaskedField Field(string name, ScalarKind kind) => Field(name, new ScalarType(kind));

    public static MaskedSchema Schema(params ImmutableArray<MaskedField> columns) => new(columns);

    public static Dataset Dataset(string name, params ImmutableArray<Column> columns) =>
        new(
            name,
            Topic: $"topic.{name}",
            Description: "",
            ContractId: "c",
            OwnerTeam: "team",
            Subject: null,
            ErasureRule.Delete,
            columns,
            Relationships: [],
            Retention: null
        );

    public static Column Column(
        string path,
        string? domain = null,
        string? category = null,
        ErasureRule? onErasure = null,
        params ImmutableArray<Column> children
    ) =>
        new(
            Name: path.EndsWith(']') ? "" : path.Split('.')[^1],
            path,
            LogicalType: null,
            Description: "",
            Classification: category is null && domain is null ? "public" : null,
            category ?? (domain is null ? null : "user.unique_id"),
            domain,
            domain is null ? null : Link.Owns,
            Masking: domain is null ? null : new("surrogate", ImmutableDictionary<string, string>.Empty),
            onErasure,
            children
        );

    public static MaskedRow Row(long offset, JsonObject json, int partition = 0) =>
        new(partition, offset, DateTimeOffset.UnixEpoch.AddSeconds(offset), JsonSerializer.SerializeToUtf8Bytes(json));

    public static MaskedBatch Batch(
        Dataset dataset,
        MaskedSchema schema,
        long next,
        params IReadOnlyList<MaskedRow> rows
    ) => new(Source, [new(dataset, schema, rows)], new Dictionary<(string, int), long> { [(dataset.Topic, 0)] = next });

    public Task Append(Dataset dataset, MaskedSchema schema, long next, params IReadOnlyList<MaskedRow> rows) =>
        Warehouse.AppendAsync(Batch(dataset, schema, next, rows), Cancelled);

    /// <summary>Rows as text, one a line, columns parted by a bar; null as <c>NULL</c>.</summary>
    public async Task<string[]> Query(string sql)
    {
        // DuckDB itself prints each value, so that what is compared is what it stored, not what the driver makes of it.
        var rows = await Database.RunAsync(
            session =>
                session.Query(
                    SqlText.FromDialect($"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM ({sql})"),
                    reader =>
                        string.Join(
                            " | ",
                            Enumerable
                                .Range(0, reader.FieldCount)
                                .Select(at => reader.IsDBNull(at) ? "NULL" : reader.GetString(at))
                        )
                ),
            Cancelled
        );
        return [.. rows];
    }

    public async Task<string> Type(string table, string column) =>
        (
            await Query(
                $"SELECT data_type FROM duckdb_columns() WHERE table_name = '{table}' AND column_name = '{column}'"
            )
        )[0];

    /// <summary>Closes the file and opens it again.</summary>
    public void Reopen()
    {
        Warehouse.Dispose();
        Database = new(Options);
        Warehouse = new(Database, Time);
    }

    public void Dispose()
    {
        Warehouse.Dispose();
        _folder.Delete(recursive: true);
    }
}
