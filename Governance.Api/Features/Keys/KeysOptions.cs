using System.ComponentModel.DataAnnotations;
using Governance.Masking.Keys.CloudKms;

namespace Governance.Api.Features.Keys;

/// <summary>Settings of the keys.</summary>
internal sealed class KeysOptions
{
    public const string SectionName = "Governance:Keys";

    /// <summary>
    /// How often the keyset's file is looked at: this is how long a rotation takes to reach a running service. Default: two seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The key of Cloud KMS that wraps the keysets. Default: none, a local key file does.</summary>
    [Required]
    public CloudKmsOptions Kms { get; set; } = new();
}
