using System.Buffers;
using System.Text;
using System.Text.Json;
using Governance.Masking.Avro;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Methods;
using Governance.Masking.Vault;
using Governance.Tests.Avro;

namespace Governance.Tests.Support;

/// <summary>Real keys, a real vault in a folder of its own, and the two passes of a plan in one call.</summary>
internal sealed class MaskingBench : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("governance-").FullName;
    private readonly SqliteVault _vault;
    private readonly Dictionary<IdentifierKey, ResolvedIdentifier> _resolved = [];
    private readonly Lock _gate = new();

    public MaskingBench()
    {
        Keys = TenantKeys.CreateEphemeral();
        _vault = SqliteVault.OpenAsync(Path.Combine(_folder, "vault.db")).GetAwaiter().GetResult();
        Identifiers = new Identifiers(Keys, _vault, new IdentifiersOptions(), TimeProvider.System);
        Plan = Compile(Everything.Dataset, Everything.Schema);
    }

    public TenantKeys Keys { get; }

    public Identifiers Identifiers { get; }

    /// <summary>The plan of <see cref="Everything"/>.</summary>
    public MaskingPlan Plan { get; }

    public MaskingPlan Compile(Dataset dataset, string schema) => MaskingPlan.Compile(dataset, schema, Keys);

    public JsonElement Mask(MaskingPlan plan, byte[] body)
    {
        var found = new RecordIdentifiers();
        plan.Discover(body, found, Identifiers);
        lock (_gate)
        {
            var wanted = found
                .Found.DistinctBy(identifier => identifier.Key)
                .ToDictionary(identifier => identifier.Key, identifier => identifier.Plain);
            Identifiers
                .ResolveAsync(wanted, _resolved, TestContext.Current.CancellationToken)
                .AsTask()
                .GetAwaiter()
                .GetResult();
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            plan.Write(body, found, _resolved, json);
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        await _vault.DisposeAsync();
        Keys.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public Guid SurrogateOf(string domain, string plain)
    {
        Identifiers.TryGetKey(domain, Encoding.UTF8.GetBytes(plain), out var key).Should().BeTrue();
        lock (_gate)
        {
            return _resolved[key].Surrogate;
        }
    }
}
