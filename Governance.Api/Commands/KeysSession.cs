using Governance.Api.Features.Contracts;
using Governance.Api.Features.Keys;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Features.Quarantine;
using Governance.Api.Features.Receipts.Signing;
using Governance.Api.Storage;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Vault;

namespace Governance.Api.Commands;

/// <summary>
/// The keys of a data directory, and what belongs to them (vault, state); a service may run on it. Nothing is made that is
/// not there.
/// </summary>
internal sealed class KeysSession : IAsyncDisposable
{
    private readonly string _keysFolder;
    private readonly CommandStorage _storage;

    private KeysSession(string keysFolder, IKeyEncryptionKey kek, CommandStorage storage)
    {
        _keysFolder = keysFolder;
        _storage = storage;
        Kek = kek;
        Quarantine = Store is null ? null : new QuarantineKeys(Store);
        var uses = new List<IKeyUse>();
        if (Vault is not null)
        {
            uses.Add(new VaultKeys(Vault));
        }

        if (Store is not null)
        {
            uses.Add(Quarantine!);
            uses.Add(new FormatKeyColumns(Store, new ContractReader()));
        }

        Rotation = new KeyRotation(_keysFolder, Kek, uses, TimeProvider.System);
        Acts = new KeyActs(
            Rotation,
            Store is null ? null : new HashChainedLedger(Store, TimeProvider.System),
            keys: null
        );
        Receipts = ReceiptsWrappedBy(Kek);
    }

    /// <summary>Who acts, for the ledger: the account of the operating system.</summary>
    public static string Actor => $"os:{Environment.UserName}";

    /// <summary>Wraps the keysets and the receipt keys.</summary>
    public IKeyEncryptionKey Kek { get; }

    public KeyRotation Rotation { get; }

    public KeyActs Acts { get; }

    /// <summary>The vault, or <see langword="null"/> where there is none.</summary>
    public IWrappedKeys? Vault => _storage.WrappedKeys;

    /// <summary>The quarantine, or <see langword="null"/> where there is no state.</summary>
    public QuarantineKeys? Quarantine { get; }

    public ReceiptKeys Receipts { get; }

    /// <summary>Whether acts are written to a ledger.</summary>
    public bool HasLedger => Store is not null;

    /// <summary>Whether there are signing keys of receipts.</summary>
    public bool HasReceiptKeys => File.Exists(Path.Combine(_keysFolder, ReceiptKeys.FileName));

    private IStateStore? Store => _storage.State;

    /// <summary>Opens them.</summary>
    /// <exception cref="MisuseException">The data directory holds no keys.</exception>
    /// <exception cref="StartupException">The key encryption key cannot be used.</exception>
    public static async Task<KeysSession> OpenAsync(
        string dataDirectory,
        CommandSettings settings,
        CancellationToken cancellationToken
    )
    {
        var root = Path.GetFullPath(dataDirectory);
        var keys = settings.KeysOf(root);
        if (!File.Exists(Path.Combine(keys, "keyset.json")))
        {
            throw new MisuseException(
                $"There is no keyset in {keys}. Name the data directory of a service that has run once with --data."
            );
        }

        var kek = await KeyEncryption.OpenAsync(settings.Configuration, keys, create: false, cancellationToken);
        return new KeysSession(
            keys,
            kek,
            await CommandStorage.OpenAsync(settings, root, newVault: false, cancellationToken)
        );
    }

    /// <summary>The keys themselves; dispose of them.</summary>
    public Task<TenantKeys> LoadKeysAsync(CancellationToken cancellationToken) =>
        TenantKeys.LoadOrCreateAsync(_keysFolder, Kek, cancellationToken: cancellationToken);

    /// <summary>Wraps the keysets and the receipt keys anew; what the local key file wrapped is opened by it, where that is said.</summary>
    public async Task RewrapAsync(bool fromKeyFile, CancellationToken cancellationToken)
    {
        var kek = fromKeyFile ? new MovedKey(LocalKeyFile.Load(KeyEncryption.FileIn(_keysFolder)), Kek) : Kek;
        await new KeyRotation(_keysFolder, kek, [], TimeProvider.System).RewrapKeysetsAsync(
            new KeyAct(),
            cancellationToken
        );
        if (HasReceiptKeys)
        {
            using var receipts = ReceiptsWrappedBy(kek);
            await receipts.RewrapAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Receipts.Dispose();
        (Kek as IDisposable)?.Dispose();
        await _storage.DisposeAsync();
    }

    private ReceiptKeys ReceiptsWrappedBy(IKeyEncryptionKey kek) =>
        new(() => Path.Combine(_keysFolder, ReceiptKeys.FileName), kek, TimeProvider.System);
}
