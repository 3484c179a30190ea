using Governance.Masking.Keys.CloudKms;

namespace Governance.Tests.Support.BigQuery.Kms;

/// <summary>The product's key against the stand-in.</summary>
internal static class StandInKey
{
    public const string Name = "projects/test-project/locations/europe-west2/keyRings/governance/cryptoKeys/kek";

    /// <summary>Options that reach a key of the stand-in, which makes it where there is none.</summary>
    public static CloudKmsOptions Options(BigQueryStandIn standIn)
    {
        if (standIn.Kms.Find(Name) is null)
        {
            standIn.Kms.Create(Name);
        }

        return new CloudKmsOptions
        {
            Key = Name,
            Endpoint = standIn.Address,
            AccessToken = standIn.Members.TokenFor(standIn.Options.Owner),
            RequestTimeout = TimeSpan.FromSeconds(5),
            RetryBudget = TimeSpan.Zero,
        };
    }

    /// <summary>The key.</summary>
    public static Task<CloudKmsKey> OpenAsync(BigQueryStandIn standIn, Action<CloudKmsOptions>? change = null)
    {
        var options = Options(standIn);
        change?.Invoke(options);
        return CloudKmsKey.OpenAsync(options, TimeProvider.System);
    }

    /// <summary>The stand-in's key.</summary>
    public static CryptoKey Of(BigQueryStandIn standIn) => standIn.Kms.Find(Name)!;

    /// <summary>How often KMS was asked to decrypt.</summary>
    public static int Decrypts(BigQueryStandIn standIn) =>
        standIn.Faults.Operations.Count(operation => operation is "cloudkms.decrypt");
}
