using Governance.Api.Configuration;
using Governance.Api.Features.Health;
using Governance.Api.Storage;
using Governance.Api.Storage.Postgres;
using Governance.Masking;
using Governance.Masking.Keys;
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
        if (builder.UsesPostgres())
        {
            services.AddPostgresVault();
        }
        else
        {
            services.AddSqliteVault();
        }

        services.AddSingleton<IdentifiersOptions>();
        services.AddSingleton<Identifiers>();
        services.AddSingleton<Reveal>();
    }

    private static void AddSqliteVault(this IServiceCollection services)
    {
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
        services.AddSingleton<IHealthPart, VaultHealth>();
        services.AddStartupNote<DataDirectory>("vault", directory => $"{directory.PathOf("vault.db")} (SQLite)");
    }

    private static void AddPostgresVault(this IServiceCollection services)
    {
        services.AddSingleton<IVault>(provider => OpenPostgresVaultAsync(provider).GetAwaiter().GetResult());
        services.AddSingleton<IHealthPart>(provider => new PostgresHealth(
            provider.GetRequiredService<PostgresServer>(),
            SandboxPart.Vault
        ));
        services.AddStartupNote<PostgresServer>("vault", server => $"{server.Where} (PostgreSQL)");
    }

    private static Task<PostgresVault> OpenPostgresVaultAsync(IServiceProvider provider)
    {
        var server = provider.GetRequiredService<PostgresServer>();
        return server.StartAsync(async () =>
        {
            var vault = await PostgresVault.OpenAsync(
                server.ConnectionString,
                provider.GetRequiredService<TimeProvider>()
            );
            try
            {
                await vault.ConfirmKeysAsync(provider.GetRequiredService<TenantKeys>(), CancellationToken.None);
                return vault;
            }
            catch (VaultException exception)
            {
                await vault.DisposeAsync();
                throw new StartupException(exception.Message, exception);
            }
        });
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
