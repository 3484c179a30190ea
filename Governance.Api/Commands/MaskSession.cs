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
    private readonly SqliteVault _vault;

    private MaskSession(IKeyEncryptionKey kek, TenantKeys keys, SqliteVault vault, ISuppressionList? suppressions)
    {
        _kek = kek;
        Keys = keys;
        _vault = vault;
        Identifiers = new Identifiers(keys, vault, new IdentifiersOptions(), TimeProvider.System);
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
        IConfiguration settings,
        bool newKeys,
        CancellationToken cancellationToken
    )
    {
        var root = Path.GetFullPath(dataDirectory);
        var keysFolder = Path.Combine(root, "keys");
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

            var kek = await KeyEncryption.OpenAsync(settings, keysFolder, create: newKeys, cancellationToken);
            var keys = await TenantKeys.LoadOrCreateAsync(keysFolder, kek, cancellationToken: cancellationToken);
            var vault = await SqliteVault.OpenAsync(Path.Combine(root, "vault.db"), cancellationToken);
            return new MaskSession(kek, keys, vault, await SuppressionsAsync(root, cancellationToken));
        }
        catch (StartupException exception)
        {
            throw new MisuseException(exception.Message, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Identifiers.DisposeAsync();
        await _vault.DisposeAsync();
        Keys.Dispose();
        (_kek as IDisposable)?.Dispose();
    }

    private static async Task<ISuppressionList?> SuppressionsAsync(string root, CancellationToken cancellationToken)
    {
        if (!File.Exists(StateFile.In(root)))
        {
            return null;
        }

        await using var state = new ServiceCollection().AddStateStorage(_ => root).BuildServiceProvider();
        var list = new StoredSuppressions(state.GetRequiredService<IStateStore>(), TimeProvider.System);
        await list.LoadAsync(cancellationToken);
        return list;
    }
}
