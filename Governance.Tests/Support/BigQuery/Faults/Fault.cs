using System.Globalization;
using System.Text.Json.Nodes;

namespace Governance.Tests.Support.BigQuery.Faults;

/// <summary>What goes wrong. Before: the request changed nothing. After: it changed what it says, and its answer is lost.</summary>
internal sealed class Fault
{
    private Fault(string name) => Name = name;

    public string Name { get; }

    /// <summary>Answered with this instead, before anything is done.</summary>
    public (int Status, string Reason, string Message)? Answer { get; private init; }

    /// <summary>Done, and then the connection is dropped without an answer.</summary>
    public bool LosesAnswer { get; private init; }

    /// <summary>The connection is dropped before anything is done.</summary>
    public bool LosesRequest { get; private init; }

    /// <summary>The job is accepted, and ends with this error, having changed nothing.</summary>
    public (string Reason, string Message)? JobError { get; private init; }

    /// <summary>What happens to the request's body on its way.</summary>
    public Action<JsonObject>? AltersRequest { get; private init; }

    /// <summary>What happens to the answer's body on its way.</summary>
    public Action<JsonObject>? AltersAnswer { get; private init; }

    /// <summary>Waited before it is done.</summary>
    public TimeSpan Delay { get; private init; }

    /// <summary>503 backendError: transient, and retried by Google's clients.</summary>
    public static Fault Unavailable { get; } =
        new("unavailable") { Answer = (503, "backendError", "The service is currently unavailable.") };

    /// <summary>500 internalError: transient.</summary>
    public static Fault Internal { get; } =
        new("internal")
        {
            Answer = (500, "internalError", "An internal error occurred and the request could not be completed."),
        };

    /// <summary>429.</summary>
    public static Fault TooManyRequests { get; } =
        new("too many requests") { Answer = (429, "rateLimitExceeded", "Too many requests, please try again.") };

    /// <summary>403 rateLimitExceeded: a short-term limit, to be retried, unlike other 403.</summary>
    public static Fault RateLimitExceeded { get; } =
        new("rate limit")
        {
            Answer = (403, "rateLimitExceeded", "Exceeded rate limits: too many requests for this project."),
        };

    /// <summary>403 quotaExceeded: a longer-term limit, for which retries do not help.</summary>
    public static Fault QuotaExceeded { get; } =
        new("quota") { Answer = (403, "quotaExceeded", "Quota exceeded: Your project exceeded quota.") };

    /// <summary>412: someone else changed it first.</summary>
    public static Fault PreconditionFailed { get; } =
        new("precondition") { Answer = (412, "conditionNotMet", "Precondition check failed.") };

    /// <summary>409 for a job id, where no answer to the first request was seen.</summary>
    public static Fault DuplicateJob { get; } =
        new("duplicate job") { Answer = (409, "duplicate", "Already Exists: Job") };

    /// <summary>The change is made; its answer never comes.</summary>
    public static Fault AnswerLost { get; } = new("answer lost") { LosesAnswer = true };

    /// <summary>The request never comes.</summary>
    public static Fault RequestLost { get; } = new("request lost") { LosesRequest = true };

    /// <summary>A job ends so where it would touch rows of the streaming buffer.</summary>
    public static Fault StreamingBuffer { get; } = JobFails("invalidQuery", Messages.StreamingBuffer("the table"));

    /// <summary>A job ends so where 20 mutating statements wait already.</summary>
    public static Fault QueueFull { get; } = JobFails("resourcesExceeded", Messages.QueueFull("the table", 20));

    /// <summary>The faults that the service has to live with, by name, for theories.</summary>
    public static IReadOnlyDictionary<string, Fault> ByName { get; } =
        new[]
        {
            Unavailable,
            TooManyRequests,
            RateLimitExceeded,
            QuotaExceeded,
            AnswerLost,
            RequestLost,
            PreconditionFailed,
            DuplicateJob,
            QueueFull,
            StreamingBuffer,
        }.ToDictionary(fault => fault.Name, StringComparer.Ordinal);

    /// <summary>A job ends so.</summary>
    public static Fault JobFails(string reason, string message) =>
        new($"job: {reason}") { JobError = (reason, message) };

    /// <summary>The request is altered on its way.</summary>
    public static Fault RequestAltered(Action<JsonObject> alter) => new("request altered") { AltersRequest = alter };

    /// <summary>The answer is altered on its way.</summary>
    public static Fault AnswerAltered(Action<JsonObject> alter) => new("answer altered") { AltersAnswer = alter };

    /// <summary>Answered with this.</summary>
    public static Fault Status(int status, string reason, string message) =>
        new(status.ToString(CultureInfo.InvariantCulture)) { Answer = (status, reason, message) };

    /// <summary>Answered later.</summary>
    public static Fault Latency(TimeSpan delay) => new("latency") { Delay = delay };
}
