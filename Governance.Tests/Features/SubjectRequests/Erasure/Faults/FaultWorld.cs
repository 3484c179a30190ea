using System.Globalization;
using Governance.Api.Features.Receipts;
using Governance.Api.Features.Receipts.Signing;
using Governance.Api.Features.Receipts.Verification;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Get;
using Governance.Masking.Contracts;
using Governance.Policies.Warehouse;
using Governance.Tests.Support;
using Governance.Tests.Support.BigQuery.Faults;
using Governance.Tests.Support.BigQuery.Jobs;

namespace Governance.Tests.Features.SubjectRequests.Erasure.Faults;

/// <summary>
/// People in a warehouse of two tables (one is deleted from, one is cleared), erased one after the other, each with another fault. However it
/// went, each has to end as an undisturbed erasure does.
/// </summary>
internal sealed class FaultWorld : IAsyncDisposable
{
    // Of an erasure that is interrupted again and again, how often it may be taken up.
    private const int MostPasses = 12;

    private const string Customers = "customers";
    private const string Messages = "support_messages";

    // Without an address: the fewer requests an erasure makes, the more runs there is time for.
    private static readonly Dataset s_customers = EnergyTables.Customers with
    {
        Columns = [.. EnergyTables.Customers.Columns.Where(column => column.Name != "address_id")],
    };

    private readonly ErasureWorld _world;
    private readonly BigQueryDataset _dataset;
    private readonly Dictionary<string, List<object?[]>> _expected = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, int> _people = [];
    private int _next;

    private FaultWorld(ErasureWorld world, BigQueryDataset dataset)
    {
        _world = world;
        _dataset = dataset;
    }

    public FaultPlan Faults => _dataset.Server.Faults;

    public ErasureWorld World => _world;

    public static async Task<FaultWorld> CreateAsync(SharedStandIn standIn, int people)
    {
        standIn.Server.Faults.Clear();
        var dataset = await standIn.NewAsync();
        var world = await ErasureWorld.CreateAsync(StateKind.Sqlite, dataset);
        var made = new FaultWorld(world, dataset);
        world.Current = EnergyTables.Catalog([s_customers, EnergyTables.Messages]);
        // One more, who stays: somebody always shares the phone number.
        people++;
        await world.LandAsync([.. Enumerable.Range(0, people).SelectMany(Rows)]);
        foreach (var table in new[] { Customers, Messages })
        {
            made._expected[table] = [.. dataset.Table(table).Rows.Select(row => row.Cells)];
            made._expected[table].Should().HaveCount(people);
        }

        return made;
    }

    /// <summary>Every job that there was.</summary>
    public IReadOnlyList<JobState> Jobs => [.. _dataset.Server.Jobs];

    /// <summary>Puts a person's row of the first table into the streaming buffer, as if somebody had sent it there just now.</summary>
    public void Stream(int person)
    {
        var rows = _dataset.Table(Customers).Rows;
        var surrogate = (string)_expected[Messages][person][IndexOf(Messages, "customer_id")]!;
        var at = rows.FindIndex(row => row.Cells.Contains(surrogate));
        var now = _world.Time.GetUtcNow();
        rows[at] = rows[at] with { Written = now, StreamedUntil = now + _dataset.Server.Options.StreamingBuffer };
    }

    /// <summary>Lands a person's row of the first table once more.</summary>
    public Task LandAgainAsync(int person)
    {
        // Later than whatever was counted before.
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        return _world.LandAsync([Rows(person).First()]);
    }

    /// <summary>The next person's request, as the worker finds it.</summary>
    public async Task<Guid> ApproveNextAsync()
    {
        var request = await _world.SubmitAsync(("customer_id", CustomerId(_next)));
        (await _world.VerifyAsync(request.Id)).Failure.Should().BeNull();
        (await _world.ApproveAsync(request.Id)).Failure.Should().BeNull();
        _people[request.Id] = _next++;
        return request.Id;
    }

    /// <summary>One pass of the worker.</summary>
    public Task WorkAsync(CancellationToken cancellationToken = default) =>
        _world.Get<ErasureWorker>().RunDueAsync(cancellationToken);

    /// <summary>What a pass of the worker asked for, in order.</summary>
    public async Task<IReadOnlyList<string>> RequestsOfAsync(Func<Task> work)
    {
        var before = Faults.Operations.Count;
        await work();
        return [.. Faults.Operations.Skip(before)];
    }

    /// <summary>Passes of the worker, each when the request is due, until it has ended.</summary>
    /// <returns>What the request showed between them.</returns>
    public async Task<IReadOnlyList<SubjectRequestView>> WorkToTheEndAsync(Guid id)
    {
        List<SubjectRequestView> shown = [];
        for (var pass = 1; ; pass++)
        {
            await WorkAsync();
            var request = await _world.GetAsync(id);
            if (request.State is "completed" && !await HasKeysAsync())
            {
                return shown;
            }

            shown.Add(request);
            pass.Should().BeLessThan(MostPasses, "it comes to an end; it is {0}", request.State);
            Wait(request);
        }
    }

    /// <summary>Lets the time pass that a request waits for.</summary>
    public void Wait(SubjectRequestView request)
    {
        var pause = request.Pause?.Until is { } until ? until - _world.Time.GetUtcNow() : TimeSpan.FromMinutes(6);
        _world.Time.Advance(pause > TimeSpan.Zero ? pause : TimeSpan.Zero);
    }

    /// <summary>Holds a request's end to that of an undisturbed erasure: rows, statements, counts, receipt and history.</summary>
    public async Task EndedAsUndisturbedAsync(Guid id, string because)
    {
        var surrogate = await ErasedAsync(_people[id], because);
        var request = await _world.GetAsync(id);
        request.State.Should().Be("completed", because);
        request.Pause.Should().BeNull(because);
        foreach (var (item, gone) in request.Items.Zip([1, 0]))
        {
            item.Verdict.Should().Be("erased_verified", because);
            item.Code.Should().BeNull(because);
            var counts = item.Counts!;
            (counts.Matched, counts.Erased, counts.MatchedAfter, counts.ControlUnchanged)
                .Should()
                .Be((1, 1, 0, true), because);
            counts.RowsAfter.Should().Be(counts.RowsBefore - gone, because);
            RowsAsExpected(item.Dataset, surrogate, because);
        }

        DoneOnce(id, because);
        (request.Erased!.Suppressions, request.Erased.VaultRowsDestroyed).Should().Be((2, 2), because);
        request.History.Select(line => line.Act).Should().Equal(ErasureWorld.HistoryTo("completed"), because);
        await ReceiptSaysSoAsync(request, because);
        (await HasKeysAsync()).Should().BeFalse(because);
    }

    public async ValueTask DisposeAsync()
    {
        Faults.Clear();
        await _world.DisposeAsync();
    }

    /// <summary>What the worker asks for in an undisturbed erasure, and which of its jobs are the tables' statements, counted from 0.</summary>
    public static async Task<Undisturbed> UndisturbedAsync(SharedStandIn standIn)
    {
        await using var world = await CreateAsync(standIn, people: 1);
        var id = await world.ApproveNextAsync();
        var approved = world.Jobs.Count;
        var requests = await world.RequestsOfAsync(() => world.WorkAsync());
        await world.EndedAsUndisturbedAsync(id, "undisturbed");
        var statements = world.Statements(id).ToHashSet();
        return new Undisturbed(
            requests,
            [.. world.Jobs.Skip(approved).Index().Where(job => statements.Contains(job.Item)).Select(job => job.Index)]
        );
    }

    private static IEnumerable<PlainRow> Rows(int person) =>
        [
            new(
                s_customers,
                ("customer_id", CustomerId(person)),
                ("email", string.Create(CultureInfo.InvariantCulture, $"person{person}@example.org")),
                ("phone", EnergyPeople.SharedPhone)
            ),
            new(EnergyTables.Messages, ("customer_id", CustomerId(person)), ("topic", "moving house")),
        ];

    private static string CustomerId(int person) => string.Create(CultureInfo.InvariantCulture, $"C-{person}");

    // The vault forgets the person, so their surrogate is taken from the row that was theirs: people landed in their order.
    private async Task<string> ErasedAsync(int person, string because)
    {
        (await _world.IsInVaultAsync("customer_id", CustomerId(person))).Should().BeFalse(because);
        _world.Suppressions.Contains(_world.Key("customer_id", CustomerId(person))).Should().BeTrue(because);
        var id = IndexOf(Messages, "customer_id");
        var row = _expected[Messages][person];
        var surrogate = (string)row[id]!;
        object?[] cleared = [.. row];
        cleared[id] = null;
        cleared[IndexOf(Messages, "topic")] = null;
        _expected[Messages][person] = cleared;
        _expected[Customers].RemoveAll(one => one.Contains(surrogate)).Should().Be(1, because);
        return surrogate;
    }

    private void RowsAsExpected(string table, string surrogate, string because)
    {
        var rows = _dataset.Table(table).Rows.Select(row => Text(row.Cells)).Order(StringComparer.Ordinal).ToArray();
        rows.Should().Equal(_expected[table].Select(Text).Order(StringComparer.Ordinal), because);
        rows.Should().NotContain(row => row.Contains(surrogate, StringComparison.Ordinal), because);
    }

    private void DoneOnce(Guid id, string because)
    {
        var done = Statements(id).Where(job => job.Error is null).ToArray();
        done.Select(job => job.Statement!.Target!.Id).Should().BeEquivalentTo([Customers, Messages], because);
        done.Should().OnlyContain(job => job.Counts!.All == 1, because);
    }

    /// <summary>The jobs of a request that change rows of tables, those that failed too.</summary>
    public IEnumerable<JobState> Statements(Guid id) =>
        _dataset
            .Server.Jobs.ToArray()
            .Where(job =>
                job.Id.StartsWith(id.ToString("N"), StringComparison.Ordinal)
                && !job.Id.Contains("-counted", StringComparison.Ordinal)
            );

    private async Task ReceiptSaysSoAsync(SubjectRequestView request, string because)
    {
        var jws = await _world.Get<IReceipts>().FindAsync(request.Id.ToString(), default);
        var check = await ReceiptCheck.RunAsync(jws!, _world.Get<ReceiptKeys>().Public);
        check.Reason.Should().BeNull(because);
        check
            .Payload!.Facts.Items.Select(item =>
                (
                    item.Table,
                    item.Verdict,
                    item.RowsBefore,
                    item.Matched,
                    item.Affected,
                    item.RowsAfter,
                    item.MatchedAfter,
                    item.ControlsUnchanged
                )
            )
            .Should()
            .Equal(
                request.Items.Select(item =>
                    (
                        item.Dataset,
                        item.Verdict,
                        item.Counts!.RowsBefore,
                        item.Counts.Matched!.Value,
                        item.Counts.Erased!.Value,
                        item.Counts.RowsAfter,
                        item.Counts.MatchedAfter!.Value,
                        item.Counts.ControlUnchanged
                    )
                ),
                because
            );
    }

    private Task<bool> HasKeysAsync() => Task.FromResult(_dataset.Table(SystemTables.Keys).Rows.Count > 0);

    private int IndexOf(string table, string column) =>
        _dataset.Table(table).Columns.ToList().FindIndex(one => one.Name == column);

    private static string Text(object?[] cells) =>
        string.Join('|', cells.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture)));
}

/// <summary>An erasure in which nothing went wrong.</summary>
/// <param name="Requests">What the worker asked for, in order.</param>
/// <param name="Statements">Which of the jobs that it started are the tables' statements, counted from 0.</param>
internal sealed record Undisturbed(IReadOnlyList<string> Requests, IReadOnlyList<int> Statements)
{
    /// <summary>How many requests an operation has; <c>*</c> is any.</summary>
    public int Count(string operation) => Requests.Count(one => operation is "*" || one == operation);

    /// <summary>Which request, counted from 0, starts a job.</summary>
    public int RequestOf(int job) =>
        Requests.Index().Where(one => one.Item == "bigquery.jobs.insert").ElementAt(job).Index;
}
