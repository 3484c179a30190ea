using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Governance.Masking.Contracts;
using Governance.Masking.Json;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Governance.Tests.Avro.Fuzzing;
using Governance.Tests.Support;
using static Governance.Tests.Support.Contracts;

namespace Governance.Tests.Json;

/// <summary>Broken JSON objects: each has a fault or is masked, none stops or changes its neighbours.</summary>
public sealed class JsonBatchFuzzTests : IAsyncDisposable
{
    // No plain column holds text: a quotation mark that moved could make a masked value a plain column's.
    private static readonly Dataset Contract = Dataset(
        "marked",
        "id",
        Identifier("id", "customer_id", Link.Owns),
        Public("flag") with
        {
            LogicalType = "boolean",
        },
        Personal("name", "seal", "user.name"),
        Public("age") with
        {
            LogicalType = "integer",
        },
        Personal("email", "token", "user.contact.email", ("domain", "email")),
        Composite("contacts", Composite("", Personal("number", "token", "user.contact.phone"))),
        Composite("wishes", Personal("k0", "token", "user"), Personal("k1", "drop"), Personal("k2", "digest", "user")),
        Personal("secret", "seal", "user.behavior"),
        Personal("note", "redact", "user.content"),
        Personal("gone", "drop")
    );

    private readonly TenantKeys _keys = TenantKeys.CreateEphemeral();
    private readonly Identifiers _identifiers;

    public JsonBatchFuzzTests() =>
        _identifiers = new Identifiers(_keys, new MemoryVault(), new IdentifiersOptions(), TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await _identifiers.DisposeAsync();
        _keys.Dispose();
    }

    [Fact]
    public void JsonBatch_MutatedObjects_AreMaskedOrRefused()
    {
        var plan = JsonMaskingPlan.Compile(Contract, _keys);
        var good = Enumerable.Range(0, 100).Select(Object).ToArray();
        var runs = new ConcurrentBag<FuzzRun>();
        Gen.ULong.Sample(
            seed =>
            {
                var run = runs.TryTake(out var spare) ? spare : Make(plan, good);
                run.Feed(seed);
                runs.Add(run);
            },
            iter: 5_000
        );

        var fed = runs.Sum(run => run.Fed);
        fed.Should().BeGreaterThan(250_000);
        runs.Sum(run => run.Accepted).Should().BeInRange(fed / 50, fed * 9 / 10);
    }

    private FuzzRun Make(JsonMaskingPlan plan, byte[][] good)
    {
        var batch = plan.NewBatch();
        return new FuzzRun(
            batch,
            batch.Add,
            (record, output) =>
            {
                batch.Write(record, output);
                JsonNode.Parse(output.Written).Should().BeOfType<JsonObject>();
            },
            good,
            Mutations.OfJson,
            _identifiers
        );
    }

    private static byte[] Object(int number)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{MarkedRecords.Mark} {number}");
        var json = new JsonObject
        {
            ["id"] = string.Create(CultureInfo.InvariantCulture, $"C-{number % 40:D6}"),
            ["flag"] = number % 2 == 0,
            ["name"] = number % 5 == 0 ? null : mark,
            ["age"] = number,
            ["email"] = $"{MarkedRecords.Mark}@example.com",
            ["contacts"] = new JsonArray([
                .. Enumerable.Range(0, number % 4).Select(_ => new JsonObject { ["number"] = mark }),
            ]),
            ["wishes"] = new JsonObject
            {
                ["k0"] = mark,
                ["k1"] = mark,
                ["k2"] = $"{mark} \"é\\\u0001",
            },
            ["secret"] = new JsonObject { ["any"] = new JsonArray(mark, 1, new JsonObject { ["deep"] = mark }) },
            ["note"] = mark,
            ["gone"] = new JsonArray(mark),
        };
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
