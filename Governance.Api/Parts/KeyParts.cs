using Governance.Api.Configuration;
using Governance.Api.Features.Health;
using Governance.Api.Features.Keys;
using Governance.Masking.Keys;
using Governance.Masking.Keys.CloudKms;
using Microsoft.Extensions.Options;

namespace Governance.Api.Parts;

/// <summary>The tenant's keys, wrapped by a key of Cloud KMS where one is named, else by the embedded default: a local key file.</summary>
internal static class KeyParts
{
    public static void AddKeyEncryptionKey(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        if (KeyEncryption.UsesCloudKms(builder.Configuration))
        {
            services.AddSingleton<IKeyEncryptionKey>(provider =>
                CloudKmsKey
                    .OpenAsync(
                        provider.GetRequiredService<IOptions<KeysOptions>>().Value.Kms,
                        provider.GetRequiredService<TimeProvider>()
                    )
                    .GetAwaiter()
                    .GetResult()
            );
            services.AddSingleton(provider =>
                Load(
                    provider,
                    provider
                        .GetRequiredService<IOptions<KeysOptions>>()
                        .Value.Kms.Life(provider.GetRequiredService<TimeProvider>())
                )
            );
            services.AddStartupNote<IKeyEncryptionKey>("keys", key => $"Cloud KMS {key.Uri}");
        }
        else
        {
            services.AddSandboxPart(SandboxPart.Keys);
            services.AddSingleton<IKeyEncryptionKey>(provider =>
                KeyEncryption.OpenFile(provider.GetRequiredService<DataDirectory>().Keys, create: true)
            );
            services.AddSingleton(provider => Load(provider, life: null));
            services.AddStartupNote<DataDirectory>("keys", directory => $"{directory.Keys} (local key file)");
        }

        services.AddSingleton<IHealthPart, KeysHealth>();
    }

    // Once, before anything is served: a service without its keys has nothing else to do.
    private static TenantKeys Load(IServiceProvider provider, KeyLife? life)
    {
        var folder = provider.GetRequiredService<DataDirectory>().Keys;
        try
        {
            return TenantKeys
                .LoadOrCreateAsync(folder, provider.GetRequiredService<IKeyEncryptionKey>(), life: life)
                .GetAwaiter()
                .GetResult();
        }
        catch (KeyMaterialException exception)
            when (life is not null && !exception.IsWithdrawn && File.Exists(KeyEncryption.FileIn(folder)))
        {
            throw new KeyMaterialException(
                $"{exception.Message} If it is still wrapped by {KeyEncryption.FileIn(folder)}, run: keys rekey --from-key-file",
                exception
            );
        }
    }
}
