using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Governance.Api.Features.Recipients;

/// <summary>Who is told when a person's data was erased, rectified or restricted (GDPR Art. 19).</summary>
internal sealed partial class RecipientsOptions : IValidatableObject
{
    public const string SectionName = "Governance:Recipients";

    /// <summary>Recipients that are called over HTTPS. Default: none.</summary>
    public IList<WebhookRecipient> Webhooks { get; } = [];

    /// <summary>Recipients that read a Kafka topic. Default: none.</summary>
    public IList<TopicRecipient> Topics { get; } = [];

    /// <summary>How often the worker looks for notices that no signal announced; default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a recipient may take for an answer; default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:02:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause after a first failure; it doubles with each further one, up to five minutes. Default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long a notice that cannot be delivered, or is not acknowledged, has failed for good; default 3 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(3);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var names = Webhooks.Select(one => one.Name).Concat(Topics.Select(one => one.Name)).ToArray();
        if (names.Any(name => !Label.IsMatch(name)))
        {
            yield return new ValidationResult(
                "Each recipient has a name of a-z, 0-9, _ and -, at most 40 characters.",
                [nameof(Webhooks), nameof(Topics)]
            );
        }

        if (names.Distinct(StringComparer.Ordinal).Count() < names.Length)
        {
            yield return new ValidationResult("Two recipients have the same name.", [nameof(Webhooks), nameof(Topics)]);
        }

        if (Webhooks.Any(one => one.Endpoint is null))
        {
            yield return new ValidationResult(
                "A webhook has a URL with https, without user and password; http is for this machine's own loopback address.",
                [nameof(Webhooks)]
            );
        }

        if (Webhooks.Any(one => one.Key() is null))
        {
            yield return new ValidationResult(
                "A webhook has a secret: whsec_ and 24 to 64 random bytes in base64, as Standard Webhooks wants it.",
                [nameof(Webhooks)]
            );
        }

        if (Topics.Any(one => string.IsNullOrWhiteSpace(one.Topic)))
        {
            yield return new ValidationResult("A recipient of this kind has a topic.", [nameof(Topics)]);
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9_-]{0,39}\z", RegexOptions.None, 1000)]
    private static partial Regex Label { get; }
}

/// <summary>A recipient that is called. A class, so that no text form shows the secret.</summary>
internal sealed class WebhookRecipient
{
    private const string Prefix = "whsec_";

    /// <summary>Its name, in the requests' views and in the ledger.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where it is called.</summary>
    public string Url { get; set; } = "";

    /// <summary>The secret that signs, shared with the recipient.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Whether it says by a call of its own that it has done its part.</summary>
    public bool AwaitsAcknowledgement { get; set; }

    /// <summary>The address; <see langword="null"/> where it is none that may be called.</summary>
    internal Uri? Endpoint =>
        Uri.TryCreate(Url, UriKind.Absolute, out var url)
        && url.UserInfo.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            ? url
            : null;

    /// <summary>The key; <see langword="null"/> where the secret is malformed.</summary>
    internal byte[]? Key()
    {
        var text = Secret.StartsWith(Prefix, StringComparison.Ordinal) ? Secret[Prefix.Length..] : "";
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var written) && written is >= 24 and <= 64
            ? key[..written]
            : null;
    }
}

/// <summary>A recipient that reads a topic.</summary>
internal sealed class TopicRecipient
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The topic.</summary>
    public string Topic { get; set; } = "";

    /// <summary>Whether it says by a call of its own that it has done its part.</summary>
    public bool AwaitsAcknowledgement { get; set; }
}
