using Governance.Api.Features.Contracts;
using Governance.Api.Features.Keys;
using Governance.Api.Features.Ledger;
using Governance.Api.Features.Ledger.Chain;
using Governance.Api.Features.Quarantine;
using Governance.Api.Features.Receipts.Signing;
using Governance.Api.Storage;
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

    private KeysSession(string keysFolder, CommandStorage storage)
    {
        _keysFolder = keysFolder;
        _storage = storage;
        Kek = LocalKeyFile.Load(Path.Combine(_keysFolder, "kek.json"));
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
        Receipts = new ReceiptKeys(() => Path.Combine(_keysFolder, ReceiptKeys.FileName), Kek, TimeProvider.System);
    }

    /// <summary>Who acts, for the ledger: the account of the operating system.</summary>
    public static string Actor => $"os:{Environment.UserName}";

    public LocalKeyFile Kek { get; }

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
    /// <exception cref="KeyMaterialException">The key file cannot be used.</exception>
    public static async Task<KeysSession> OpenAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var settings = CommandSettings.Read();
        var root = Path.GetFullPath(dataDirectory);
        var keys = settings.KeysOf(root);
        if (!File.Exists(Path.Combine(keys, "keyset.json")))
        {
            throw new MisuseException(
                $"There is no keyset in {keys}. Name the data directory of a service that has run once with --data."
            );
        }

        return new KeysSession(
            keys,
            await CommandStorage.OpenAsync(settings, root, newVault: false, cancellationToken)
        );
    }

    /// <summary>The keys themselves; dispose of them.</summary>
    public Task<TenantKeys> LoadKeysAsync(CancellationToken cancellationToken) =>
        TenantKeys.LoadOrCreateAsync(_keysFolder, Kek, cancellationToken: cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Receipts.Dispose();
        await _storage.DisposeAsync();
    }
}
