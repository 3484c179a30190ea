using System.Text.Json;
using Governance.Api.Configuration;
using Governance.Api.Sandbox.Registry;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Microsoft.Extensions.Options;

namespace Governance.Api.Sandbox.Generator;

/// <summary>
/// <c>sandbox.json</c> in the data directory: where any Kafka client joins. It stands there only while the sandbox is ready
/// for one.
/// </summary>
internal sealed class SandboxFile(
    DataDirectory directory,
    IKafkaEndpoint kafka,
    IOptions<SchemaRegistryOptions> registry,
    ServiceAddress address
)
{
    public const string Name = "sandbox.json";
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string Path => directory.PathOf(Name);

    public void Publish()
    {
        var api = address.Base.ToString().TrimEnd('/');
        var content = new
        {
            bootstrapServers = kafka.BootstrapServers,
            schemaRegistryUrl = registry.Value.Url ?? api + RegistryEndpoints.Path,
            apiUrl = api,
        };
        SecretFile.Replace(Path, JsonSerializer.SerializeToUtf8Bytes(content, Format));
    }

    public void Remove() => File.Delete(Path);
}
