using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Governance.Api.Http;

/// <summary>An error as clients see it: RFC 9457 problem details, with a code that is stable and the next step.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">A stable code; the last part of <see cref="Type"/>.</param>
/// <param name="Title">What the status means.</param>
/// <param name="Detail">What is wrong here.</param>
/// <param name="Next">What to do next.</param>
/// <param name="Faults">Every fault with its place.</param>
internal sealed record Problem(
    int Status,
    string Code,
    string Title,
    string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Next = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Fault>? Faults = null
) : IResult, IStatusCodeHttpResult
{
    public const string ContentType = "application/problem+json";

    /// <summary>The problem's type, as RFC 9457 means it.</summary>
    [JsonPropertyOrder(-1)]
    public string Type => $"urn:governance:problem:{Code}";

    /// <summary>Finds the request's entries in the log.</summary>
    [JsonPropertyOrder(1)]
    public string? TraceId { get; private init; }

    /// <summary>After how long to try again: the header Retry-After.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; private init; }

    int? IStatusCodeHttpResult.StatusCode => Status;

    /// <summary>The one place where failures become statuses.</summary>
    public static Problem From(Failure failure) =>
        failure.Kind switch
        {
            FailureKind.Invalid => Of(StatusCodes.Status400BadRequest, "The request is wrong.", failure),
            FailureKind.InvalidDocument => Of(
                StatusCodes.Status422UnprocessableEntity,
                "The document is wrong.",
                failure
            ),
            FailureKind.NotFound => Of(StatusCodes.Status404NotFound, "There is no such thing.", failure),
            FailureKind.Conflict => Of(StatusCodes.Status409Conflict, "The state does not allow this.", failure),
            FailureKind.Forbidden => Of(StatusCodes.Status403Forbidden, "This is not allowed.", failure),
            FailureKind.Unavailable => Of(StatusCodes.Status503ServiceUnavailable, "A part does not answer.", failure),
            FailureKind.TooMany => Of(StatusCodes.Status429TooManyRequests, "This is too much at once.", failure),
            FailureKind.Gone => Of(StatusCodes.Status410Gone, "It is no more.", failure),
            FailureKind.NotOffered => Of(StatusCodes.Status501NotImplemented, "This is not offered here.", failure),
        };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        if (RetryAfter is { } wait)
        {
            httpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds))
                .ToString(CultureInfo.InvariantCulture);
        }

        var answer = this with { TraceId = Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier };
        await httpContext.Response.WriteAsJsonAsync(answer, options: null, ContentType);
    }

    private static Problem Of(int status, string title, Failure failure) =>
        new(status, failure.Code, title, failure.Detail, failure.Next, failure.Faults is [] ? null : failure.Faults)
        {
            RetryAfter = failure.RetryAfter,
        };
}
