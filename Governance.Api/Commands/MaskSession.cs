using Governance.Api.Features.Keys;
using Governance.Api.Features.Suppression;
using Governance.Api.Storage;
using Governance.Masking;
using Governance.Masking.Kafka;
using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Api.Commands;

/// <summary>Keys, vault and list of erased people of a data directory; the service may run on it.</summary>
internal sealed class MaskSession : IAsyncDisposable
{
    private readonly IKeyEncryptionKey _kek;
    private readonly CommandStorage _storage;

    private MaskSession(IKeyEncryptionKey kek, TenantKeys keys, CommandStorage storage, ISuppressionList? suppressions)
    {
        _kek = kek;
        Keys = keys;
        _storage = storage;
        Identifiers = new Identifiers(keys, storage.Vault!, new IdentifiersOptions(), TimeProvider.System);
        Suppressions = suppressions;
    }

    public TenantKeys Keys { get; }

    public Identifiers Identifiers { get; }

    /// <summary>Erased people; <see langword="null"/> where no service has run on the directory.</summary>
    public ISuppressionList? Suppressions { get; }

    /// <summary>Opens them.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="settings">Say what wraps the keys.</param>
    /// <param name="newKeys">Whether keys may be made where there are none.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="MisuseException">There are no keys, or they cannot be used.</exception>
    public static async Task<MaskSession> OpenAsync(
        string dataDirectory,
        CommandSettings settings,
        bool newKeys,
        CancellationToken cancellationToken
    )
    {
        var root = Path.GetFullPath(dataDirectory);
        var keysFolder = settings.KeysOf(root);
        if (!newKeys && !File.Exists(Path.Combine(keysFolder, "keyset.json")))
        {
            // Masked under keys of a folder that was named by mistake, nothing would join with anything.
            throw new MisuseException(
                $"There is no keyset in {keysFolder}. Name the data directory of a service with --data, or make keys there with --new-keys."
            );
        }

        try
        {
            if (newKeys)
            {
                SecretFile.CreateFolder(root);
            }

            var kek = await KeyEncryption.OpenAsync(
                settings.Configuration,
                keysFolder,
                create: newKeys,
                cancellationToken
            );
            var keys = await TenantKeys.LoadOrCreateAsync(keysFolder, kek, cancellationToken: cancellationToken);
            var storage = await CommandStorage.OpenAsync(settings, root, newVault: true, cancellationToken);
            await storage.ConfirmKeysAsync(keys, cancellationToken);
            return new MaskSession(kek, keys, storage, await SuppressionsAsync(storage.State, cancellationToken));
        }
        catch (StartupException exception)
        {
            throw new MisuseException(exception.Message, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Identifiers.DisposeAsync();
        await _storage.DisposeAsync();
        Keys.Dispose();
        (_kek as IDisposable)?.Dispose();
    }

    private static async Task<ISuppressionList?> SuppressionsAsync(
        IStateStore? state,
        CancellationToken cancellationToken
    )
    {
        if (state is null)
        {
            return null;
        }

        var list = new StoredSuppressions(state, TimeProvider.System);
        await list.LoadAsync(cancellationToken);
        return list;
    }
}
