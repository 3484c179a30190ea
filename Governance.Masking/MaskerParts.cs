using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Vault;
using Microsoft.Extensions.Options;

namespace Governance.Masking;

/// <summary>What a masker is made of, with the embedded defaults of <see cref="MaskerOptions"/>; opened and closed together.</summary>
internal sealed class MaskerParts : IAsyncDisposable
{
    private readonly SqliteVault? _ownVault;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _reloading;

    private MaskerParts(
        IContractCatalogSource contracts,
        TenantKeys keys,
        SqliteVault? ownVault,
        IVault vault,
        MaskerOptions options
    )
    {
        Contracts = contracts;
        Keys = keys;
        _ownVault = ownVault;
        Identifiers = new Identifiers(keys, vault, options.Identifiers, options.Time);
        _reloading = ReloadAsync(keys, options.KeyReload, options.Time, _stopping.Token);
    }

    public IContractCatalogSource Contracts { get; }

    public TenantKeys Keys { get; }

    public Identifiers Identifiers { get; }

    public static async Task<MaskerParts> OpenAsync(MaskerOptions options, CancellationToken cancellationToken)
    {
        Check(options);
        var contracts = options.Catalog ?? ContractFiles.Load(options.Contracts);
        var keys = await OpenKeysAsync(options, cancellationToken);
        try
        {
            var ownVault = options.Vault is null
                ? await SqliteVault.OpenAsync(options.VaultFile, cancellationToken)
                : null;
            return new MaskerParts(contracts, keys, ownVault, options.Vault ?? ownVault!, options);
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    private static Task<TenantKeys> OpenKeysAsync(MaskerOptions options, CancellationToken cancellationToken) =>
        TenantKeys.LoadOrCreateAsync(
            options.KeyFolder,
            options.KeyEncryptionKey ?? LocalKeyFile.LoadOrCreate(Path.Combine(options.KeyFolder, "kek.json")),
            options.Tenant,
            options.KeyLife,
            cancellationToken
        );

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reloading;
        _stopping.Dispose();
        await Identifiers.DisposeAsync();
        if (_ownVault is not null)
        {
            await _ownVault.DisposeAsync();
        }

        Keys.Dispose();
    }

    private static void Check(MaskerOptions options)
    {
        if (new MaskerOptionsValidator().Validate(null, options) is { Failed: true } result)
        {
            throw new OptionsValidationException(nameof(MaskerOptions), typeof(MaskerOptions), result.Failures);
        }
    }

    // A long-lived producer must not go on with a key that was retired meanwhile. A keyset that is refused is tried again; the one
    // before stays in force, and TenantKeys.ReloadFault says why.
    private static async Task ReloadAsync(
        TenantKeys keys,
        TimeSpan every,
        TimeProvider time,
        CancellationToken stopping
    )
    {
        using var timer = new PeriodicTimer(every, time);
        while (true)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(stopping))
                {
                    return;
                }

                // First: a changed file that is refused must not end the keys that are in use.
                await keys.ConfirmAsync(stopping);
                _ = await keys.ReloadAsync(stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception exception)
                when (exception is KeyMaterialException or KeysUnavailableException or IOException)
            {
                // Tried again at the next tick.
            }
        }
    }
}
