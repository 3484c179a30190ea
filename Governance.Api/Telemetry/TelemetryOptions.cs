using System.ComponentModel.DataAnnotations;

namespace Governance.Api.Telemetry;

/// <summary>Metrics and traces: who may read them, and where they are sent.</summary>
internal sealed class TelemetryOptions : IValidatableObject
{
    public const string SectionName = "Governance:Telemetry";

    /// <summary>The variable by which every OpenTelemetry SDK is told where to send; the setting goes before it.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// What a scraper has to show (<c>Authorization: Bearer</c>) to be given <c>/metrics</c>. Default: none, and <c>/metrics</c> answers
    /// this machine alone.
    /// </summary>
    [MinLength(24, ErrorMessage = "It is too short to be a secret: 24 characters or more.")]
    public string? MetricsToken { get; set; }

    /// <summary>Where metrics and traces are sent by OTLP, such as <c>http://collector:4317</c>. Default: none, nothing is sent.</summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>How they are sent: <c>grpc</c> or <c>http</c> (protobuf). Default: <c>grpc</c>.</summary>
    [AllowedValues("grpc", "http", ErrorMessage = "It is grpc or http.")]
    public string OtlpProtocol { get; set; } = "grpc";

    /// <summary>Which part of the traces is sent, 0 to 1; a caller's own decision goes before it. Default: 1.</summary>
    [Range(0.0, 1.0)]
    public double TraceRatio { get; set; } = 1;

    /// <summary>How often what stands in the state is counted: open requests, quarantine. Default: 15 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan CountInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MetricsToken is not null && MetricsToken.Any(c => c is <= ' ' or > '~'))
        {
            yield return new ValidationResult("It holds a character that no header can carry.", [nameof(MetricsToken)]);
        }

        if (
            OtlpEndpoint is { Length: > 0 }
            && !(
                Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var url)
                && url is { Scheme: "http" or "https", UserInfo: "" }
            )
        )
        {
            yield return new ValidationResult(
                "It is no address: write http://host:4317, without a user.",
                [nameof(OtlpEndpoint)]
            );
        }
    }
}
