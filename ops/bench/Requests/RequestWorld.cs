using System.Globalization;
using System.Text;
using Governance.Api.Configuration;
using Governance.Api.Features.Contracts;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.Receipts.Signing;
using Governance.Api.Features.SubjectRequests;
using Governance.Api.Features.SubjectRequests.Approve;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Api.Features.SubjectRequests.Together;
using Governance.Api.Features.Suppression;
using Governance.Api.Http;
using Governance.Api.Storage;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.DuckDb;
using Governance.Policies.Warehouse.Sql;
using Microsoft.Extensions.DependencyInjection;

namespace Governance.Bench.Requests;

/// <summary>The service's own parts that carry out erasures, on the embedded defaults: DuckDB, SQLite, a vault in a file.</summary>
internal sealed class RequestWorld : IAsyncDisposable, IContractCatalogSource
{
    private readonly DirectoryInfo _folder;
    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();
    private readonly ServiceProvider _services;
    private readonly SqliteVault _vault;

    private RequestWorld(DirectoryInfo folder, ContractCatalog catalog, SqliteVault vault)
    {
        _folder = folder;
        _vault = vault;
        Current = catalog;
        var kek = LocalKeyFile.LoadOrCreate(Path.Combine(folder.FullName, "keys", "kek.json"));
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddOptions<SubjectRequestOptions>().Configure(options => options.BatchSize = 10_000);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IContractCatalogSource>(this);
        services.AddStateStorage(_ => folder.FullName);
        services.AddDuckDbWarehouse(options =>
        {
            options.FilePath = Path.Combine(folder.FullName, "warehouse.duckdb");
            options.MemoryLimitMebibytes = 4096;
        });
        services.AddSingleton<IVault>(vault);
        services.AddSingleton(_ => new Identifiers(_keys, vault, new IdentifiersOptions(), TimeProvider.System));
        services.AddSingleton<ILedger, HashChainedLedger>();
        services.AddSingleton<ISuppressions, StoredSuppressions>();
        services.AddSingleton(
            new ReceiptKeys(() => Path.Combine(folder.FullName, "keys", ReceiptKeys.FileName), kek, TimeProvider.System)
        );
        services.AddSingleton<IReceiptSigner, ReceiptSigner>();
        services.AddSingleton<IReceipts, StoredReceipts>();
        services.AddSubjectRequests();
        services.AddSingleton(_keys);
        services.AddSingleton<IObjectionRules, NoObjections>();
        services.AddSingleton<SubmitHandler>();
        services.AddSingleton<VerifyManyHandler>();
        services.AddSingleton<ApproveHandler>();
        _services = services.BuildServiceProvider();
    }

    public ContractCatalog Current { get; }

    public IWarehouse Warehouse => Get<IWarehouse>();

    public DuckDbDatabase Database => Get<DuckDbDatabase>();

    public static async Task<RequestWorld> CreateAsync(ContractCatalog catalog)
    {
        var folder = Directory.CreateTempSubdirectory("governance-bench-");
        var vault = await SqliteVault.OpenAsync(Path.Combine(folder.FullName, "vault", "vault.db"));
        var world = new RequestWorld(folder, catalog, vault);
        await world.Get<IStateDatabase>().PrepareAsync(CancellationToken.None);
        await world.Get<ReceiptKeys>().LoadAsync(CancellationToken.None);
        await world.Get<ISuppressions>().LoadAsync(CancellationToken.None);
        return world;
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A number of people whom the vault knows, by their surrogates.</summary>
    public async Task<Guid[]> SettleAsync(int people)
    {
        var plain = new Dictionary<IdentifierKey, ReadOnlyMemory<byte>>();
        for (var person = 0; person < people; person++)
        {
            var value = Encoding.UTF8.GetBytes(Name(person));
            _ = Get<Identifiers>().TryGetKey("customer_id", value, out var key);
            plain.Add(key, value);
        }

        var resolved = new Dictionary<IdentifierKey, ResolvedIdentifier>();
        await Get<Identifiers>().ResolveAsync(plain, resolved, CancellationToken.None);
        return [.. plain.Keys.Select(key => resolved[key].Surrogate)];
    }

    /// <summary>Fills a table: strangers' rows, and some of each known person.</summary>
    public async Task FillAsync(Dataset dataset, int rows, IReadOnlyList<Guid> people, int each)
    {
        await Warehouse.EnsureTableAsync(dataset, TownOfTables.Schema, CancellationToken.None);
        var table = SqlName.Of(dataset.Name);
        await Database.RunAsync(
            session =>
            {
                session.Execute(
                    SqlText.Of(
                        $"""
                        INSERT INTO {table} BY NAME
                        SELECT 'bench' AS _source, 0 AS _partition, n AS _offset, now() AS _event_time, now() AS _ingested_at,
                            CAST(printf('%08x-0000-4000-8000-%012x', ((n // 3) * 2654435761) & 4294967295, n // 3) AS UUID) AS customer_id, 'a note of some length ' || n AS note, n AS amount
                        FROM range({SqlValue.Of(rows)}) AS r(n)
                        """
                    )
                );
                if (people.Count > 0)
                {
                    session.Execute(
                        SqlText.Of(
                            $"""
                            INSERT INTO {table} BY NAME
                            SELECT 'bench' AS _source, 1 AS _partition, n AS _offset, now() AS _event_time, now() AS _ingested_at,
                                k AS customer_id, 'a note' AS note, n AS amount
                            FROM {DuckDbDialect.Instance.Rows(SqlValue.Of(people), SqlName.Of("k"))}, range({SqlValue.Of(
                                each
                            )}) AS r(n)
                            """
                        )
                    );
                }

                return true;
            },
            CancellationToken.None
        );
    }

    /// <summary>Fills all tables of the catalog alike: the first as <see cref="FillAsync"/> does, the others as copies of it.</summary>
    public async Task FillAllAsync(int rows, IReadOnlyList<Guid> people, int each)
    {
        var datasets = Current.Datasets.ToArray();
        await FillAsync(datasets[0], rows, people, each);
        await Database.RunAsync(
            session =>
            {
                // In one transaction: a commit for each of a thousand tables takes minutes.
                session.Execute(SqlText.Of($"BEGIN"));
                foreach (var dataset in datasets.Skip(1))
                {
                    session.Execute(
                        SqlText.Of(
                            $"CREATE TABLE {SqlName.Of(dataset.Name)} AS SELECT * FROM {SqlName.Of(datasets[0].Name)}"
                        )
                    );
                }

                session.Execute(SqlText.Of($"COMMIT"));
                return true;
            },
            CancellationToken.None
        );
    }

    /// <summary>People's requests, up to their approval.</summary>
    public async Task<IReadOnlyList<Guid>> ApproveAsync(int from, int people)
    {
        List<Guid> ids = [];
        for (var person = from; person < from + people; person++)
        {
            var body = new SubmitBody
            {
                Type = "erasure",
                Subject = "customer",
                Claims = [new ClaimBody { Domain = "customer_id", Value = Name(person) }],
            };
            var answer = await Get<SubmitHandler>().Handle(new SubmitCommand(body, "bench"), CancellationToken.None);
            ids.Add(answer.Value.Id);
        }

        Done(await Get<VerifyManyHandler>().Handle(new VerifyManyCommand(new ManyBody(ids), "bench"), default));
        foreach (var id in ids)
        {
            var answer = await Get<ApproveHandler>().Handle(new ApproveCommand(id, "bench"), CancellationToken.None);
            if (answer.Failure is { } failure)
            {
                throw new InvalidOperationException(failure.Detail);
            }
        }

        return ids;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await ((IAsyncDisposable)_vault).DisposeAsync();
        _keys.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void Done(Api.Http.Result<ManyAnswer> result)
    {
        if (result.Value.Requests.FirstOrDefault(one => one.Code is not null) is { } failed)
        {
            throw new InvalidOperationException(failed.Detail);
        }
    }

    // Erasures object to nothing.
    private sealed class NoObjections : IObjectionRules
    {
        public Task<(IReadOnlyList<string> Allowed, IReadOnlyList<string> Refused, Failure? Failure)> DecideAsync(
            string subject,
            IReadOnlyList<string> purposes,
            CancellationToken cancellationToken
        ) => Task.FromResult<(IReadOnlyList<string>, IReadOnlyList<string>, Failure?)>(([], [], null));
    }

    private static string Name(int person) => string.Create(CultureInfo.InvariantCulture, $"C-{person}");
}
