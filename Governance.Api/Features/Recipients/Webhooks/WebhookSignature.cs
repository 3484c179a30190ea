using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Governance.Api.Features.Recipients.Webhooks;

/// <summary>Signatures of the Standard Webhooks specification, version 1: HMAC-SHA256 over id, time and body.</summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>Signs.</summary>
    /// <param name="key">The shared key.</param>
    /// <param name="id">The notice's id.</param>
    /// <param name="timestamp">Seconds of the Unix epoch, of this very try.</param>
    /// <param name="body">The body as it is sent.</param>
    /// <returns><c>v1,</c> and the signature in base64.</returns>
    public static string Sign(byte[] key, string id, long timestamp, string body)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.{body}");
        return $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)))}";
    }
}
