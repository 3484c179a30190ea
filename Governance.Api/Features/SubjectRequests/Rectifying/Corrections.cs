using System.Text.Json;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking.Keys;

namespace Governance.Api.Features.SubjectRequests.Rectifying;

/// <summary>Keeps the right values sealed under the service's key until they stand in the tables.</summary>
internal sealed class Corrections(TenantKeys keys)
{
    private const string Purpose = "subject-request.corrections";

    /// <summary>Puts them on a demand.</summary>
    public void Keep(RequestDemand demand, IReadOnlyList<CorrectionBody> corrections)
    {
        demand.Corrected =
        [
            .. corrections.Select(one => one.Place).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        demand.Sealed = keys.SealSecret(
            JsonSerializer.SerializeToUtf8Bytes(corrections, JsonSerializerOptions.Web),
            Purpose,
            demand.RequestId.ToString()
        );
    }

    /// <summary>The right values.</summary>
    /// <exception cref="InvalidOperationException">They are gone, or not genuine.</exception>
    public IReadOnlyList<CorrectionBody> Open(RequestDemand? demand) =>
        demand?.Sealed is { } kept && keys.TryOpenSecret(kept, Purpose, demand.RequestId.ToString(), out var plain)
            ? JsonSerializer.Deserialize<CorrectionBody[]>(plain, JsonSerializerOptions.Web)!
            : throw new InvalidOperationException("The corrections cannot be opened.");
}
