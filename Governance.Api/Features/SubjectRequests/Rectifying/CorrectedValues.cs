using System.Text.Json.Nodes;
using Governance.Api.Features.SubjectRequests.Exporting;
using Governance.Masking;
using Governance.Masking.Contracts;
using Governance.Masking.Keys;
using Governance.Masking.Revealing;
using Governance.Masking.Vault;

namespace Governance.Api.Features.SubjectRequests.Rectifying;

/// <summary>
/// Masks a right value as the interceptor would have: by the contract's method, under the key of the identifier that its row names. One
/// correction may so come to several masked values, one for each identifier that the person's rows are sealed under.
/// </summary>
internal sealed class CorrectedValues(
    IContractCatalogSource contracts,
    TenantKeys keys,
    Identifiers identifiers,
    ExportReveal reveal
)
{
    /// <summary>Masks it.</summary>
    /// <param name="requestId">The request, for the ledger: the identifiers that values are sealed under are opened for it.</param>
    /// <param name="dataset">The table.</param>
    /// <param name="correction">The correction.</param>
    /// <param name="rows">The person's rows.</param>
    /// <param name="cancellationToken">Stops in between.</param>
    public async Task<IReadOnlyList<MaskedCorrection>> MaskAsync(
        Guid requestId,
        Dataset dataset,
        CorrectionBody correction,
        IReadOnlyList<JsonObject> rows,
        CancellationToken cancellationToken
    )
    {
        var column = dataset.Columns.Single(one => one.Name == correction.Column);
        if (column.Masking is not { Method: "seal" } rule)
        {
            return [new MaskedCorrection(await MaskAsync(dataset, correction, null, cancellationToken), null)];
        }

        var path =
            rule.Parameters.GetValueOrDefault("under")
            ?? dataset.Subject?.Identifier
            ?? throw new InvalidOperationException("A sealed column names no identifier.");
        var subjects = rows.Select(row => row[path])
            .OfType<JsonValue>()
            .Select(value => Guid.Parse(value.ToString()))
            .Distinct()
            .ToArray();
        var opened = await reveal.OpenAsync(
            requestId,
            Requests.RequestTypes.Rectification,
            dataset.Name,
            path,
            [.. subjects.Select(subject => new MaskedValue(subject.ToString(), null))],
            cancellationToken
        );
        List<MaskedCorrection> masked = [];
        foreach (var subject in subjects)
        {
            if (opened[new MaskedValue(subject.ToString(), null)].Plain is { } plain)
            {
                masked.Add(
                    new MaskedCorrection(
                        await MaskAsync(dataset, correction, (path, plain), cancellationToken),
                        (path, subject)
                    )
                );
            }
        }

        return masked;
    }

    private async Task<string?> MaskAsync(
        Dataset dataset,
        CorrectionBody correction,
        (string Path, string Plain)? subject,
        CancellationToken cancellationToken
    )
    {
        if (correction.Value is null)
        {
            return null;
        }

        var record = new JsonObject { [correction.Column!] = correction.Value };
        if (subject is { } whose)
        {
            record[whose.Path] = whose.Plain;
        }

        var bytes = System.Text.Encoding.UTF8.GetBytes(record.ToJsonString());
        await using var masker = new Masker(contracts, keys, identifiers);
        var masked = await masker.MaskJsonAsync(dataset.Name, bytes, cancellationToken);
        return JsonNode.Parse(masked.Span)![correction.Column!]?.ToString();
    }
}

/// <summary>A right value as it stands in the table.</summary>
/// <param name="Value">The value; <see langword="null"/> for nothing.</param>
/// <param name="Subject">The rows that it belongs in, where not in all of the person's.</param>
internal sealed record MaskedCorrection(string? Value, (string Column, Guid Surrogate)? Subject);
