using Governance.Api.Storage;
using Governance.Api.Storage.Postgres;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Microsoft.Extensions.Options;

namespace Governance.Api.Commands;

/// <summary>State and vault for a command: those of a data directory, or those in PostgreSQL where the settings name one.</summary>
internal sealed class CommandStorage : IAsyncDisposable
{
    private readonly ServiceProvider? _services;
    private readonly IAsyncDisposable? _vault;

    private CommandStorage(ServiceProvider? services, IVault? vault)
    {
        _services = services;
        Vault = vault;
        _vault = vault as IAsyncDisposable;
    }

    /// <summary>The state, or <see langword="null"/> where there is none.</summary>
    public IStateStore? State => _services?.GetRequiredService<IStateStore>();

    /// <summary>The vault, or <see langword="null"/> where there is none.</summary>
    public IVault? Vault { get; }

    /// <summary>The vault's wrapped keys.</summary>
    public IWrappedKeys? WrappedKeys => Vault as IWrappedKeys;

    /// <summary>Opens them.</summary>
    /// <param name="settings">The service's settings.</param>
    /// <param name="root">The data directory.</param>
    /// <param name="newVault">Whether a vault's file is made where there is none.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="Governance.Masking.StartupException">PostgreSQL does not answer, or refuses.</exception>
    public static async Task<CommandStorage> OpenAsync(
        CommandSettings settings,
        string root,
        bool newVault,
        CancellationToken cancellationToken
    )
    {
        if (settings.Postgres.IsChosen)
        {
            return await OpenPostgresAsync(settings.Postgres, cancellationToken);
        }

        var file = Path.Combine(root, "vault.db");
        var vault = newVault || File.Exists(file) ? await SqliteVault.OpenAsync(file, cancellationToken) : null;
        var services = File.Exists(StateFile.In(root))
            ? new ServiceCollection().AddStateStorage(_ => root).BuildServiceProvider()
            : null;
        return new CommandStorage(services, vault);
    }

    /// <summary>Makes sure that the vault was filled under these keys, where it can be another's.</summary>
    /// <exception cref="MisuseException">It was not.</exception>
    public async Task ConfirmKeysAsync(TenantKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            if (Vault is PostgresVault shared)
            {
                await shared.ConfirmKeysAsync(keys, cancellationToken);
            }
        }
        catch (VaultException exception)
        {
            throw new MisuseException(exception.Message, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_vault is not null)
        {
            await _vault.DisposeAsync();
        }

        if (_services is not null)
        {
            await _services.DisposeAsync();
        }
    }

    private static async Task<CommandStorage> OpenPostgresAsync(
        PostgresOptions options,
        CancellationToken cancellationToken
    )
    {
        var services = new ServiceCollection()
            .AddSingleton(Options.Create(options))
            .AddSingleton(TimeProvider.System)
            .AddPostgresStorage()
            .BuildServiceProvider();
        try
        {
            var server = services.GetRequiredService<PostgresServer>();
            var vault = await server.StartAsync(() =>
                PostgresVault.OpenAsync(server.ConnectionString, cancellationToken)
            );
            return new CommandStorage(services, vault);
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }
}
