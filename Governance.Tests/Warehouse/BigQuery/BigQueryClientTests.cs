using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery;
using Governance.Policies.Warehouse.BigQuery.Rest;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Governance.Tests.Support.BigQuery.Faults;

namespace Governance.Tests.Warehouse.BigQuery;

public sealed class BigQueryClientTests : IAsyncLifetime
{
    private WarehouseStandIn _it = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _it = await WarehouseStandIn.StartAsync();
        await _it.Raw.CreateCustomersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_it is not null)
        {
            await _it.DisposeAsync();
        }
    }

    [Fact]
    public async Task Find_WhatIsNotThere_IsNull()
    {
        (await _it.Client.FindDatasetAsync(WarehouseStandIn.Shared, None)).Should().BeNull();
        (await _it.Client.FindTableAsync(WarehouseStandIn.Energy.Table("nothing"), None)).Should().BeNull();
        (await _it.Client.FindJobAsync(new JobReference("test-project", "nothing", "US"), None)).Should().BeNull();
        (await _it.Client.FindTableAsync(WarehouseStandIn.Customers, None))!
            .Schema!.Fields.Select(field => field.Name)
            .Should()
            .Equal("id", "name", "region");
    }

    [Fact]
    public async Task PatchDataset_OldEtag_IsChangedAndLosesNothing()
    {
        var made = await _it.Client.InsertDatasetAsync(
            new DatasetResource
            {
                Reference = WarehouseStandIn.Shared,
                Location = "US",
                MaxTimeTravelHours = 48,
                Labels = new Dictionary<string, string?> { ["of"] = "governance" },
            },
            None
        );
        var changed = await _it.Client.PatchDatasetAsync(
            WarehouseStandIn.Shared,
            new DatasetResource { Description = "views" },
            made.Etag!,
            None
        );
        var late = await RefusedAsync(() =>
            _it.Client.PatchDatasetAsync(
                WarehouseStandIn.Shared,
                new DatasetResource { Description = "others" },
                made.Etag!,
                None
            )
        );

        late.Kind.Should().Be(RefusalKind.Changed);
        var found = (await _it.Client.FindDatasetAsync(WarehouseStandIn.Shared, None))!;
        (found.Description, found.MaxTimeTravelHours, found.Etag).Should().Be(("views", 48, changed.Etag));
        found.Labels.Should().ContainKey("of");
        found.Access.Should().HaveCount(4, "the service's own entries stay");
    }

    [Fact]
    public async Task InsertTable_AnswerLost_IsDoneOnce()
    {
        // The test's own table was made by the same operation.
        var earlier = _it.Count("bigquery.tables.insert");
        _it.Server.Faults.Next("bigquery.tables.insert", Fault.AnswerLost);
        var made = await _it.Client.InsertTableAsync(Readings(), None);
        made.Schema!.Fields[1].Type.Should().Be("FLOAT");
        _it.Count("bigquery.tables.insert").Should().Be(earlier + 2);
    }

    [Fact]
    public async Task InsertTable_AnotherOneIsThere_IsRefused()
    {
        await _it.Client.InsertTableAsync(Readings(), None);
        (await RefusedAsync(() => _it.Client.InsertTableAsync(Readings(), None))).Code.Should().Be("already_exists");

        // Tried again after a fault, it finds a table that is not what was sent.
        _it.Server.Faults.Next("bigquery.tables.insert", Fault.Unavailable);
        var other = Readings();
        other.Schema!.Fields.Add(new TableField { Name = "more", Type = "STRING" });
        (await RefusedAsync(() => _it.Client.InsertTableAsync(other, None))).Code.Should().Be("already_exists");
    }

    [Fact]
    public async Task PatchTable_AnswerLost_IsDoneOnceAndAnotherChangeIsNotOverwritten()
    {
        var made = await _it.Client.InsertTableAsync(Readings(), None);
        _it.Server.Faults.Next("bigquery.tables.patch", Fault.AnswerLost);
        var patched = await _it.Client.PatchTableAsync(
            made.Reference!,
            new TableResource { Description = "mine" },
            made.Etag!,
            None
        );
        patched.Description.Should().Be("mine");
        patched.Etag.Should().NotBe(made.Etag);

        var stale = await RefusedAsync(() =>
            _it.Client.PatchTableAsync(made.Reference!, new TableResource { Description = "late" }, made.Etag!, None)
        );
        stale.Kind.Should().Be(RefusalKind.Changed);
        patched.Description = "replaced";
        patched.Labels = new Dictionary<string, string?> { ["a"] = "b" };
        (await _it.Client.UpdateTableAsync(made.Reference!, patched, patched.Etag!, None))
            .Labels.Should()
            .ContainKey("a");
        await FluentActions
            .Awaiting(() => _it.Client.PatchTableAsync(made.Reference!, new TableResource(), "", None))
            .Should()
            .ThrowAsync<ArgumentException>("a change without an etag overwrites whatever is there");
    }

    [Fact]
    public async Task PatchTable_PreconditionFault_IsChanged()
    {
        var table = (await _it.Client.FindTableAsync(WarehouseStandIn.Customers, None))!;
        _it.Server.Faults.Next("bigquery.tables.patch", Fault.PreconditionFailed);
        var refusal = await RefusedAsync(() =>
            _it.Client.PatchTableAsync(
                WarehouseStandIn.Customers,
                new TableResource { Description = "x" },
                table.Etag!,
                None
            )
        );
        (refusal.Kind, refusal.Code).Should().Be((RefusalKind.Changed, "changed"));
        _it.Count("bigquery.tables.patch").Should().Be(1, "it is for the caller to read again");
    }

    [Fact]
    public async Task DeleteTable_SaysWhetherItWasThere()
    {
        await _it.Client.InsertTableAsync(Readings(), None);
        var table = WarehouseStandIn.Energy.Table("readings");
        _it.Server.Faults.Next("bigquery.tables.delete", Fault.AnswerLost);
        (await _it.Client.DeleteTableAsync(table, None)).Should().BeTrue("the first try removed it");
        (await _it.Client.DeleteTableAsync(table, None)).Should().BeFalse();
    }

    [Fact]
    public async Task ListTables_MoreThanAPage_GivesAll()
    {
        for (var number = 0; number < 60; number++)
        {
            var table = Readings();
            table.Reference = WarehouseStandIn.Energy.Table($"t{number:00}");
            await _it.Client.InsertTableAsync(table, None);
        }

        var names = new List<string>();
        await foreach (var table in _it.Client.ListTablesAsync(WarehouseStandIn.Energy, None))
        {
            names.Add(table.Reference!.TableId);
        }

        names.Should().HaveCount(61).And.OnlyHaveUniqueItems();
        _it.Count("bigquery.tables.list").Should().Be(2);
    }

    [Fact]
    public async Task ListRows_Pages_GivesTypedValuesOfTheColumns()
    {
        var schema = (await _it.Client.FindTableAsync(WarehouseStandIn.Customers, None))!.Schema!;
        var rows = new List<(long?, string?)>();
        var list = _it.Client.ListRowsAsync(WarehouseStandIn.Customers, schema, ["name", "id"], 2, None);
        await foreach (var row in list)
        {
            row.Fields.Should().HaveCount(2);
            rows.Add((row["id"].AsLong(), row["NAME"].AsText()));
        }

        rows.Should().BeEquivalentTo([(1L, "a"), (2L, "b"), (3L, (string?)null)]);
        _it.Count("bigquery.tabledata.list").Should().Be(2);
    }

    [Theory]
    [InlineData("unavailable")]
    [InlineData("internal")]
    [InlineData("too many requests")]
    [InlineData("rate limit")]
    [InlineData("request lost")]
    [InlineData("answer lost")]
    public async Task Call_TransientFault_IsTriedAgain(string name)
    {
        Fault[] all =
        [
            Fault.Unavailable,
            Fault.Internal,
            Fault.TooManyRequests,
            Fault.RateLimitExceeded,
            Fault.RequestLost,
            Fault.AnswerLost,
        ];
        _it.Server.Faults.Next("bigquery.tables.get", all.Single(fault => fault.Name == name), times: 3);
        (await _it.Client.FindTableAsync(WarehouseStandIn.Customers, None)).Should().NotBeNull();
        _it.Count("bigquery.tables.get").Should().Be(4);
    }

    [Fact]
    public async Task Call_QuotaExceeded_IsNotTriedAgain()
    {
        _it.Server.Faults.Next("bigquery.tables.get", Fault.QuotaExceeded);
        var refusal = await RefusedAsync(() => _it.Client.FindTableAsync(WarehouseStandIn.Customers, None));
        (refusal.Kind, refusal.Code).Should().Be((RefusalKind.Busy, "quota_exceeded"));
        _it.Count("bigquery.tables.get").Should().Be(1);
    }

    [Fact]
    public async Task Call_NobodyAnswers_IsAway()
    {
        var (client, _) = _it.Connect(
            new BigQueryOptions
            {
                Project = "test-project",
                // Nothing listens there: the port is reserved.
                Endpoint = new Uri("http://127.0.0.1:1/"),
                RetryBudget = TimeSpan.Zero,
            }
        );
        var refusal = await RefusedAsync(() => client.FindTableAsync(WarehouseStandIn.Customers, None));
        (refusal.Kind, refusal.Code).Should().Be((RefusalKind.Away, "no_answer"));
    }

    [Fact]
    public async Task Call_Cancelled_IsCancelledAndNotARefusal()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await FluentActions
            .Awaiting(() => _it.Client.FindTableAsync(WarehouseStandIn.Customers, cancelled.Token))
            .Should()
            .ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Credentials_WhateverFails_StandInNoLogAndNoException()
    {
        string[] operations = ["bigquery.tables.get", "bigquery.tables.insert", "bigquery.jobs.insert"];
        Fault[] faults =
        [
            Fault.Unavailable,
            Fault.AnswerLost,
            Fault.Status(401, "authError", $"Invalid token {_it.Token}"),
            Fault.Status(403, "accessDenied", $"Denied to {_it.Token}"),
            Fault.Status(400, "invalid", $"Bad header Bearer {_it.Token}"),
        ];
        var thrown = new List<string>();
        foreach (var fault in faults)
        {
            foreach (var operation in operations)
            {
                _it.Server.Faults.Next(operation, fault, times: 2);
            }

            foreach (
                var call in new Func<Task>[]
                {
                    () => _it.Client.FindTableAsync(WarehouseStandIn.Customers, None),
                    () => _it.Client.InsertTableAsync(Readings(), None),
                    () =>
                        _it.Client.DryRunAsync(
                            new JobConfiguration { Query = new QueryConfiguration { Query = "SELECT 1" } },
                            None
                        ),
                }
            )
            {
                try
                {
                    await call();
                }
                catch (WarehouseException exception)
                {
                    thrown.Add(exception.ToString());
                }
            }

            _it.Server.Faults.Clear();
        }

        thrown.Should().HaveCountGreaterThan(8).And.NotContain(text => text.Contains(_it.Token));
        _it.Logs.Should().NotBeEmpty().And.NotContain(entry => entry.Contains(_it.Token));
    }

    private static TableResource Readings() =>
        new()
        {
            Reference = WarehouseStandIn.Energy.Table("readings"),
            Schema = new TableSchema
            {
                Fields =
                [
                    new TableField
                    {
                        Name = "meter",
                        Type = "STRING",
                        Mode = "REQUIRED",
                    },
                    new TableField
                    {
                        Name = "kwh",
                        Type = "FLOAT64",
                        Mode = "NULLABLE",
                    },
                    new TableField { Name = "at", Type = "TIMESTAMP" },
                ],
            },
            TimePartitioning = new TimePartitioning { Type = "DAY", Field = "at" },
            Clustering = new Clustering { Fields = ["meter"] },
        };

    private static async Task<Refusal> RefusedAsync<T>(Func<Task<T>> call) =>
        (await FluentActions.Awaiting(call).Should().ThrowAsync<WarehouseException>()).Which.Refusal;
}
