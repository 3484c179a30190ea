using System.Text.Json.Nodes;

namespace Governance.Tests.Support.BigQuery.Rest;

/// <summary>A refusal, in the form and with the reasons of https://cloud.google.com/bigquery/docs/error-messages.</summary>
internal sealed class ApiException(int status, string reason, string message, string? location = null)
    : Exception(message)
{
    public int Status { get; } = status;

    public string Reason { get; } = reason;

    public string? Location { get; } = location;

    public static ApiException Invalid(string message, string? location = null) =>
        new(400, "invalid", message, location);

    public static ApiException InvalidQuery(string message, string? location = "query") =>
        new(400, "invalidQuery", message, location);

    /// <summary>What real BigQuery does and the stand-in does not: refused, so that no test leans on a guess.</summary>
    public static ApiException NotModelled(string what) =>
        new(400, "notImplemented", $"The stand-in does not model {what}.");

    public static ApiException NotFound(string what) => new(404, "notFound", $"Not found: {what}");

    public static ApiException Duplicate(string what) => new(409, "duplicate", $"Already Exists: {what}");

    public static ApiException AccessDenied(string message) => new(403, "accessDenied", $"Access Denied: {message}");

    public static ApiException ConditionNotMet() =>
        new(412, "conditionNotMet", "Precondition check failed.", "If-Match");

    /// <summary>The HTTP status that an error of a job has, where the error is answered as one (jobs.getQueryResults, jobs.query).</summary>
    public static int StatusOf(string reason) =>
        reason switch
        {
            "accessDenied" or "quotaExceeded" or "rateLimitExceeded" or "responseTooLarge" or "jobRateLimitExceeded" =>
                403,
            "notFound" => 404,
            "duplicate" => 409,
            "backendError" or "jobBackendError" or "tableUnavailable" => 503,
            "internalError" or "jobInternalError" => 500,
            _ => 400,
        };

    /// <summary>As <c>errors[]</c> of an answer or of a job has it.</summary>
    public JsonObject ToErrorProto()
    {
        var error = new JsonObject { ["reason"] = Reason, ["message"] = Message };
        if (Location is not null)
        {
            error["location"] = Location;
        }

        return error;
    }

    /// <summary>The whole body of the answer.</summary>
    public JsonObject ToBody()
    {
        var error = ToErrorProto();
        error["domain"] = "global";
        if (Location is not null)
        {
            error["locationType"] = Location is "If-Match" ? "header" : "parameter";
        }

        return new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = Status,
                ["message"] = Message,
                ["errors"] = new JsonArray(error),
                ["status"] = Reason is "failedPrecondition" ? "FAILED_PRECONDITION" : Canonical(Status),
            },
        };
    }

    // https://cloud.google.com/apis/design/errors#handling_errors
    private static string Canonical(int status) =>
        status switch
        {
            400 => "INVALID_ARGUMENT",
            401 => "UNAUTHENTICATED",
            403 => "PERMISSION_DENIED",
            404 => "NOT_FOUND",
            409 => "ALREADY_EXISTS",
            412 => "FAILED_PRECONDITION",
            429 => "RESOURCE_EXHAUSTED",
            503 => "UNAVAILABLE",
            _ => "INTERNAL",
        };
}
