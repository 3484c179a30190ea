using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Google;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;

namespace Governance.Masking.Keys.CloudKms;

/// <summary>Why a call of KMS failed, in words for an operator; a message of KMS is never passed on, for nobody here wrote it.</summary>
/// <param name="Message">What is wrong, and what to do.</param>
/// <param name="Kind">What follows from it.</param>
/// <param name="Cause">What was thrown.</param>
internal sealed partial record CloudKmsFault(string Message, CloudKmsFaultKind Kind, Exception Cause)
{
    private static readonly string[] Limits = ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"];

    /// <summary>Whether the same call may succeed a little later.</summary>
    public bool MayPass => Kind is CloudKmsFaultKind.Away or CloudKmsFaultKind.Altered;

    /// <summary>Whether bytes were altered on their way.</summary>
    public bool IsIntegrity => Kind is CloudKmsFaultKind.Altered;

    /// <summary>What an exception means; <see langword="null"/> where it is none of a call.</summary>
    public static CloudKmsFault? Of(Exception exception, string key) =>
        exception switch
        {
            CloudKmsIntegrityException => new(
                $"An answer of Cloud KMS about {key} was altered on its way: {exception.Message}. Look for what stands between this machine and Cloud KMS, such as a proxy.",
                CloudKmsFaultKind.Altered,
                exception
            ),
            GoogleApiException answered => OfAnswer(answered, key),
            TokenResponseException
            {
                StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            } => Refused(
                $"Google refuses the credentials that Cloud KMS is to be called with. Renew the service account's key or the federation, and start again where the file's place changed.",
                exception
            ),
            // The identity of the machine or the pod could not be had: its token file is missing just now, say.
            TokenResponseException or SubjectTokenException => Away("no access token can be had for it", exception),
            OperationCanceledException => Away("it did not answer in time", exception),
            HttpRequestException or IOException => Away("it cannot be reached", exception),
            JsonException or Newtonsoft.Json.JsonException => Away("something else answered in its place", exception),
            _ => null,
        };

    /// <summary>What callers see.</summary>
    public Exception ToException() =>
        Kind is CloudKmsFaultKind.Away
            ? new KeysUnavailableException(Message, Cause)
            : new KeyMaterialException(Message, Cause) { IsWithdrawn = Kind is CloudKmsFaultKind.Refused };

    private static CloudKmsFault OfAnswer(GoogleApiException exception, string key)
    {
        var status = (int)exception.HttpStatusCode;
        var reason = exception.Error?.Errors?.FirstOrDefault()?.Reason;
        var said = exception.Error?.Message ?? "";
        return status switch
        {
            429 or 500 or 502 or 503 or 504 => Away($"it answers with {status}", exception),
            403 when Limits.Contains(reason, StringComparer.Ordinal) => Away("its quota is used up", exception),
            401 => Refused(
                $"Cloud KMS refuses the credentials that it is called with. Renew the service account's key or the federation.",
                exception
            ),
            403 => Refused(
                $"Cloud KMS denies the use of {key}. Grant the service's account the role roles/cloudkms.cryptoKeyEncrypterDecrypter on this key, and see that the API is enabled in its project.",
                exception
            ),
            404 => Refused($"Cloud KMS has no key {key}. Name one that there is.", exception),
            400 when IsPrecondition(exception, reason) => Refused(OfState(said, key), exception),
            400
                when said.Contains("checksum", StringComparison.OrdinalIgnoreCase)
                    || said.Contains("crc32c", StringComparison.OrdinalIgnoreCase) => new(
                $"A request to Cloud KMS about {key} was altered on its way: it does not match its checksum. Look for what stands between this machine and Cloud KMS, such as a proxy.",
                CloudKmsFaultKind.Altered,
                exception
            ),
            400 => new(
                $"It was not wrapped by {key}, was altered, or belongs to another tenant. Restore it from its backup, or name the key that wrapped it.",
                CloudKmsFaultKind.NotGenuine,
                exception
            ),
            _ => new(
                $"Cloud KMS refuses a call of {key} with {status}. Look at the audit log of its project.",
                CloudKmsFaultKind.NotGenuine,
                exception
            ),
        };
    }

    // The form of errors differs: "status" is always there, the older "errors" not with every API.
    private static bool IsPrecondition(GoogleApiException exception, string? reason) =>
        reason is "failedPrecondition"
        || exception.Error?.ErrorResponseContent?.Contains("\"FAILED_PRECONDITION\"", StringComparison.Ordinal) is true;

    private static string OfState(string said, string key)
    {
        var state = State().Match(said) is { Success: true } match ? match.Groups["state"].Value : "not usable";
        return $"The version of {key} that this needs is {state}. Enable it again (a destroyed one can be restored for some days), or restore a keyset that another version wrapped.";
    }

    private static CloudKmsFault Refused(string message, Exception cause) =>
        new(message, CloudKmsFaultKind.Refused, cause);

    private static CloudKmsFault Away(string how, Exception cause) =>
        new(
            $"Cloud KMS is away: {how}. It is asked again by itself; see whether the network lets it be reached, and Google's status page.",
            CloudKmsFaultKind.Away,
            cause
        );

    [GeneratedRegex(
        "current state is: (?<state>DISABLED|DESTROYED|DESTROY_SCHEDULED|PENDING_GENERATION|PENDING_IMPORT|IMPORT_FAILED|GENERATION_FAILED)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex State();
}

/// <summary>What follows from a fault.</summary>
internal enum CloudKmsFaultKind
{
    /// <summary>Nobody knows: it is tried again.</summary>
    Away,

    /// <summary>Bytes were altered on their way: it is tried again a few times.</summary>
    Altered,

    /// <summary>The key may not be used.</summary>
    Refused,

    /// <summary>The key may be used, and this was not made with it.</summary>
    NotGenuine,
}
