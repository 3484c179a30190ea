using System.Text.RegularExpressions;
using Google;
using Google.Apis.Auth.OAuth2.Responses;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>
/// Turns BigQuery's errors into refusals. Its messages quote values ("Bad int64 value: …", "Could not cast literal …") and people's
/// addresses, so none is passed on: a refusal says the reason, what was asked for, and what to do next.
/// https://cloud.google.com/bigquery/docs/error-messages
/// </summary>
internal static partial class BigQueryErrors
{
    public const string AlreadyExists = "already_exists";
    public const string NotFound = "not_found";
    public const string StreamingBuffer = "streaming_buffer";
    public const string ConcurrentChange = "concurrent_change";
    public const string QueueFull = "queue_full";
    public const string NoAnswer = "no_answer";

    private const int LongestReason = 64;

    // https://cloud.google.com/bigquery/docs/data-manipulation-language#limitations
    private static readonly TimeSpan BufferedAtLeast = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan BufferedAtMost = TimeSpan.FromMinutes(90);

    /// <summary>Whether the same call may go well when it is tried again at once, or after a short wait.</summary>
    public static bool IsRetryable(int? status, string? reason) =>
        reason
            is "rateLimitExceeded"
                or "backendError"
                or "internalError"
                or "badGateway"
                or "jobRateLimitExceeded"
                or "jobBackendError"
                or "jobInternalError"
        || status is 408 or 429 or 500 or 502 or 503 or 504;

    /// <summary>What a call came to that threw.</summary>
    /// <param name="exception">What was thrown: by the runtime, the transport or the credentials.</param>
    /// <param name="status">The status of the answer, where there was one.</param>
    /// <param name="what">What it was about.</param>
    /// <param name="now">The time.</param>
    /// <returns>The refusal, and whether to try again.</returns>
    public static (Refusal Refusal, bool Retry) Read(Exception exception, int? status, string what, DateTimeOffset now)
    {
        switch (exception)
        {
            case GoogleApiException { Error: { } error } api:
                var reason = error.Errors is { Count: > 0 } errors ? errors[0].Reason : null;
                var code = (int)api.HttpStatusCode is 0 ? status : (int)api.HttpStatusCode;
                return (Of(code, reason, error.Message, what, now), IsRetryable(code, reason));
            case GoogleApiException when status is null or < 400:
                // An answer that is none of BigQuery's; the exception quotes all of it.
                return (
                    new Refusal(
                        RefusalKind.Away,
                        "unreadable_answer",
                        $"The answer to {what} is not one of BigQuery's. Check the endpoint, and what stands between."
                    ),
                    false
                );
            case GoogleApiException:
                return (Of(status, null, null, what, now), IsRetryable(status, null));
            case TokenResponseException { StatusCode: { } answered } when (int)answered is >= 500 or 429:
                return (
                    new Refusal(RefusalKind.Away, "unavailable", "Google's token service does not answer. Ask again."),
                    true
                );
            case TokenResponseException token:
                return (
                    new Refusal(
                        RefusalKind.Denied,
                        "credentials",
                        $"Google gave no token to the service's credentials ({Plain(token.Error?.Error)}). Check that the account is there and its key in force."
                    ),
                    false
                );
            case InvalidOperationException:
                return (
                    new Refusal(
                        RefusalKind.Denied,
                        "credentials",
                        $"The service's credentials gave no token for {what}. Check them, and the address of their token service."
                    ),
                    false
                );
            default:
                return (
                    new Refusal(
                        RefusalKind.Away,
                        NoAnswer,
                        $"BigQuery did not answer {what} ({exception.GetType().Name}). Ask again; check the network when it stays so."
                    ),
                    true
                );
        }
    }

    /// <summary>What an error of BigQuery means: of a call, or of a job that failed.</summary>
    /// <param name="status">The HTTP status; <see langword="null"/> for a job's own error.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="message">BigQuery's words, by which some errors alone can be told apart. They are not passed on.</param>
    /// <param name="what">What it was about.</param>
    /// <param name="now">The time.</param>
    public static Refusal Of(int? status, string? reason, string? message, string what, DateTimeOffset now)
    {
        if (Says(message, "streaming buffer"))
        {
            return new Refusal(
                RefusalKind.NotYet,
                StreamingBuffer,
                $"Rows that {what} would change are still in the streaming buffer. Ask again when they have left it.",
                now + BufferedAtLeast
            );
        }

        if (Says(message, "could not serialize access") || Says(message, "concurrent update"))
        {
            return Refused(
                RefusalKind.Busy,
                ConcurrentChange,
                reason,
                what,
                "Another statement changed the same rows. Ask again."
            );
        }

        if (Says(message, "too many dml statements") || Says(message, "too many table dml"))
        {
            return Refused(
                RefusalKind.Busy,
                QueueFull,
                reason,
                what,
                "Too many statements wait for the table. Ask again when some of them are done."
            );
        }

        return ByReason(reason, message, what) ?? ByStatus(status, reason, what);
    }

    /// <summary>When rows of the streaming buffer can be changed, as far as can be known.</summary>
    /// <param name="oldestEntry">When the oldest row in it arrived, in milliseconds since 1970.</param>
    /// <param name="now">The time.</param>
    public static DateTimeOffset LeavesBuffer(long? oldestEntry, DateTimeOffset now)
    {
        var soonest = now + BufferedAtLeast;
        if (oldestEntry is not { } milliseconds)
        {
            return soonest;
        }

        var latest = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) + BufferedAtMost;
        return latest > now ? latest : soonest;
    }

    private static Refusal? ByReason(string? reason, string? message, string what) =>
        reason switch
        {
            "notFound" => Refused(
                RefusalKind.Gone,
                NotFound,
                reason,
                what,
                "It is not there, or not in this location."
            ),
            "accessDenied" or "forbidden" or "insufficientPermissions" => Refused(
                RefusalKind.Denied,
                "access_denied",
                reason,
                what,
                "Give the service's account the permission."
            ),
            "authError" or "required" => Refused(
                RefusalKind.Denied,
                "credentials",
                reason,
                what,
                "Check the service's credentials."
            ),
            "billingNotEnabled" or "blocked" or "billingTierLimitExceeded" => Refused(
                RefusalKind.Denied,
                "billing",
                reason,
                what,
                "Check the billing of the project."
            ),
            "rateLimitExceeded" or "jobRateLimitExceeded" or "userRateLimitExceeded" => Refused(
                RefusalKind.Busy,
                "rate_limited",
                reason,
                what,
                "Ask again, and less often."
            ),
            "quotaExceeded" => Refused(
                RefusalKind.Busy,
                "quota_exceeded",
                reason,
                what,
                "A quota of the project is used up: wait for its period to end, or ask for more."
            ),
            "resourcesExceeded" => Refused(
                RefusalKind.Busy,
                "resources_exceeded",
                reason,
                what,
                "It needs more than BigQuery had to give. Ask again, or for less at a time."
            ),
            "backendError"
            or "internalError"
            or "badGateway"
            or "jobBackendError"
            or "jobInternalError"
            or "tableUnavailable"
            or "timeout" => Refused(RefusalKind.Away, "unavailable", reason, what, "Ask again."),
            "stopped" => Refused(RefusalKind.Away, "job_stopped", reason, what, "Somebody stopped it. Ask again."),
            "bytesBilledLimitExceeded" => Refused(
                RefusalKind.TooCostly,
                "too_costly",
                reason,
                what,
                $"Narrow it, or raise {BigQueryOptions.SectionName}:{nameof(BigQueryOptions.MaximumBytesBilled)}."
            ),
            "conditionNotMet" or "aborted" => Refused(
                RefusalKind.Changed,
                "changed",
                reason,
                what,
                "Somebody else changed it first. Read it again."
            ),
            "duplicate" or "alreadyExists" => Refused(
                RefusalKind.Changed,
                AlreadyExists,
                reason,
                what,
                "It is there already."
            ),
            "resourceInUse" => Refused(RefusalKind.Invalid, "in_use", reason, what, "Empty it first."),
            "invalid" or "invalidQuery" => Refused(
                RefusalKind.Invalid,
                "invalid_statement",
                reason,
                what,
                $"Its message is withheld, since it may quote a value{Position(message)}."
            ),
            _ => null,
        };

    private static Refusal ByStatus(int? status, string? reason, string what) =>
        status switch
        {
            401 or 403 => Refused(
                RefusalKind.Denied,
                "access_denied",
                reason,
                what,
                "Check the service's account and its permissions."
            ),
            404 => Refused(RefusalKind.Gone, NotFound, reason, what, "It is not there."),
            409 => Refused(RefusalKind.Changed, AlreadyExists, reason, what, "It is there already."),
            412 => Refused(
                RefusalKind.Changed,
                "changed",
                reason,
                what,
                "Somebody else changed it first. Read it again."
            ),
            429 => Refused(RefusalKind.Busy, "rate_limited", reason, what, "Ask again, and less often."),
            408 or >= 500 => Refused(RefusalKind.Away, "unavailable", reason, what, "Ask again."),
            _ => Refused(
                RefusalKind.Invalid,
                "refused",
                reason,
                what,
                "Its message is withheld, since it may quote a value; the job's page in the console has it."
            ),
        };

    private static Refusal Refused(RefusalKind kind, string code, string? reason, string what, string next) =>
        new(kind, code, $"BigQuery refused {what} ({Plain(reason)}). {next}");

    private static bool Says(string? message, string words) =>
        message?.Contains(words, StringComparison.OrdinalIgnoreCase) is true;

    // A reason is one word out of a list; what is none is not repeated.
    private static string Plain(string? reason) =>
        reason is { Length: > 0 and <= LongestReason }
        && reason.All(letter => char.IsAsciiLetter(letter) || letter is '_')
            ? reason
            : "no reason";

    private static string Position(string? message) =>
        message is not null && At().Match(message) is { Success: true } at
            ? $"; the fault is at line {at.Groups["line"].ValueSpan}, column {at.Groups["column"].ValueSpan} of the statement"
            : "";

    [GeneratedRegex(@"at \[(?<line>\d{1,6}):(?<column>\d{1,6})\]$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex At();
}
