using System.Text.Json;
using System.Text.Json.Serialization;
using Governance.Api.Http;
using Microsoft.Extensions.Options;

namespace Governance.Api.Features.OpenDsr.Signing;

/// <summary>Answers as the protocol wants them: JSON in snake case, signed over its very bytes; errors in its own form.</summary>
internal sealed class OpenDsrAnswers(OpenDsrCertificate certificate, IOptions<OpenDsrOptions> options)
{
    public const string DomainHeader = "X-OpenDSR-Processor-Domain";
    public const string SignatureHeader = "X-OpenDSR-Signature";
    public const string Version = "2.0";

    /// <summary>JSON of this protocol. Unknown members are its extensions, and are passed over.</summary>
    public static JsonSerializerOptions Json { get; } =
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            AllowDuplicateProperties = false,
        };

    /// <summary>A signed answer.</summary>
    public IResult Signed<T>(T body, int status)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Json);
        return new SignedResult(bytes, status, options.Value.Domain!, certificate.Sign(bytes));
    }

    /// <summary>An error: status 400, whatever it is, unless there is no such thing.</summary>
    public static IResult Error(Failure failure)
    {
        var status = failure.Kind switch
        {
            FailureKind.NotFound => StatusCodes.Status404NotFound,
            FailureKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status400BadRequest,
        };
        var errors =
            failure.Faults.Count == 0
                ? [new ErrorDetail("Request", failure.Code, failure.Detail)]
                : failure.Faults.Select(fault => new ErrorDetail(fault.Path, fault.Code, fault.Message)).ToArray();
        return TypedResults.Json(
            new ErrorBody(new ErrorObject(status, failure.Detail, errors)),
            Json,
            statusCode: status
        );
    }

    private sealed record ErrorBody(ErrorObject Error);

    private sealed record ErrorObject(int Code, string Message, IReadOnlyList<ErrorDetail> Errors);

    private sealed record ErrorDetail(string Domain, string Reason, string Message);

    private sealed class SignedResult(byte[] body, int status, string domain, string signature) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = "application/json";
            response.Headers[DomainHeader] = domain;
            response.Headers[SignatureHeader] = signature;
            response.Headers.CacheControl = "no-store";
            await response.Body.WriteAsync(body, httpContext.RequestAborted);
        }
    }
}
