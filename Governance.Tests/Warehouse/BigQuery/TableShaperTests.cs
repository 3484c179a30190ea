using System.Text.Json.Nodes;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Kafka;
using Governance.Tests.Support.BigQuery.Faults;
using static Governance.Tests.Warehouse.DuckDb.TemporaryWarehouse;

namespace Governance.Tests.Warehouse.BigQuery;

public sealed class TableShaperTests : IAsyncLifetime
{
    private const string EmailTag = "projects/p/locations/eu/taxonomies/1/policyTags/2";
    private const string ContactTag = "projects/p/locations/eu/taxonomies/1/policyTags/3";

    private SinkWorld _world = null!;

    public async ValueTask InitializeAsync() =>
        _world = await SinkWorld.StartAsync(
            tags: new Dictionary<string, string> { ["user.contact.email"] = EmailTag, ["user.contact"] = ContactTag }
        );

    public async ValueTask DisposeAsync()
    {
        if (_world is not null)
        {
            await _world.DisposeAsync();
        }
    }

    [Fact]
    public async Task EnsureTableAsync_NewTable_IsLaidOutAsItsContractSays()
    {
        var dataset = Dataset(
            "customers",
            Column("meter", domain: "mpan"),
            Column("customer", domain: "customer_id") with
            {
                Description = "Who it is.",
            },
            Column("referrer", domain: "customer_id") with
            {
                Link = Link.Shared,
            },
            Column(
                "contact",
                children:
                [
                    Column("contact.email", category: "user.contact.email"),
                    Column("contact.phone", category: "user.contact.phone_number"),
                    Column("contact.since"),
                ]
            ),
            Column("emails", category: "user.contact.email.work")
        ) with
        {
            Description = "Customers.",
            ContractId = "Energy/Customers v1",
            OwnerTeam = "Customer Team",
            Subject = new DatasetSubject("customer", "customer"),
        };
        var schema = Schema(
            Field("meter", ScalarKind.Uuid),
            Field("customer", ScalarKind.Uuid),
            Field("referrer", ScalarKind.Uuid),
            Field(
                "contact",
                new StructType([
                    Field("email", ScalarKind.Text),
                    Field("phone", ScalarKind.Text),
                    Field("since", ScalarKind.Date),
                ])
            ),
            Field("emails", new ListType(ScalarType.Text, ItemNullable: true))
        );

        await _world.Sink.EnsureTableAsync(dataset, schema, Cancelled);

        var table = await _world.Table("customers");
        table["timePartitioning"]!.ToJsonString().Should().Be("""{"type":"DAY","field":"_event_time"}""");
        table["clustering"]!["fields"]!.ToJsonString().Should().Be("""["customer","meter"]""");
        table["description"]!.GetValue<string>().Should().Be("Customers.");
        table["labels"]!
            .ToJsonString()
            .Should()
            .Be(
                """{"governance_contract":"energy_customers_v1","governance_dataset":"customers","governance_owner":"customer_team"}"""
            );
        var fields = table["schema"]!["fields"]!.AsArray();
        fields
            .Select(field => field!["name"]!.GetValue<string>())
            .Should()
            .Equal(
                "_kafka_partition",
                "_offset",
                "_event_time",
                "_ingested_at",
                "_source",
                "meter",
                "customer",
                "referrer",
                "contact",
                "emails"
            );
        fields[6]!["description"]!.GetValue<string>().Should().Be("Who it is.");
        fields[6]!["maxLength"]!.GetValue<string>().Should().Be("36");
        var contact = fields[8]!["fields"]!.AsArray();
        Tag(contact[0]).Should().Be(EmailTag);
        Tag(contact[1]).Should().Be(ContactTag);
        Tag(contact[2]).Should().BeNull();
        Tag(fields[9]!["fields"]![0]).Should().Be(EmailTag);
        Tag(fields[8]).Should().BeNull("a record takes no tag");
    }

    [Fact]
    public async Task EnsureTableAsync_WiderSchema_AddsColumnsAndNestedFieldsAndKeepsRows()
    {
        var dataset = Dataset("payments");
        var narrow = Schema(
            Field("a", ScalarKind.Int32),
            Field("r", new StructType([Field("x", ScalarKind.Text)])),
            Field("l", new ListType(new StructType([Field("x", ScalarKind.Text)]), ItemNullable: true))
        );
        var wide = Schema(
            Field("b", ScalarKind.Text),
            Field("a", ScalarKind.Int64),
            Field("r", new StructType([Field("y", ScalarKind.Text), Field("x", ScalarKind.Text)])),
            Field(
                "l",
                new ListType(
                    new StructType([Field("x", ScalarKind.Text), Field("y", ScalarKind.Text)]),
                    ItemNullable: false
                )
            )
        );
        await _world.Append(
            dataset,
            narrow,
            1,
            Row(
                0,
                new()
                {
                    ["a"] = "1",
                    ["r"] = new JsonObject { ["x"] = "x0" },
                    ["l"] = new JsonArray(new JsonObject { ["x"] = "l0" }),
                }
            )
        );
        await _world.Append(
            dataset,
            wide,
            2,
            Row(
                1,
                new()
                {
                    ["b"] = "b1",
                    ["a"] = "2",
                    ["r"] = new JsonObject { ["y"] = "y1", ["x"] = "x1" },
                    ["l"] = new JsonArray(new JsonObject { ["x"] = "l1", ["y"] = "m1" }),
                }
            )
        );
        // The narrow schema still fits.
        await _world.Append(
            dataset,
            narrow,
            3,
            Row(
                2,
                new()
                {
                    ["a"] = "3",
                    ["r"] = null,
                    ["l"] = new JsonArray(),
                }
            )
        );

        (
            await _world.Query(
                """
                SELECT FORMAT('%d %s %s %s %s', a, IFNULL(b, '-'), IFNULL(r.x, '-'), IFNULL(r.y, '-'),
                  IFNULL((SELECT STRING_AGG(CONCAT(i._list_item.x, IFNULL(i._list_item.y, '-'))) FROM UNNEST(l) AS i), '-'))
                FROM energy.payments ORDER BY _offset
                """
            )
        ).Should().Equal("1 - x0 - l0-", "2 b1 x1 y1 l1m1", "3 - - - -");
    }

    public static TheoryData<string, MaskedType, MaskedType, string> Apart =>
        new()
        {
            {
                "text to number",
                ScalarType.Text,
                new ScalarType(ScalarKind.Int32),
                "*holds STRING*writes INT64*field of its own*"
            },
            {
                "integer to double",
                new ScalarType(ScalarKind.Int64),
                new ScalarType(ScalarKind.Double),
                "*ALTER TABLE `payments` ALTER COLUMN `c` SET DATA TYPE FLOAT64*"
            },
            {
                "more digits",
                new ScalarType(ScalarKind.Decimal, 10, 2),
                new ScalarType(ScalarKind.Decimal, 12, 3),
                "*SET DATA TYPE NUMERIC(12,3)*"
            },
            {
                "numeric to bignumeric",
                new ScalarType(ScalarKind.Decimal, 38, 9),
                new ScalarType(ScalarKind.Decimal, 40, 10),
                "*SET DATA TYPE BIGNUMERIC(40,10)*"
            },
            { "uuid to text", ScalarType.Uuid, ScalarType.Text, "*holds STRING(36)*" },
            {
                "items become nullable",
                new ListType(ScalarType.Text, ItemNullable: false),
                new ListType(ScalarType.Text, ItemNullable: true),
                "*holds ARRAY<STRING>*"
            },
            {
                "map to list",
                new MapType(ScalarType.Text, ValueNullable: true),
                new ListType(ScalarType.Text, ItemNullable: true),
                "*cannot hold both*"
            },
            {
                "nested",
                new StructType([Field("x", ScalarKind.Int64)]),
                new StructType([Field("x", ScalarKind.Double)]),
                "*column c.x holds INT64*field of its own*"
            },
            {
                "case",
                new StructType([Field("x", ScalarKind.Int64)]),
                new StructType([Field("X", ScalarKind.Int64)]),
                "*upper and lower case*"
            },
        };

    [Theory]
    [MemberData(nameof(Apart))]
    public async Task EnsureTableAsync_TypeThatWouldChange_IsRefusedWithTheNextStep(
        string why,
        MaskedType held,
        MaskedType written,
        string message
    )
    {
        why.Should().NotBeEmpty();
        var dataset = Dataset("payments");
        await _world.Sink.EnsureTableAsync(dataset, Schema(Field("c", held)), Cancelled);

        var widen = () => _world.Sink.EnsureTableAsync(dataset, Schema(Field("c", written)), Cancelled);

        (await widen.Should().ThrowAsync<SinkSchemaException>()).WithMessage($"Table payments{message}");
        // What it holds still fits.
        await _world.NewSink().EnsureTableAsync(dataset, Schema(Field("c", held)), Cancelled);
    }

    [Theory]
    [InlineData("_offset")]
    [InlineData("_KAFKA_PARTITION")]
    public async Task EnsureTableAsync_ColumnOfTheSystem_IsRefused(string name)
    {
        var ensure = () =>
            _world.Sink.EnsureTableAsync(Dataset("payments"), Schema(Field(name, ScalarKind.Text)), Cancelled);

        (await ensure.Should().ThrowAsync<SinkSchemaException>()).WithMessage("*keeps this name for itself*");
    }

    [Theory]
    [InlineData("_governance_keys")]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    public async Task EnsureTableAsync_NameOfNoTable_IsRefused(string name)
    {
        var ensure = () => _world.Sink.EnsureTableAsync(Dataset(name), Schema(Field("c", ScalarKind.Text)), Cancelled);

        await ensure.Should().ThrowAsync<SinkSchemaException>();
    }

    [Fact]
    public async Task EnsureTableAsync_TableOfSomebodyElse_IsRefused()
    {
        await _world.Send(
            HttpMethod.Post,
            "tables",
            """
            {"tableReference":{"projectId":"test-project","datasetId":"energy","tableId":"payments"},
             "schema":{"fields":[{"name":"c","type":"STRING"}]}}
            """
        );

        var ensure = () =>
            _world.Sink.EnsureTableAsync(Dataset("payments"), Schema(Field("c", ScalarKind.Text)), Cancelled);

        (await ensure.Should().ThrowAsync<SinkSchemaException>()).WithMessage("*the service did not make it*");
    }

    [Fact]
    public async Task EnsureTableAsync_ProcessesThatWidenAtTheSameTime_LoseNothing()
    {
        var dataset = Dataset("payments");
        var ensured = Enumerable
            .Range(0, 6)
            .Select(at =>
                _world
                    .NewSink()
                    .EnsureTableAsync(
                        dataset,
                        Schema(Field("shared", ScalarKind.Text), Field($"c{at}", ScalarKind.Text)),
                        Cancelled
                    )
            );

        await Task.WhenAll(ensured);

        var fields = (await _world.Table("payments"))["schema"]!["fields"]!.AsArray();
        fields
            .Select(field => field!["name"]!.GetValue<string>())
            .Skip(5)
            .Should()
            .BeEquivalentTo("shared", "c0", "c1", "c2", "c3", "c4", "c5");
    }

    [Theory]
    [InlineData("bigquery.tables.insert")]
    [InlineData("bigquery.tables.patch")]
    [InlineData("bigquery.tables.get")]
    public async Task EnsureTableAsync_FaultOnTheWay_IsTriedAgain(string operation)
    {
        var dataset = Dataset("payments");
        foreach (
            var fault in new[]
            {
                Fault.AnswerLost,
                Fault.Unavailable,
                Fault.PreconditionFailed,
                Fault.RateLimitExceeded,
            }
        )
        {
            if (fault != Fault.PreconditionFailed || operation == "bigquery.tables.patch")
            {
                _world.StandIn.Faults.Next(operation, fault);
            }
        }

        await _world.Sink.EnsureTableAsync(dataset, Schema(Field("a", ScalarKind.Text)), Cancelled);
        await _world.Sink.EnsureTableAsync(
            dataset,
            Schema(Field("a", ScalarKind.Text), Field("b", ScalarKind.Text)),
            Cancelled
        );

        (await _world.Table("payments"))["schema"]!["fields"]!.AsArray().Should().HaveCount(7);
    }

    [Fact]
    public async Task EnsureTableAsync_WideningTable_KeepsWhatOthersPutOnIt()
    {
        var dataset = Dataset("payments");
        await _world.Sink.EnsureTableAsync(dataset, Schema(Field("a", ScalarKind.Text)), Cancelled);
        var fields = (await _world.Table("payments"))["schema"]!["fields"]!.DeepClone().AsArray();
        fields[5]!["policyTags"] = new JsonObject { ["names"] = new JsonArray(EmailTag) };
        fields[5]!["description"] = "Theirs.";
        await _world.Send(
            HttpMethod.Patch,
            "tables/payments",
            new JsonObject { ["schema"] = new JsonObject { ["fields"] = fields } }.ToJsonString()
        );

        await _world
            .NewSink()
            .EnsureTableAsync(dataset, Schema(Field("a", ScalarKind.Text), Field("b", ScalarKind.Text)), Cancelled);

        var widened = (await _world.Table("payments"))["schema"]!["fields"]!.AsArray();
        widened.Should().HaveCount(7);
        Tag(widened[5]).Should().Be(EmailTag);
        widened[5]!["description"]!.GetValue<string>().Should().Be("Theirs.");
    }

    private static string? Tag(JsonNode? field) => field!["policyTags"]?["names"]?[0]?.GetValue<string>();
}
