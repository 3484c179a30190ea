using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Governance.Policies.Rego.Values;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Governance.Policies.Opa;

/// <summary>OPA's REST API, as far as decisions need it; with a limit of time, and a circuit breaker.</summary>
internal sealed class OpaClient : IDisposable
{
    private const string Json = "application/json";

    // "All" of what OPA can put into a condition: the narrower targets lack the negation, or the comparisons of text.
    private const string Conditions = "application/vnd.opa.ucast.all+json";
    private const int LargestAnswer = 4 * 1024 * 1024;

    private readonly HttpClient http;
    private readonly ResiliencePipeline<RegoValue> pipeline;
    private readonly ResiliencePipeline<RegoValue> timed;

    public OpaClient(OpaOptions options, TimeProvider time)
    {
        http = new HttpClient(
            new SocketsHttpHandler
            {
                // A redirect would carry the question, and the token, to another host.
                AllowAutoRedirect = false,
                UseCookies = false,
                ActivityHeadersPropagator = null,
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            }
        )
        {
            BaseAddress = new Uri(options.Url!.TrimEnd('/') + "/"),
            MaxResponseContentBufferSize = LargestAnswer,
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        if (options.Token is { Length: > 0 } token)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        timed = new ResiliencePipelineBuilder<RegoValue> { TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.Timeout })
            .Build();
        pipeline = new ResiliencePipelineBuilder<RegoValue> { TimeProvider = time }
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<RegoValue>
                {
                    FailureRatio = 0.5,
                    MinimumThroughput = options.FailuresToOpen,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = options.OpenFor,
                    ShouldHandle = static failed =>
                        ValueTask.FromResult(
                            failed.Outcome.Exception is OpaException { IsUnavailable: true } or TimeoutRejectedException
                        ),
                }
            )
            .AddPipeline(timed)
            .Build();
    }

    /// <summary>What stands at a path, with the revision of the policies that said so.</summary>
    /// <exception cref="OpaException">There is no usable answer.</exception>
    public Task<RegoValue> DataAsync(string path, RegoValue input, CancellationToken cancellationToken) =>
        AskAsync(
            pipeline,
            HttpMethod.Post,
            $"v1/data/{path}?provenance=true",
            $$"""{"input":{{input.ToJson()}}}""",
            Json,
            cancellationToken
        );

    /// <summary>Under which condition on an unknown part of the input a rule holds.</summary>
    /// <exception cref="OpaException">There is no usable answer.</exception>
    public Task<RegoValue> CompileAsync(
        string path,
        RegoValue input,
        string unknown,
        CancellationToken cancellationToken
    ) =>
        AskAsync(
            pipeline,
            HttpMethod.Post,
            $"v1/compile/{path}",
            $$"""{"input":{{input.ToJson()}},"unknowns":[{{new StringValue(unknown).ToJson()}}]}""",
            Conditions,
            cancellationToken
        );

    /// <summary>Whether the server is well and has its bundles. Asked past the breaker, so that readiness is what is so now.</summary>
    /// <exception cref="OpaException">It is not.</exception>
    public Task HealthAsync(CancellationToken cancellationToken) =>
        AskAsync(timed, HttpMethod.Get, "health?bundles", null, Json, cancellationToken);

    public void Dispose() => http.Dispose();

    private async Task<RegoValue> AskAsync(
        ResiliencePipeline<RegoValue> through,
        HttpMethod method,
        string path,
        string? body,
        string accept,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await through
                .ExecuteAsync(token => SendAsync(method, path, body, accept, token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (BrokenCircuitException exception)
        {
            throw new OpaException(
                "The policy server failed several times and is left alone for a while.",
                true,
                exception
            );
        }
        catch (TimeoutRejectedException exception)
        {
            throw new OpaException("The policy server did not answer in time.", true, exception);
        }
    }

    private async ValueTask<RegoValue> SendAsync(
        HttpMethod method,
        string path,
        string? body,
        string accept,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
            if (body is not null)
            {
                request.Content = new StringContent(body, Encoding.UTF8, Json);
            }

            using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK
                ? RegoValue.FromJson(
                    await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)
                )
                : throw Refused(response.StatusCode);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new OpaException("The policy server cannot be reached.", true, exception);
        }
        catch (RegoJsonException exception)
        {
            throw new OpaException("The policy server answered something that is not JSON.", true, exception);
        }
    }

    private static OpaException Refused(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new OpaException(
                "The policy server does not take this service's token.",
                true
            ),
            HttpStatusCode.BadRequest => new OpaException(
                "The policy server cannot answer this by its policies (status 400); its log says why.",
                false
            ),
            _ => new OpaException(
                FormattableString.Invariant($"The policy server answered with status {(int)status}."),
                true
            ),
        };
}
