using System.Text.Json.Serialization;
using Governance.Api.Features.SubjectRequests.Erasure;
using Governance.Api.Features.SubjectRequests.Submit;
using Governance.Api.Http;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.SubjectRequests.Rectifying;

/// <summary>
/// A value that is wrong: a column's in the person's rows of a dataset, or an identifier of theirs. Not a record: its text form must not show
/// what is right.
/// </summary>
internal sealed class CorrectionBody
{
    /// <summary>For a column's value: the dataset, as the contracts name it.</summary>
    public string? Dataset { get; init; }

    /// <summary>For a column's value: the column.</summary>
    public string? Column { get; init; }

    /// <summary>For an identifier: its domain, such as <c>email</c>. It is corrected in the vault, and so for every table at once.</summary>
    public string? Domain { get; init; }

    /// <summary>For an identifier: the wrong one, as it stands in the events that came.</summary>
    public string? Wrong { get; init; }

    /// <summary>The right value, as the producer would have sent it; absent where there should be none.</summary>
    public string? Value { get; init; }

    /// <summary>Whether it is an identifier that is wrong.</summary>
    [JsonIgnore]
    public bool IsOfIdentifier => Domain is not null;

    /// <summary>By which a plan and a receipt name it: dataset and column, or the vault and the domain.</summary>
    [JsonIgnore]
    public string Place => IsOfIdentifier ? $"{VaultCorrections.Vault}.{Domain}" : $"{Dataset}.{Column}";

    /// <summary>What is wrong with it; nothing where it can be carried out.</summary>
    public IEnumerable<Fault> Faults(ContractCatalog catalog, string subject, string path)
    {
        if (ErasureScope.Of(catalog, subject) is not { } scope)
        {
            return [];
        }

        return IsOfIdentifier ? IdentifierFaults(scope, path) : ColumnFaults(scope, path);
    }

    private IEnumerable<Fault> IdentifierFaults(ErasureScope scope, string path)
    {
        if (Dataset is not null || Column is not null)
        {
            yield return new Fault(
                path,
                "ambiguous",
                "Name a dataset and a column, or a domain and the wrong identifier."
            );
        }

        if (!scope.Owned.SelectMany(owned => owned.Columns).Any(column => column.Identifier == Domain))
        {
            yield return new Fault(
                $"{path}.domain",
                "unknown_domain",
                "No table has an identifier of this domain that is one person's own. GET /datasets lists them."
            );
        }

        foreach (var (name, value) in new[] { ("wrong", Wrong), ("value", Value) })
        {
            if (value is not { Length: > 0 and <= ClaimReader.MaxLength })
            {
                yield return new Fault(
                    $"{path}.{name}",
                    "wrong_length",
                    $"An identifier has 1 to {ClaimReader.MaxLength} characters. One that should not be there at all is erased, not corrected."
                );
            }
        }
    }

    private IEnumerable<Fault> ColumnFaults(ErasureScope scope, string path)
    {
        if (Wrong is not null)
        {
            yield return new Fault($"{path}.wrong", "not_of_a_column", "The wrong value of a column is not asked for.");
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
                "An identifier is corrected by its domain, for every table at once: give domain, wrong and value."
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
