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
        var batch = plan.NewBatch();
        batch.Add(body);
        batch.MaskAsync(Identifiers, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
        if (batch.FaultOf(0) is { } fault)
        {
            throw new MalformedAvroException(fault.Code, fault.Reason);
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            batch.WriteJson(0, json);
        }

        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        await Identifiers.DisposeAsync();
        await _vault.DisposeAsync();
        Keys.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public Guid SurrogateOf(string domain, string plain)
    {
        Identifiers.TryGetKey(domain, Encoding.UTF8.GetBytes(plain), out var key).Should().BeTrue();
        return Identifiers
            .FindAsync([key], TestContext.Current.CancellationToken)
            .AsTask()
            .GetAwaiter()
            .GetResult()[key]
            .Surrogate;
    }
}
