using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Http;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.SubjectRequests.Rectifying;

/// <summary>A value that is wrong. Not a record: its text form must not show what is right.</summary>
internal sealed class CorrectionBody
{
    /// <summary>The dataset, as the contracts name it.</summary>
    public required string Dataset { get; init; }

    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>The right value, as the producer would have sent it; absent where there should be none.</summary>
    public string? Value { get; init; }

    /// <summary>Dataset and column, by which a plan and a receipt name it.</summary>
    public string Place => $"{Dataset}.{Column}";

    /// <summary>What is wrong with it; nothing where it can be carried out.</summary>
    public IEnumerable<Fault> Faults(ContractCatalog catalog, string subject, string path)
    {
        if (ErasureScope.Of(catalog, subject) is not { } scope)
        {
            yield break;
        }

        var owned = scope.Owned.FirstOrDefault(scoped => scoped.Dataset.Name == Dataset);
        if (owned is null)
        {
            yield return new Fault(
                $"{path}.dataset",
                "unknown_dataset",
                "No table of this name holds rows that are one person's own. GET /datasets lists them."
            );
            yield break;
        }

        var column = owned.Dataset.Columns.FirstOrDefault(one => one.Name == Column);
        if (column is null || !column.Children.IsEmpty)
        {
            yield return new Fault(
                $"{path}.column",
                "unknown_column",
                "The dataset has no such column, or it stands within another: such values are corrected at their source."
            );
        }
        else if (column.Identifier is not null)
        {
            yield return new Fault(
                $"{path}.column",
                "identifier",
                "An identifier names the person in other tables, too. Let its source send it anew; by its links both are one person."
            );
        }
        else if (column.LogicalType is not (null or "string") || column.Masking is { Method: "drop" or "redact" })
        {
            yield return new Fault(
                $"{path}.column",
                "not_text",
                "Only text that is kept in some form can be corrected here; other values are corrected at their source."
            );
        }

        if (Value is { Length: 0 or > 4000 })
        {
            yield return new Fault($"{path}.value", "wrong_length", "A value has 1 to 4,000 characters.");
        }
    }
}
