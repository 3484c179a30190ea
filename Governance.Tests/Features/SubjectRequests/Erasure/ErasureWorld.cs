using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.Receipts.Signing;
using Governance.Api.Features.Retention;
using Governance.Api.Features.Retention.ReadRetention;
using Governance.Api.Features.SubjectRequests;
using Governance.Api.Features.SubjectRequests.Approve;
using Governance.Api.Features.SubjectRequests.EncryptTo;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Export;
using Governance.Api.Features.SubjectRequests.Exporting;
using Governance.Api.Features.SubjectRequests.Extend;
using Governance.Api.Features.SubjectRequests.Fulfilling;
using Governance.Api.Features.SubjectRequests.Get;
using Governance.Api.Features.SubjectRequests.Holds;
using Governance.Api.Features.SubjectRequests.Lift;
using Governance.Api.Features.SubjectRequests.List;
using Governance.Api.Features.SubjectRequests.Refuse;
using Governance.Api.Features.SubjectRequests.Report;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Api.Features.SubjectRequests.Verify;
using Governance.Api.Features.SubjectRequests.Waive;
using Governance.Api.Features.SubjectRequests.Withdraw;
using Governance.Api.Features.Suppression;
using Governance.Api.Http;
using Governance.Api.Storage;
using Governance.Api.Storage.Postgres;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Policies.Decisions;
using Governance.Policies.Rego;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.DuckDb;
using Governance.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Governance.Tests.Features.SubjectRequests.Erasure;

/// <summary>
/// The real parts (warehouse, state, vault, ledger, receipts) without a host around them: DuckDB or a dataset of the stand-in for BigQuery, and
/// SQLite or a database of PostgreSQL.
/// </summary>
internal sealed class ErasureWorld : IAsyncDisposable, IContractCatalogSource
{
    public const string Dpo = "dpo-1";

    private readonly string _folder = Directory.CreateTempSubdirectory("governance-erasure-").FullName;
    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();
    private readonly BigQueryDataset? _bigQuery;
    private readonly PostgresDatabase? _postgres;
    private readonly Action<IServiceCollection>? _adjust;
    private ServiceProvider? _services;
    private ServiceProvider? _warehouse;
    private IVault? _vault;
    private long _offset;

    private ErasureWorld(BigQueryDataset? bigQuery, PostgresDatabase? postgres, Action<IServiceCollection>? adjust)
    {
        _adjust = adjust;
        _bigQuery = bigQuery;
        _postgres = postgres;
        Time = bigQuery?.Clock ?? new(new DateTimeOffset(2026, 3, 10, 9, 0, 0, TimeSpan.Zero));
    }

    /// <summary>The folder of archives.</summary>
    public string Exports => Path.Combine(_folder, "exports");

    public ContractCatalog Current { get; set; } = EnergyTables.Catalog();

    public FakeTimeProvider Time { get; }

    public StoppingFaultPoints Points { get; } = new();

    public SubjectRequestOptions Options => Get<IOptions<SubjectRequestOptions>>().Value;

    public IWarehouse Warehouse => Get<IWarehouse>();

    public Identifiers Identifiers => Get<Identifiers>();

    public ISuppressions Suppressions => Get<ISuppressions>();

    /// <summary>Makes one.</summary>
    /// <param name="state">Where state and vault stand.</param>
    /// <param name="bigQuery">The warehouse; <see langword="null"/> for DuckDB.</param>
    /// <param name="adjust">Adds further parts, at each start.</param>
    public static async Task<ErasureWorld> CreateAsync(
        StateKind state = StateKind.Sqlite,
        BigQueryDataset? bigQuery = null,
        Action<IServiceCollection>? adjust = null
    )
    {
        var postgres = state is StateKind.Postgres ? await PostgresDatabase.CreateAsync() : null;
        var world = new ErasureWorld(bigQuery, postgres, adjust);
        await world.StartAsync();
        return world;
    }

    public T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    /// <summary>Everything anew over the same files, as after a kill.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>Lands one row.</summary>
    public Task LandAsync(Dataset dataset, params (string Column, string Value)[] values) =>
        LandAsync([new PlainRow(dataset, values)]);

    /// <summary>Lands rows as the interceptor would: identifiers become surrogates, all in one append.</summary>
    public async Task LandAsync(IReadOnlyCollection<PlainRow> rows)
    {
        var surrogates = await SurrogatesAsync(rows);
        await using var gate = await Warehouse.EnterWriteAsync(default);
        var landed = new List<MaskedRows>();
        var positions = new Dictionary<(string, int), long>();
        foreach (var table in rows.GroupBy(row => row.Dataset.Name))
        {
            var dataset = table.First().Dataset;
            MaskedRow[] masked = [.. table.Select(row => Masked(row, surrogates))];
            landed.Add(new MaskedRows(dataset, EnergyTables.Schema(dataset), masked));
            positions[(dataset.Topic, 0)] = _offset;
        }

        await Warehouse.AppendAsync(new MaskedBatch("test", landed, positions), default);
    }

    public IdentifierKey Key(string domain, string value) =>
        Identifiers.TryGetKey(domain, Encoding.UTF8.GetBytes(value), out var key)
            ? key
            : throw new ArgumentException("Not an identifier.", nameof(value));

    /// <summary>Whether the vault still knows an identifier.</summary>
    public async Task<bool> IsInVaultAsync(string domain, string value) =>
        (await Identifiers.FindAsync([Key(domain, value)], default)).Count == 1;

    public async Task<SubjectRequestView> SubmitAsync(params (string Domain, string Value)[] claims)
    {
        var result = await TrySubmitAsync(claims);
        return await GetAsync(result.Value.Id);
    }

    public Task<Result<SubmitAnswer>> TrySubmitAsync(params (string Domain, string Value)[] claims) =>
        Get<SubmitHandler>()
            .Handle(
                new SubmitCommand(
                    new SubmitBody
                    {
                        Type = "erasure",
                        Subject = "customer",
                        Claims =
                        [
                            .. claims.Select(claim => new ClaimBody { Domain = claim.Domain, Value = claim.Value }),
                        ],
                    },
                    Dpo
                ),
                default
            );

    public Task<Result> VerifyAsync(Guid id, int? samePerson = null) =>
        Get<VerifyHandler>().Handle(new VerifyCommand(id, Dpo, SamePerson: samePerson), default);

    /// <summary>Submits a request of any type about a customer.</summary>
    public async Task<SubjectRequestView> SubmitAsync(SubmitBody body) =>
        await GetAsync((await Get<SubmitHandler>().Handle(new SubmitCommand(body, Dpo), default)).Value.Id);

    /// <summary>From the submission to the end, by the workers.</summary>
    public async Task<SubjectRequestView> FulfilAsync(SubmitBody body)
    {
        var request = await SubmitAsync(body);
        (await VerifyAsync(request.Id)).Failure.Should().BeNull();
        (await ApproveAsync(request.Id)).Failure.Should().BeNull();
        await Get<FulfilWorker>().RunDueAsync(default);
        return await GetAsync(request.Id);
    }

    /// <summary>From the submission to a point at which the process ends; <see cref="ResumeAsync"/> goes on.</summary>
    /// <param name="body">The request.</param>
    /// <param name="point">The point.</param>
    /// <param name="passes">How often it is passed before.</param>
    public async Task<Guid> CutOffAsync(SubmitBody body, string point, int passes = 0)
    {
        var request = await SubmitAsync(body);
        await VerifyAsync(request.Id);
        await ApproveAsync(request.Id);
        Points.Stop(point, passes);
        await this.Invoking(world => world.Get<FulfilExecutor>().RunAsync(request.Id, default))
            .Should()
            .ThrowAsync<StoppedException>(point);
        return request.Id;
    }

    /// <summary>Starts anew, and lets the workers end a request.</summary>
    public async Task<SubjectRequestView> ResumeAsync(Guid id)
    {
        await RestartAsync();
        await Get<FulfilWorker>().RunDueAsync(default);
        return await GetAsync(id);
    }

    /// <summary>The encrypted archive of a request.</summary>
    public async Task<byte[]> ExportAsync(Guid id)
    {
        var export = (await TryExportAsync(id)).Value;
        await using var content = export.Content;
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }

    public Task<Result<ExportDownload>> TryExportAsync(Guid id) =>
        Get<ExportHandler>().Handle(new ExportQuery(id, Dpo), default);

    public Task<Result> ApproveAsync(Guid id, string by = Dpo) =>
        Get<ApproveHandler>().Handle(new ApproveCommand(id, by), default);

    public Task<Result> WithdrawAsync(Guid id) => Get<WithdrawHandler>().Handle(new WithdrawCommand(id, Dpo), default);

    public Task<Result> HoldAsync(Guid id, params string[] datasets) => HoldAsync(id, until: null, datasets);

    public Task<Result> HoldAsync(Guid id, DateTimeOffset? until, params string[] datasets) =>
        Get<HoldHandler>().Handle(new HoldCommand(id, new HoldBody("a court case", datasets, until), Dpo), default);

    public Task<Result> ReleaseAsync(Guid id) =>
        Get<ReleaseHandler>().Handle(new ReleaseCommand(id, new ReleaseBody("the case is over"), Dpo), default);

    public Task<Result> WaiveAsync(Guid id, string dataset) =>
        Get<WaiveHandler>().Handle(new WaiveCommand(id, new WaiveBody(dataset, "nobody's data in it"), Dpo), default);

    /// <summary>The worker's pass over all that is due.</summary>
    public Task WorkAsync() => Get<ErasureWorker>().RunDueAsync(default);

    public Task<Result> ExtendAsync(Guid id, string reason) =>
        Get<ExtendHandler>().Handle(new ExtendCommand(id, reason, Dpo), default);

    /// <summary>The list, or those of it that are late or due soon.</summary>
    public async Task<ListAnswer> ListAsync(string? due = null, int skip = 0, int take = 100) =>
        (await Get<ListHandler>().Handle(new ListQuery(null, due, skip, take), default)).Value;

    public Task<Result> RefuseAsync(Guid id, string reason) =>
        Get<RefuseHandler>().Handle(new RefuseCommand(id, reason, Dpo), default);

    /// <summary>The worker's part; what stops it is thrown.</summary>
    public async Task RunAsync(Guid id)
    {
        await Get<ErasureBatches>().FormAsync(default);
        await Get<ErasureExecutor>().RunAsync((await GetAsync(id)).Batch ?? id, default);
    }

    public async Task<SubjectRequestView> GetAsync(Guid id) =>
        (await Get<GetHandler>().Handle(new GetQuery(id), default)).Value;

    /// <summary>From the claims to the end.</summary>
    public async Task<SubjectRequestView> EraseAsync(params (string Domain, string Value)[] claims)
    {
        var request = await SubmitAsync(claims);
        (await VerifyAsync(request.Id)).Failure.Should().BeNull();
        (await ApproveAsync(request.Id)).Failure.Should().BeNull();
        await RunAsync(request.Id);
        return await GetAsync(request.Id);
    }

    /// <summary>Rows of a table; 0 where there is none.</summary>
    public async Task<long> RowsAsync(Dataset dataset) =>
        (await Warehouse.DescribeAsync(default)).SingleOrDefault(table => table.Name == dataset.Name)?.Rows ?? 0;

    /// <summary>Rows of all tables.</summary>
    public async Task<IReadOnlyDictionary<string, long>> AllRowsAsync() =>
        (await Warehouse.DescribeAsync(default)).ToDictionary(table => table.Name, table => table.Rows);

    public async Task<IReadOnlyList<LedgerEntry>> LedgerAsync() =>
        await Get<IStateStore>()
            .ReadAsync(db => db.Set<LedgerEntry>().OrderBy(entry => entry.Sequence).ToListAsync(), default);

    /// <summary>Every byte of the state: the database and its write-ahead log.</summary>
    public IEnumerable<byte[]> StateBytes() =>
        Directory.EnumerateFiles(_folder, "state.db*").Select(ReadShared).ToArray();

    /// <summary>Copies the files of warehouse and vault, as a backup would, while nothing runs.</summary>
    public async Task CopyFilesAsync(string name)
    {
        await StopAsync();
        foreach (var file in StoreFiles("both"))
        {
            File.Copy(file, Path.Combine(_folder, $"{Path.GetFileName(file)}.{name}.copy"));
        }

        await StartAsync();
    }

    /// <summary>Puts such a copy back, and starts.</summary>
    /// <param name="name">The copy.</param>
    /// <param name="what"><c>warehouse</c>, <c>vault</c> or <c>both</c>.</param>
    public async Task PutBackAsync(string name, string what)
    {
        await StopAsync();
        foreach (var file in StoreFiles(what))
        {
            File.Delete(file);
            var copy = Path.Combine(_folder, $"{Path.GetFileName(file)}.{name}.copy");
            if (File.Exists(copy))
            {
                File.Copy(copy, file);
            }
        }

        await StartAsync();
    }

    private string[] StoreFiles(string what) =>
        [
            .. what == "vault"
                ? []
                : Directory
                    .EnumerateFiles(_folder, "warehouse.duckdb*")
                    .Where(file => !file.EndsWith(".copy", StringComparison.Ordinal)),
            .. what == "warehouse" ? [] : Directory.EnumerateFiles(Path.Combine(_folder, "vault"), "vault.db*"),
        ];

    /// <summary>The acts of a request that goes its way without a pause.</summary>
    public static string[] HistoryTo(string end) =>
        ["received", "verified", "awaiting_approval", "planned", "queued", "executing", "verifying", end];

    /// <summary>What a member sees through a view; <see langword="null"/> where it is closed to them, or gone.</summary>
    public async Task<IReadOnlyList<JsonObject>?> ReadViewAsync(string view, string member)
    {
        if (_bigQuery is not null)
        {
            return await _bigQuery.ReadViewAsync(view, member);
        }

        try
        {
            var rows = await ((DuckDbWarehouse)Warehouse).ReadViewAsync(view, [member], limit: 1000, default);
            return [.. rows.Select(row => JsonNode.Parse(row)!.AsObject())];
        }
        catch (WarehouseException error) when (error.Refusal.Kind is RefusalKind.Gone)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _keys.Dispose();
        Directory.Delete(_folder, recursive: true);
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private async Task<Dictionary<IdentifierKey, ResolvedIdentifier>> SurrogatesAsync(IEnumerable<PlainRow> rows)
    {
        var plain = new Dictionary<IdentifierKey, ReadOnlyMemory<byte>>();
        foreach (var (domain, value) in rows.SelectMany(row => row.Identifiers()))
        {
            plain[Key(domain, value)] = Encoding.UTF8.GetBytes(value);
        }

        var resolved = new Dictionary<IdentifierKey, ResolvedIdentifier>();
        await Identifiers.ResolveAsync(plain, resolved, default);
        return resolved;
    }

    private MaskedRow Masked(PlainRow row, Dictionary<IdentifierKey, ResolvedIdentifier> surrogates)
    {
        // A column that the row says nothing of is null.
        var given = row.Values.ToDictionary(value => value.Column, value => value.Value, StringComparer.Ordinal);
        var masked = row.Dataset.Columns.ToDictionary(
            column => column.Name,
            column =>
                given.GetValueOrDefault(column.Name) is not { } value ? null
                : column.Identifier is { } domain ? surrogates[Key(domain, value)].Surrogate.ToString()
                : value,
            StringComparer.Ordinal
        );
        return new MaskedRow(0, _offset++, Time.GetUtcNow(), JsonSerializer.SerializeToUtf8Bytes(masked));
    }

    private async Task StartAsync()
    {
        _vault = _postgres is null
            ? await SqliteVault.OpenAsync(Path.Combine(_folder, "vault", "vault.db"))
            : await PostgresVault.OpenAsync(_postgres.ConnectionString, Time);
        var kek = LocalKeyFile.LoadOrCreate(Path.Combine(_folder, "keys", "kek.json"));
        var services = new ServiceCollection();
        services.AddLogging();
        services.Configure<SubjectRequestOptions>(options =>
        {
            options.ExportsDirectory = Exports;
            options.PassphraseWorkFactor = 10;
        });
        services.AddSingleton(new ExportFiles(() => Exports));
        services.AddSingleton(_keys);
        services.AddSingleton<IPolicyDecisionPoint>(
            new EmbeddedDecisionPoint(
                new FixedPolicies(PolicySnapshot.Load(PolicyFolder.Read(Repository.PathOf("policies")))),
                new EvaluationLimits(),
                Time
            )
        );
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IFaultPoints>(Points);
        services.AddSingleton<IContractCatalogSource>(this);
        AddState(services);
        AddWarehouse(services);
        services.AddSingleton(_vault);
        services.AddSingleton(_ => new Identifiers(_keys, _vault, new IdentifiersOptions(), Time));
        services.AddSingleton<ILedger, HashChainedLedger>();
        services.AddSingleton<ISuppressions, StoredSuppressions>();
        services.AddSingleton(new ReceiptKeys(() => Path.Combine(_folder, "keys", ReceiptKeys.FileName), kek, Time));
        services.AddSingleton<IReceiptSigner, ReceiptSigner>();
        services.AddSingleton<IReceipts, StoredReceipts>();
        services.AddSubjectRequests();
        services.AddSingleton<RetentionPasses>();
        services.AddSingleton<RetentionHandler>();
        foreach (
            var handler in new[]
            {
                typeof(SubmitHandler),
                typeof(VerifyHandler),
                typeof(ApproveHandler),
                typeof(RefuseHandler),
                typeof(WithdrawHandler),
                typeof(GetHandler),
                typeof(ExtendHandler),
                typeof(ListHandler),
                typeof(HoldHandler),
                typeof(ReleaseHandler),
                typeof(WaiveHandler),
                typeof(ReportHandler),
                typeof(EncryptToHandler),
                typeof(ExportHandler),
                typeof(LiftHandler),
            }
        )
        {
            services.AddSingleton(handler);
        }

        _adjust?.Invoke(services);
        _services = services.BuildServiceProvider();
        await Get<IStateDatabase>().PrepareAsync(default);
        await Get<ReceiptKeys>().LoadAsync(default);
        await Suppressions.LoadAsync(default);
    }

    private void AddState(ServiceCollection services)
    {
        if (_postgres is null)
        {
            services.AddStateStorage(_ => _folder);
            return;
        }

        services.Configure<PostgresOptions>(options => options.ConnectionString = _postgres.ConnectionString);
        services.AddPostgresStorage();
    }

    private void AddWarehouse(ServiceCollection services)
    {
        if (_bigQuery is null)
        {
            services.AddDuckDbWarehouse(options => options.FilePath = Path.Combine(_folder, "warehouse.duckdb"));
            return;
        }

        // Its parts have a clock of their own, on which waiting takes no time.
        services.AddSingleton(provider =>
        {
            _warehouse = _bigQuery.Services(provider.GetRequiredService<IWriteGate>()).BuildServiceProvider();
            return _warehouse.GetRequiredService<IWarehouse>();
        });
    }

    private async Task StopAsync()
    {
        if (_warehouse is not null)
        {
            await _warehouse.DisposeAsync();
            _warehouse = null;
        }

        await _services!.DisposeAsync();
        await ((IAsyncDisposable)_vault!).DisposeAsync();
    }
}

/// <summary>A row before it is masked.</summary>
internal sealed record PlainRow(Dataset Dataset, params (string Column, string Value)[] Values)
{
    public string? DomainOf(string name) => Dataset.Columns.Single(column => column.Name == name).Identifier;

    public IEnumerable<(string Domain, string Value)> Identifiers() =>
        from value in Values
        let domain = DomainOf(value.Column)
        where domain is not null
        select (domain, value.Value);
}
