using Governance.Masking.Keys;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Governance.Api.Configuration;

internal static class KeyEncryptionKeyRegistration
{
    private const string FileName = "kek.json";

    /// <summary>The key that wraps all others: a local key file, unless another is registered before.</summary>
    public static void AddKeyEncryptionKey(this IHostApplicationBuilder builder) =>
        builder.Services.TryAddSingleton<IKeyEncryptionKey>(provider =>
            LocalKeyFile.LoadOrCreate(Path.Combine(provider.GetRequiredService<DataDirectory>().Keys, FileName))
        );
}
