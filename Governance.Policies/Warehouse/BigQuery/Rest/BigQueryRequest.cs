using System.Net;
using Google.Apis.Discovery;
using Google.Apis.Http;
using Google.Apis.Requests;
using Google.Apis.Util;

namespace Governance.Policies.Warehouse.BigQuery.Rest;

/// <summary>One try of one call.</summary>
internal sealed class BigQueryRequest<T> : ClientServiceRequest<T>, IHttpUnsuccessfulResponseHandler
{
    private readonly BigQueryCall _call;

    public BigQueryRequest(BigQueryService service, BigQueryCall call)
        : base(service)
    {
        _call = call;
        InitParameters();
        foreach (var (name, _) in call.Query)
        {
            RequestParameters[name] = new Parameter { Name = name, ParameterType = "query" };
        }

        AddUnsuccessfulResponseHandler(this);
        if (call.IfMatch is { } etag)
        {
            ModifyRequest = request => request.Headers.TryAddWithoutValidation("If-Match", etag);
        }
    }

    public override string MethodName => _call.Operation;

    public override string RestPath => _call.Path;

    public override string HttpMethod => _call.Method;

    /// <summary>The call's parameters, under the names that BigQuery gives them.</summary>
    [RequestParameter("query", RequestParameterType.UserDefinedQueries)]
    public IEnumerable<KeyValuePair<string, string>> Query => _call.Query;

    /// <summary>How long the service asked to wait, where it did.</summary>
    public string? RetryAfter { get; private set; }

    /// <summary>The status of the last answer that was none of success.</summary>
    public HttpStatusCode? Status { get; private set; }

    /// <summary>Looks at the answer's headers, which the runtime's exceptions do not carry. Handles nothing.</summary>
    public Task<bool> HandleResponseAsync(HandleUnsuccessfulResponseArgs args)
    {
        Status = args.Response.StatusCode;
        RetryAfter = args.Response.Headers.TryGetValues("Retry-After", out var values) ? values.FirstOrDefault() : null;
        return Task.FromResult(false);
    }

    protected override object? GetBody() => _call.Body;
}

/// <summary>What is asked.</summary>
/// <param name="Operation">Google's name of the method, such as <c>bigquery.tables.get</c>.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path below the version, with its segments escaped.</param>
/// <param name="What">What it is about, for an operator: names of tables and jobs, never a value.</param>
internal sealed record BigQueryCall(string Operation, string Method, string Path, string What)
{
    public object? Body { get; init; }

    /// <summary>The etag that a change builds on.</summary>
    public string? IfMatch { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>A path of the given segments, each of them escaped.</summary>
    public static string PathOf(params string[] segments) => string.Join('/', segments.Select(Uri.EscapeDataString));
}
