using Governance.Api.Configuration;
using Governance.Masking;
using Governance.Masking.Keys;
using Governance.Masking.Keys.CloudKms;

namespace Governance.Api.Features.Keys;

/// <summary>The choice of the key encryption key, the same for the service and for its commands.</summary>
internal static class KeyEncryption
{
    public const string SectionName = $"{KeysOptions.SectionName}:{nameof(KeysOptions.Kms)}";
    private const string KeySetting = $"{SectionName}:{nameof(CloudKmsOptions.Key)}";

    /// <summary>Whether a key of Cloud KMS is named; else it is a local key file.</summary>
    public static bool UsesCloudKms(IConfiguration configuration) =>
        !string.IsNullOrWhiteSpace(configuration[KeySetting]);

    /// <summary>The local key file of a keys folder.</summary>
    public static string FileIn(string keysFolder) => Path.Combine(keysFolder, "kek.json");

    /// <summary>Opens what the settings choose, for a command.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="keysFolder">The keys folder.</param>
    /// <param name="create">Whether a key file may be made where there is none.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="StartupException">It cannot be used; says all that is wrong.</exception>
    public static async Task<IKeyEncryptionKey> OpenAsync(
        IConfiguration configuration,
        string keysFolder,
        bool create,
        CancellationToken cancellationToken
    )
    {
        return UsesCloudKms(configuration)
            ? await CloudKmsKey.OpenAsync(Settings(configuration), TimeProvider.System, cancellationToken)
            : OpenFile(keysFolder, create);
    }

    private static CloudKmsOptions Settings(IConfiguration configuration)
    {
        var section = configuration.GetSection(SectionName);
        var faults = new SettingsShape([]).FaultsOf(section, typeof(CloudKmsOptions)).ToArray();
        return faults.Length == 0
            ? section.Get<CloudKmsOptions>() ?? new CloudKmsOptions()
            : throw new StartupException(StartupFailure.Settings(faults.Select(fault => fault.ToString())));
    }

    /// <summary>Opens the local key file.</summary>
    /// <exception cref="KeyMaterialException">It cannot be used, or it is missing where keysets are that something wrapped.</exception>
    public static LocalKeyFile OpenFile(string keysFolder, bool create)
    {
        var file = FileIn(keysFolder);
        if (!File.Exists(file) && File.Exists(Path.Combine(keysFolder, "keyset.json")))
        {
            // A new one would open nothing.
            throw new KeyMaterialException(
                $"There are keysets in {keysFolder}, and no key file that wraps them. Where a key of Cloud KMS wraps them, set {KeySetting}; else restore kek.json from its backup."
            );
        }

        return create ? LocalKeyFile.LoadOrCreate(file) : LocalKeyFile.Load(file);
    }
}
