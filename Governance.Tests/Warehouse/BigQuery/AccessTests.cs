using Governance.Policies.Warehouse;
using Governance.Policies.Warehouse.BigQuery.Jobs;
using Governance.Policies.Warehouse.BigQuery.Rest.Model;
using Governance.Tests.Support.BigQuery.Faults;

namespace Governance.Tests.Warehouse.BigQuery;

/// <summary>Authorized views, readers of views, and row access policies.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private const string Analyst = "user:analyst@example.com";
    private const string Other = "user:other@example.com";
    private static readonly TableReference View = WarehouseStandIn.Shared.Table("names");
    private WarehouseStandIn _it = null!;
    private AuthorizedViews _views = null!;
    private TableReaders _readers = null!;
    private RowAccessPolicies _policies = null!;

    private static CancellationToken None => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _it = await WarehouseStandIn.StartAsync();
        await _it.Raw.CreateCustomersAsync();
        _views = new AuthorizedViews(_it.Client);
        _readers = new TableReaders(_it.Client);
        _policies = new RowAccessPolicies(_it.Client, _it.Jobs);
        await _it.Client.InsertDatasetAsync(new DatasetResource { Reference = WarehouseStandIn.Shared }, None);
        await CreateViewAsync("names");
    }

    public async ValueTask DisposeAsync()
    {
        if (_it is not null)
        {
            await _it.Jobs.DisposeAsync();
            await _it.DisposeAsync();
        }
    }

    [Fact]
    public async Task View_AuthorizedAndItsReaderAdded_IsReadUntilEitherIsTakenAway()
    {
        (await _views.AuthorizeAsync(WarehouseStandIn.Energy, View, None)).Value.Should().BeTrue();
        (await _views.AuthorizeAsync(WarehouseStandIn.Energy, View, None)).Value.Should().BeFalse();
        (await _readers.AddAsync(View, Analyst, None)).Value.Should().BeTrue();
        (await _readers.AddAsync(View, Analyst, None)).Value.Should().BeFalse();
        (await _readers.AddAsync(View, Other, None)).Value.Should().BeTrue();
        (await _it.Raw.QueryAsync("SELECT name FROM shared.names", Analyst)).Should().HaveCount(3);

        (await _readers.RemoveAsync(View, Analyst, None)).Value.Should().BeTrue();
        (await _readers.RemoveAsync(View, Analyst, None)).Value.Should().BeFalse();
        (await _it.Raw.RefusedAsync("SELECT name FROM shared.names", Analyst)).Reason.Should().Be("accessDenied");
        (await _it.Raw.QueryAsync("SELECT name FROM shared.names", Other)).Should().HaveCount(3);

        (await _views.UnauthorizeAsync(WarehouseStandIn.Energy, View, None)).Value.Should().BeTrue();
        (await _views.UnauthorizeAsync(WarehouseStandIn.Energy, View, None)).Value.Should().BeFalse();
        (await _it.Raw.RefusedAsync("SELECT name FROM shared.names", Other)).Reason.Should().Be("accessDenied");
        (await _it.Client.FindDatasetAsync(WarehouseStandIn.Energy, None))!.Access.Should().HaveCount(4);
    }

    [Fact]
    public async Task Authorize_SomebodyElseWasFaster_ReadsAgainAndKeepsTheirs()
    {
        _it.Server.Faults.Next("bigquery.datasets.patch", Fault.PreconditionFailed, times: 3);
        (await _views.AuthorizeAsync(WarehouseStandIn.Energy, View, None)).Value.Should().BeTrue();
        _it.Count("bigquery.datasets.get").Should().BeGreaterThanOrEqualTo(4);

        await CreateViewAsync("more");
        var both = await Task.WhenAll(
            _views.UnauthorizeAsync(WarehouseStandIn.Energy, View, None),
            _views.AuthorizeAsync(WarehouseStandIn.Energy, WarehouseStandIn.Shared.Table("more"), None)
        );
        both.Should().OnlyContain(answer => answer.Value);
        (await AuthorizedAsync()).Should().Equal("more");
    }

    [Fact]
    public async Task Authorize_AlwaysChanged_GivesUp()
    {
        _it.Server.Faults.Next("bigquery.datasets.patch", Fault.PreconditionFailed, times: 100);
        (await _views.AuthorizeAsync(WarehouseStandIn.Energy, View, None))
            .Refusal!.Kind.Should()
            .Be(RefusalKind.Changed);
    }

    [Fact]
    public async Task Authorize_AnswerLost_IsDoneOnce()
    {
        _it.Server.Faults.Next("bigquery.datasets.patch", Fault.AnswerLost);
        (await _views.AuthorizeAsync(WarehouseStandIn.Energy, View, None)).Value.Should().BeTrue();
        (await AuthorizedAsync()).Should().Equal("names");
    }

    [Fact]
    public async Task Authorize_AListThatNamesADroppedView_DropsThatToo()
    {
        await CreateViewAsync("dropped");
        var dropped = WarehouseStandIn.Shared.Table("dropped");
        await _views.AuthorizeAsync(WarehouseStandIn.Energy, dropped, None);
        await _it.Client.DeleteTableAsync(dropped, None);

        (await _views.AuthorizeAsync(WarehouseStandIn.Energy, View, None)).Value.Should().BeTrue();
        (await AuthorizedAsync()).Should().Equal("names");
    }

    [Fact]
    public async Task Authorize_DatasetOrViewThatIsNotThere_IsGone()
    {
        var nowhere = new DatasetReference("test-project", "nowhere");
        (await _views.AuthorizeAsync(nowhere, View, None)).Refusal!.Kind.Should().Be(RefusalKind.Gone);
        (await _views.AuthorizeAsync(WarehouseStandIn.Energy, nowhere.Table("v"), None))
            .Refusal!.Kind.Should()
            .Be(RefusalKind.Gone);
        (await _readers.AddAsync(nowhere.Table("v"), Analyst, None)).Refusal!.Kind.Should().Be(RefusalKind.Gone);
        (await _readers.RemoveAsync(nowhere.Table("v"), Analyst, None)).Value.Should().BeFalse();
    }

    [Fact]
    public async Task Readers_ChangedMeanwhile_AreReadAgain()
    {
        _it.Server.Faults.Next(
            "bigquery.tables.setIamPolicy",
            Fault.Status(409, "aborted", "There were concurrent policy changes."),
            times: 2
        );
        (await _readers.AddAsync(View, Analyst, None)).Value.Should().BeTrue();
        _it.Count("bigquery.tables.getIamPolicy").Should().Be(3);
    }

    [Fact]
    public async Task Policy_Put_ShowsItsRowsToItsGranteesAloneAndLetsTheServiceWork()
    {
        await OpenToReadersAsync();
        (await _policies.PutAsync(WarehouseStandIn.Customers, North(), None)).Value.Should().BeTrue();
        (await SeenAsync(Analyst)).Should().Be(2);
        (await SeenAsync(Other)).Should().Be(0);
        (
            await _it.Jobs.RunAsync(
                new JobRequest(
                    "work",
                    new BigQueryStatement("DELETE FROM energy.customers WHERE id = 1"),
                    new JobPurpose("test"),
                    WarehouseStandIn.Customers
                ),
                None
            )
        )
            .Value.Changes!.Deleted.Should()
            .Be(1);
    }

    [Fact]
    public async Task Policy_PutAgain_ChangesNothing_AndReplacesConditionOrGrantees()
    {
        await _policies.PutAsync(WarehouseStandIn.Customers, North(), None);
        (await _policies.PutAsync(WarehouseStandIn.Customers, North(), None)).Value.Should().BeFalse();
        _it.Count("bigquery.rowAccessPolicies.update").Should().Be(0, "a policy may change five times in ten seconds");

        await OpenToReadersAsync();
        (await _policies.PutAsync(WarehouseStandIn.Customers, North() with { Filter = "region = 'south'" }, None))
            .Value.Should()
            .BeTrue();
        (await SeenAsync(Analyst)).Should().Be(1);
        (await _policies.PutAsync(WarehouseStandIn.Customers, North() with { Grantees = [Other] }, None))
            .Value.Should()
            .BeTrue();
        ((await SeenAsync(Analyst)), (await SeenAsync(Other))).Should().Be((0, 2));
    }

    [Fact]
    public async Task Policy_AnswerLost_IsDoneOnce()
    {
        _it.Server.Faults.Next("bigquery.rowAccessPolicies.insert", Fault.AnswerLost, times: 2);
        (await _policies.PutAsync(WarehouseStandIn.Customers, North(), None)).Refusal.Should().BeNull();
        (await _policies.ListAsync(WarehouseStandIn.Customers, None)).Should().Equal("governance_service", "north");
    }

    [Fact]
    public async Task Policy_TheLastOneRemoved_LeavesTheTableClosed()
    {
        await OpenToReadersAsync();
        await _policies.PutAsync(WarehouseStandIn.Customers, North(), None);
        await _policies.PutAsync(WarehouseStandIn.Customers, North() with { Id = "second" }, None);
        _it.Server.Faults.Next("bigquery.rowAccessPolicies.batchDelete", Fault.AnswerLost);
        (await _policies.RemoveAsync(WarehouseStandIn.Customers, ["north", "second", "unknown"], None))
            .Value.Should()
            .Be(2);
        (await _policies.RemoveAsync(WarehouseStandIn.Customers, ["north"], None)).Value.Should().Be(0);
        (await _policies.ListAsync(WarehouseStandIn.Customers, None)).Should().Equal("governance_service");
        ((await SeenAsync(Analyst)), (await SeenAsync(Other))).Should().Be((0, 0));
    }

    [Fact]
    public async Task Policy_ServicesOwnIsMissing_IsPutBeforeAnotherGoes()
    {
        await OpenToReadersAsync();
        await _it.Raw.QueryAsync(
            $"CREATE ROW ACCESS POLICY north ON energy.customers GRANT TO ('{Analyst}') FILTER USING (region = 'north')"
        );
        (await _policies.RemoveAsync(WarehouseStandIn.Customers, ["north"], None)).Value.Should().Be(1);
        ((await SeenAsync(Analyst)), (await SeenAsync(Other))).Should().Be((0, 0));
        var operations = _it.Server.Faults.Operations.ToList();
        operations
            .LastIndexOf("bigquery.rowAccessPolicies.insert")
            .Should()
            .BeLessThan(operations.LastIndexOf("bigquery.rowAccessPolicies.batchDelete"));
    }

    [Fact]
    public async Task Policy_ServicesOwn_CannotBeTouched_NorOneWithoutGrantees()
    {
        await _policies.CloseAsync(WarehouseStandIn.Customers, None);
        var own = RowAccessPolicies.ServicePolicy;
        (await _policies.RemoveAsync(WarehouseStandIn.Customers, [own], None))
            .Refusal!.Kind.Should()
            .Be(RefusalKind.Invalid);
        (await _policies.PutAsync(WarehouseStandIn.Customers, North() with { Id = own }, None))
            .Refusal!.Kind.Should()
            .Be(RefusalKind.Invalid);
        (await _policies.PutAsync(WarehouseStandIn.Customers, North() with { Grantees = [] }, None))
            .Refusal!.Kind.Should()
            .Be(RefusalKind.Invalid);
        (await _policies.ListAsync(WarehouseStandIn.Customers, None)).Should().Equal(own);

        // The client itself never forces the last one away.
        var reference = new RowAccessPolicyReference("test-project", "energy", "customers", own);
        (
            await FluentActions
                .Awaiting(() => _it.Client.DeleteRowAccessPolicyAsync(reference, None))
                .Should()
                .ThrowAsync<WarehouseException>()
        )
            .Which.Refusal.Kind.Should()
            .Be(RefusalKind.Invalid);
    }

    [Fact]
    public async Task Policy_AccountThatIsNotConfigured_IsTheOneThatBigQuerySees()
    {
        _it.Settings.ServiceAccount = null;
        await _policies.CloseAsync(WarehouseStandIn.Customers, None);
        var policy = new RowAccessPolicyReference("test-project", "energy", "customers", "governance_service");
        (await _it.Client.GetRowAccessPolicyIamAsync(policy, None))
            .Bindings!.Single()
            .Members.Should()
            .Equal(_it.Server.Options.Owner);
    }

    [Fact]
    public async Task Policy_TableThatIsNotThere_IsGone()
    {
        var nowhere = WarehouseStandIn.Energy.Table("nothing");
        (await _policies.PutAsync(nowhere, North(), None)).Refusal!.Kind.Should().Be(RefusalKind.Gone);
        (await _policies.RemoveAsync(nowhere, ["north"], None)).Value.Should().Be(0);
    }

    private static RowPolicy North() => new("north", "region = 'north'", [Analyst]);

    private async Task CreateViewAsync(string name) =>
        await _it.Client.InsertTableAsync(
            new TableResource
            {
                Reference = WarehouseStandIn.Shared.Table(name),
                View = new ViewDefinition { Query = "SELECT name FROM `test-project.energy.customers`" },
            },
            None
        );

    private async Task OpenToReadersAsync()
    {
        var dataset = (await _it.Client.FindDatasetAsync(WarehouseStandIn.Energy, None))!;
        dataset.Access!.Add(new AccessEntry { Role = "READER", IamMember = Analyst });
        dataset.Access.Add(new AccessEntry { Role = "READER", IamMember = Other });
        await _it.Client.PatchDatasetAsync(
            WarehouseStandIn.Energy,
            new DatasetResource { Access = dataset.Access },
            dataset.Etag!,
            None
        );
    }

    private async Task<int> SeenAsync(string member) =>
        (await _it.Raw.QueryAsync("SELECT id FROM energy.customers", member)).Count;

    private async Task<IReadOnlyList<string>> AuthorizedAsync() =>
        [
            .. (await _it.Client.FindDatasetAsync(WarehouseStandIn.Energy, None))!
                .Access!.Select(entry => entry.View?.TableId)
                .OfType<string>(),
        ];
}
