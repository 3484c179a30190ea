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
/// The keys of a data directory, and what stands beside them there (vault, state); a service may run on it. Nothing is made that is
/// not there.
/// </summary>
internal sealed class KeysSession : IAsyncDisposable
{
    private readonly string _keysFolder;
    private readonly ServiceProvider? _state;

    private KeysSession(string root, IKeyEncryptionKey kek, ServiceProvider? state, SqliteVault? vault)
    {
        _keysFolder = Path.Combine(root, "keys");
        _state = state;
        Vault = vault;
        Kek = kek;
        Quarantine = Store is null ? null : new QuarantineKeys(Store);
        var uses = new List<IKeyUse>();
        if (vault is not null)
        {
            uses.Add(new VaultKeys(vault));
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
    public SqliteVault? Vault { get; }

    /// <summary>The quarantine, or <see langword="null"/> where there is no state.</summary>
    public QuarantineKeys? Quarantine { get; }

    public ReceiptKeys Receipts { get; }

    /// <summary>Whether acts are written to a ledger.</summary>
    public bool HasLedger => Store is not null;

    /// <summary>Whether there are signing keys of receipts.</summary>
    public bool HasReceiptKeys => File.Exists(Path.Combine(_keysFolder, ReceiptKeys.FileName));

    private IStateStore? Store => _state?.GetRequiredService<IStateStore>();

    /// <summary>Opens them.</summary>
    /// <exception cref="MisuseException">The data directory holds no keys.</exception>
    /// <exception cref="StartupException">The key encryption key cannot be used.</exception>
    public static async Task<KeysSession> OpenAsync(
        string dataDirectory,
        IConfiguration settings,
        CancellationToken cancellationToken
    )
    {
        var root = Path.GetFullPath(dataDirectory);
        if (!File.Exists(Path.Combine(root, "keys", "keyset.json")))
        {
            throw new MisuseException(
                $"There is no keyset in {Path.Combine(root, "keys")}. Name the data directory of a service that has run once with --data."
            );
        }

        var kek = await KeyEncryption.OpenAsync(settings, Path.Combine(root, "keys"), create: false, cancellationToken);
        var vault = File.Exists(Path.Combine(root, "vault.db"))
            ? await SqliteVault.OpenAsync(Path.Combine(root, "vault.db"), cancellationToken)
            : null;
        var state = File.Exists(StateFile.In(root))
            ? new ServiceCollection().AddStateStorage(_ => root).BuildServiceProvider()
            : null;
        return new KeysSession(root, kek, state, vault);
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
        if (Vault is not null)
        {
            await Vault.DisposeAsync();
        }

        if (_state is not null)
        {
            await _state.DisposeAsync();
        }
    }

    private ReceiptKeys ReceiptsWrappedBy(IKeyEncryptionKey kek) =>
        new(() => Path.Combine(_keysFolder, ReceiptKeys.FileName), kek, TimeProvider.System);
}
