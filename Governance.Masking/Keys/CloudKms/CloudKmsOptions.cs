using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Governance.Masking.GoogleCloud;

namespace Governance.Masking.Keys.CloudKms;

/// <summary>Which key of Cloud KMS wraps the keysets, and how it is reached.</summary>
public sealed partial class CloudKmsOptions : IValidatableObject
{
    /// <summary>
    /// The key, of purpose ENCRYPT_DECRYPT: <c>projects/…/locations/…/keyRings/…/cryptoKeys/…</c>. Default: none, and the keysets are
    /// wrapped by a local key file.
    /// </summary>
    public string? Key { get; set; }

    /// <inheritdoc cref="GoogleAccess.CredentialsFile" />
    public string? CredentialsFile { get; set; }

    /// <inheritdoc cref="GoogleAccess.Endpoint" />
    public Uri? Endpoint { get; set; }

    /// <inheritdoc cref="GoogleAccess.AccessToken" />
    public string? AccessToken { get; set; }

    /// <summary>
    /// How long loaded keys may be used after Cloud KMS last confirmed them; then masking and revealing pause. Default: 24 hours.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:02", "30.00:00:00")]
    public TimeSpan HardLife { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often Cloud KMS is asked to confirm them: a key that is disabled there takes effect here so soon. Default: one hour.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long one attempt of a call may take. Default: ten seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a call is repeated, where Cloud KMS is away. Default: thirty seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan RetryBudget { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a key is named.</summary>
    internal bool IsUsed => !string.IsNullOrWhiteSpace(Key);

    /// <summary>Where Cloud KMS is, and as whom it is called.</summary>
    internal GoogleAccess Access =>
        new()
        {
            CredentialsFile = OrNull(CredentialsFile),
            Endpoint = Endpoint,
            AccessToken = OrNull(AccessToken),
        };

    /// <summary>How long keys that it wraps may be used without its word.</summary>
    /// <param name="time">Measures it.</param>
    public KeyLife Life(TimeProvider time) => new(HardLife, RefreshInterval, time);

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsUsed && !KeyName().IsMatch(Key!))
        {
            yield return new ValidationResult(
                "It must have the form projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>, without a version.",
                [nameof(Key)]
            );
        }

        var access = Access;
        if (!IsUsed && (access.CredentialsFile ?? access.AccessToken ?? access.Endpoint?.OriginalString) is not null)
        {
            // Whoever wrote these meant Cloud KMS: a local key file in its place would be a surprise.
            yield return new ValidationResult("Name the key too, or remove the other settings of it.", [nameof(Key)]);
        }

        foreach (var (member, fault) in access.Faults())
        {
            yield return new ValidationResult(fault, [member]);
        }

        if (HardLife <= RefreshInterval)
        {
            yield return new ValidationResult(
                $"It must be longer than {nameof(RefreshInterval)}, or keys end before they are confirmed.",
                [nameof(HardLife)]
            );
        }
    }

    private static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    [GeneratedRegex(
        @"^projects/[a-z0-9.:-]{1,100}/locations/[a-z0-9-]{1,63}/keyRings/[A-Za-z0-9_-]{1,63}/cryptoKeys/[A-Za-z0-9_-]{1,63}\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex KeyName();
}
