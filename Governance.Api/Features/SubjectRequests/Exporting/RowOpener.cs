using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Governance.Api.Features.SubjectRequests.Requests;
using Governance.Masking.Contracts;
using Governance.Masking.Revealing;
using Governance.Policies.Warehouse;

namespace Governance.Api.Features.SubjectRequests.Exporting;

/// <summary>
/// Opens rows of one person: twice over each row, first to see which values there are, so that each is opened once, then to put them in their
/// places. What points at somebody else is left out.
/// </summary>
internal sealed class RowOpener(IContractCatalogSource contracts, ExportReveal reveal)
{
    /// <summary>Opens them.</summary>
    /// <param name="request">The request: access gives all, portability what the person provided.</param>
    /// <param name="dataset">The table.</param>
    /// <param name="rows">Its rows as the warehouse has them.</param>
    /// <param name="own">The person's identifiers.</param>
    /// <param name="cancellationToken">Stops in between.</param>
    public async Task<OpenedTable> OpenAsync(
        SubjectRequest request,
        Dataset dataset,
        IReadOnlyList<string> rows,
        IReadOnlySet<LinkedIdentifier> own,
        CancellationToken cancellationToken
    )
    {
        JsonObject[] parsed = [.. rows.Select(row => JsonNode.Parse(row)!.AsObject())];
        var places = new ValuePlaces(
            dataset,
            own,
            // A domain that somebody owns names people; one that nobody owns (a phone, a house) is part of whose row it stands in.
            contracts
                .Current.Datasets.SelectMany(one => one.Identifiers())
                .Where(column => column.Link == Link.Owns)
                .Select(column => column.Identifier!)
                .ToHashSet(StringComparer.Ordinal),
            request.Type == RequestTypes.Portability
        );
        var wanted = new Dictionary<string, HashSet<MaskedValue>>(StringComparer.Ordinal);
        foreach (var row in parsed)
        {
            places.Rewrite(
                row,
                (column, value) =>
                {
                    if (!wanted.TryGetValue(column.Path, out var values))
                    {
                        wanted[column.Path] = values = [];
                    }

                    values.Add(value);
                    return null;
                }
            );
        }

        var opened = new Dictionary<string, Dictionary<MaskedValue, RevealedValue>>(StringComparer.Ordinal);
        foreach (var (path, values) in wanted)
        {
            opened[path] = await reveal.OpenAsync(
                request.Id,
                request.Type,
                dataset.Name,
                path,
                values,
                cancellationToken
            );
        }

        JsonObject[] given =
        [
            .. parsed.Select(row =>
                places.Rewrite(
                    row,
                    (column, value) =>
                    {
                        var answer = opened[column.Path][value];
                        if (answer.Plain is { } plain)
                        {
                            return Typed(column, plain);
                        }

                        places.Keeps(column, Giving.OpenedInPart);
                        return JsonValue.Create(value.Text);
                    }
                )
            ),
        ];
        return new OpenedTable(dataset, given, places.Columns, places.Undescribed);
    }

    // Text is what every method gives back; numbers, truth and composites are themselves again.
    private static JsonNode? Typed(Column column, string plain)
    {
        try
        {
            return column switch
            {
                { Children.IsEmpty: false } => JsonNode.Parse(plain),
                { LogicalType: "boolean" } when bool.TryParse(plain, out var truth) => JsonValue.Create(truth),
                { LogicalType: "integer" }
                    when long.TryParse(
                        plain,
                        NumberStyles.AllowLeadingSign,
                        CultureInfo.InvariantCulture,
                        out var number
                    ) => JsonValue.Create(number),
                { LogicalType: "number" }
                    when decimal.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) =>
                    JsonValue.Create(number),
                _ => JsonValue.Create(plain),
            };
        }
        catch (JsonException)
        {
            return JsonValue.Create(plain);
        }
    }
}
