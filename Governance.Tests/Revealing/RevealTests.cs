using System.Buffers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Governance.Masking.Contracts;
using Governance.Masking.Json;
using Governance.Masking.Revealing;
using Governance.Tests.Support;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Revealing;

/// <summary>What is masked can be seen again through one door alone, and the door writes down who went through.</summary>
public sealed class RevealTests : IAsyncLifetime
{
    private static readonly Dataset People = Dataset(
        "people",
        "id",
        Identifier("id", "customer_id", Link.Owns),
        Identifier("email", "email", Link.Owns),
        Personal("name", "seal", "user.name"),
        Personal("note", "seal", "user.content", ("under", "email")),
        Personal("colour", "token", "user"),
        Personal("account", "fpe", "user.financial", ("domain", "account")),
        Personal("gone", "drop", "user"),
        Personal("short", "redact", "user"),
        Public("kind")
    );

    private readonly MaskingBench _bench = new();
    private readonly Audit _audit = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task RevealAsync_WhatWasMasked_IsWhatWentIn()
    {
        var (ada, bob) = (await MaskAsync("C-1", "Ada@example.com", "Ada"), await MaskAsync("C-2", "b@x.org", "Bob"));
        var (adaId, adaEmail) = (Guid.Parse(ada["id"]), Guid.Parse(ada["email"]));

        (await RevealAsync("id", new(ada["id"]), new(bob["id"]))).Should().Equal(Plain("C-1"), Plain("C-2"));
        (await RevealAsync("email", new MaskedValue(ada["email"]))).Should().Equal(Plain("Ada@example.com"));
        (await RevealAsync("name", new MaskedValue(ada["name"], adaId))).Should().Equal(Plain("Ada"));
        (await RevealAsync("note", new MaskedValue(ada["note"], adaEmail))).Should().Equal(Plain("note of Ada"));
        (await RevealAsync("colour", new MaskedValue(ada["colour"]))).Should().Equal(Plain("red"));
        ada["account"].Should().MatchRegex("^[0-9]{10}$").And.NotBe("8000123456");
        (await RevealAsync("account", new MaskedValue(ada["account"]))).Should().Equal(Plain("8000123456"));
        _audit
            .Facts.Select(fact => fact with { Values = [] })
            .Should()
            .StartWith(new RevealFact("officer-1", "support.ticket-4711", "people", "id", "surrogate", 2, 2));
        _audit
            .Facts.First()
            .Values.Should()
            .Equal(
                new RevealFactValue(RevealFactValue.Of("people", "id", ada["id"]), null),
                new RevealFactValue(RevealFactValue.Of("people", "id", bob["id"]), null)
            );
    }

    [Fact]
    public async Task RevealAsync_ValuesOfOthers_AreNotRevealed()
    {
        var ada = await MaskAsync("C-1", "ada@example.com", "Ada");
        var bob = await MaskAsync("C-2", "b@x.org", "Bob");
        var (adaId, bobId) = (Guid.Parse(ada["id"]), Guid.Parse(bob["id"]));

        var sealedValues = await RevealAsync(
            "name",
            new(ada["name"], bobId),
            new(ada["note"], adaId),
            new(ada["name"]),
            new(ada["name"], Guid.Empty),
            new(ada["name"], Guid.Parse(ada["email"])),
            new("Ada", adaId)
        );
        sealedValues
            .Should()
            .Equal(
                Fault(RevealFaults.NotGenuine),
                Fault(RevealFaults.NotGenuine),
                Fault(RevealFaults.MissingSubject),
                Fault(RevealFaults.UnknownSurrogate),
                Fault(RevealFaults.UnknownSurrogate),
                Fault(RevealFaults.NotGenuine)
            );
        (await RevealAsync("id", new(ada["email"]), new("C-1")))
            .Should()
            .Equal(Fault(RevealFaults.UnknownSurrogate), Fault(RevealFaults.NotGenuine));
        (await RevealAsync("colour", new MaskedValue(ada["name"]))).Should().Equal(Fault(RevealFaults.NotGenuine));
        _audit.Facts.Select(fact => (fact.Asked, fact.Revealed)).Should().Equal((6, 0), (2, 0), (1, 0));
    }

    [Fact]
    public async Task RevealAsync_AnErasedPerson_IsUnknown()
    {
        var ada = await MaskAsync("C-1", "ada@example.com", "Ada");
        _bench.Identifiers.TryGetKey("customer_id", "C-1"u8, out var key).Should().BeTrue();
        await _bench.Identifiers.DestroyAsync([key], TestContext.Current.CancellationToken);

        (await RevealAsync("id", new MaskedValue(ada["id"]))).Should().Equal(Fault(RevealFaults.UnknownSurrogate));
        (await RevealAsync("name", new MaskedValue(ada["name"], Guid.Parse(ada["id"]))))
            .Should()
            .Equal(Fault(RevealFaults.UnknownSurrogate));
    }

    [Fact]
    public async Task RevealAsync_AuditThatFails_RevealsNothing()
    {
        var ada = await MaskAsync("C-1", "ada@example.com", "Ada");
        _audit.Failure = new IOException("the ledger is full");

        var reveal = async () => await RevealAsync("id", new MaskedValue(ada["id"]));

        (await reveal.Should().ThrowAsync<IOException>()).Which.Message.Should().NotContain("C-1");
    }

    [Theory]
    [InlineData("people", "gone", "support", RevealFaults.NotReversible)]
    [InlineData("people", "short", "support", RevealFaults.NotReversible)]
    [InlineData("people", "kind", "support", RevealFaults.NotReversible)]
    [InlineData("people", "other", "support", RevealFaults.UnknownColumn)]
    [InlineData("others", "id", "support", RevealFaults.UnknownDataset)]
    [InlineData("people", "id", "", RevealFaults.InvalidRequest)]
    [InlineData("people", "id", "because Ada Lovelace asked", RevealFaults.InvalidRequest)]
    public async Task RevealAsync_WhatCannotBeAsked_IsRefused(
        string dataset,
        string column,
        string purpose,
        string code
    )
    {
        var request = new RevealRequest(dataset, column, [new("x")], purpose, "officer-1");

        var reveal = async () => await Reveal().RevealAsync(request, TestContext.Current.CancellationToken);

        (await reveal.Should().ThrowAsync<RevealException>()).Which.Code.Should().Be(code);
        _audit.Facts.Should().BeEmpty();
    }

    [Theory]
    [InlineData(0, "officer-1")]
    [InlineData(RevealRequest.MaximumValues + 1, "officer-1")]
    [InlineData(1, " ")]
    public async Task RevealAsync_NoActorOrTooMany_IsRefused(int count, string actor)
    {
        var values = Enumerable.Repeat(new MaskedValue("x"), count).ToArray();

        var reveal = async () =>
            await Reveal().RevealAsync(new RevealRequest("people", "id", values, "support", actor), default);

        (await reveal.Should().ThrowAsync<RevealException>()).Which.Code.Should().Be(RevealFaults.InvalidRequest);
    }

    [Fact]
    public void RevealedValue_Printed_HoldsNoValue() => Plain("Ada").ToString().Should().NotContain("Ada");

    /// <summary>Nothing else that a user of the library can call turns a masked value back.</summary>
    [Fact]
    public void Library_HasNoOtherWayBack()
    {
        var doors = typeof(Reveal)
            .Assembly.GetExportedTypes()
            .SelectMany(type =>
                type.GetMethods(
                    BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly
                )
            )
            .Where(method =>
                method.Name.Contains("Reveal", StringComparison.OrdinalIgnoreCase)
                || method.Name.Contains("Open", StringComparison.Ordinal)
                || method.Name.Contains("Unseal", StringComparison.Ordinal)
                || method.Name.Contains("Decrypt", StringComparison.Ordinal)
            )
            .Where(method => !method.IsSpecialName)
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")
            .Where(name => !NoDoors.Contains(name))
            .Distinct();

        doors.Should().Equal("Reveal.RevealAsync");
    }

    // What opens files; what unwraps keys, for those who hold the key encryption key; and the quarantine's replay, which masks
    // what it opens.
    private static readonly string[] NoDoors =
    [
        "AvroFileReader.OpenAsync",
        // The key of a compacted topic's tombstone, within the erasure that destroys it; what the service itself sealed.
        "Identifiers.OpenForErasureAsync",
        "TenantKeys.TryOpenSecret",
        "SqliteVault.OpenAsync",
        "PostgresVault.OpenAsync",
        "IKeyEncryptionKey.DecryptAsync",
        "LocalKeyFile.DecryptAsync",
        "CloudKmsKey.OpenAsync",
        "CloudKmsKey.DecryptAsync",
        "TenantKeys.TryOpenQuarantine",
        "QuarantineSeal.Open",
    ];

    private async Task<Dictionary<string, string>> MaskAsync(string id, string email, string name)
    {
        var batch = JsonMaskingPlan.Compile(People, _bench.Keys).NewBatch();
        var record = new
        {
            id,
            email,
            name,
            note = $"note of {name}",
            colour = " red",
            account = "8000123456",
            @short = "x",
            kind = "k",
        };
        batch.Add(JsonSerializer.SerializeToUtf8Bytes(record));
        await batch.MaskAsync(_bench.Identifiers, TestContext.Current.CancellationToken);
        var output = new ArrayBufferWriter<byte>();
        batch.Write(0, output);
        return JsonSerializer.Deserialize<Dictionary<string, string>>(Encoding.UTF8.GetString(output.WrittenSpan))!;
    }

    [Fact]
    public async Task RevealAsync_ValueOfAnotherKey_IsOpenedByItsNumber()
    {
        using var rotated = _bench.Keys.Rotated();
        var column = People.AllColumns().Single(column => column.Path == "account");
        var rule = column.Masking! with
        {
            Parameters = column.Masking!.Parameters.SetItem("key", $"{rotated.PrimaryKeyId}"),
        };
        var masked = new System.Buffers.ArrayBufferWriter<byte>();
        Governance
            .Masking.Methods.MaskingMethods.Get(rule, column)
            .Compile(new(rule, column, Governance.Masking.Avro.ScalarType.Text, ""), rotated)
            .Mask("8000123456"u8, default, masked);
        var text = System.Text.Encoding.UTF8.GetString(masked.WrittenSpan);
        var reveal = new Reveal(new Catalog(), rotated, _bench.Identifiers, _audit);

        (await WithAsync(rotated.PrimaryKeyId)).Should().Equal(Plain("8000123456"));
        (await WithAsync(null)).Should().NotEqual([Plain("8000123456")]);
        var unknown = () => WithAsync(rotated.PrimaryKeyId ^ 1);
        (await unknown.Should().ThrowAsync<RevealException>()).Which.Code.Should().Be(RevealFaults.InvalidRequest);

        async Task<IReadOnlyList<RevealedValue>> WithAsync(uint? key) =>
            await reveal.RevealAsync(
                new RevealRequest("people", "account", [new(text)], "support.ticket-4711", "officer-1", key),
                TestContext.Current.CancellationToken
            );
    }

    private async Task<IReadOnlyList<RevealedValue>> RevealAsync(string column, params MaskedValue[] values) =>
        await Reveal()
            .RevealAsync(
                new RevealRequest("people", column, values, "support.ticket-4711", "officer-1"),
                TestContext.Current.CancellationToken
            );

    private Reveal Reveal() => new(new Catalog(), _bench.Keys, _bench.Identifiers, _audit);

    private static RevealedValue Plain(string text) => new(text, null);

    private static RevealedValue Fault(string code) => new(null, code);

    private sealed class Catalog : IContractCatalogSource
    {
        public ContractCatalog Current { get; } =
            new([new Contract("people", "1.0.0", "people", "active", "team", "hash", [People])]);
    }

    private sealed class Audit : IRevealAudit
    {
        public List<RevealFact> Facts { get; } = [];

        public Exception? Failure { get; set; }

        public ValueTask WriteAsync(RevealFact fact, CancellationToken cancellationToken)
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            Facts.Add(fact);
            return ValueTask.CompletedTask;
        }
    }
}
