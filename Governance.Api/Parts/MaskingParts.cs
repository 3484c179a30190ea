using Governance.Api.Configuration;
using Governance.Api.Features.Health;
using Governance.Masking.Revealing;
using Governance.Masking.Vault;

namespace Governance.Api.Parts;

/// <summary>Keys, vault and methods: what masking needs, with its embedded defaults.</summary>
internal static class MaskingParts
{
    public static void AddMaskingParts(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddKeyEncryptionKey();
        services.AddSandboxPart(SandboxPart.Vault);
        services.AddSingleton<IVault>(provider =>
            SqliteVault
                .OpenAsync(
                    provider.GetRequiredService<DataDirectory>().PathOf("vault.db"),
                    provider.GetRequiredService<TimeProvider>()
                )
                .GetAwaiter()
                .GetResult()
        );
        services.AddSingleton<IdentifiersOptions>();
        services.AddSingleton<Identifiers>();
        services.AddSingleton<Reveal>();

        services.AddSingleton<IHealthPart, VaultHealth>();
        services.AddStartupNote<DataDirectory>("vault", directory => $"{directory.PathOf("vault.db")} (SQLite)");
    }

    private sealed class VaultHealth(IVault vault) : IHealthPart
    {
        public string Name => "vault";

        public async ValueTask<PartState> CheckAsync(CancellationToken cancellationToken) =>
            PartState.Up with
            {
                Detail = $"{await vault.CountAsync(cancellationToken)} identifiers",
            };
    }
}
