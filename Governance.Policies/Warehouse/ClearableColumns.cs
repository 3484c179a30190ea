using Governance.Masking.Avro;
using Governance.Masking.Contracts;

namespace Governance.Policies.Warehouse;

/// <summary>
/// The columns that become null where an erasure clears a row: each that is or holds personal data or an identifier, and each that
/// the contract does not know (any more). Only what the contract says to retain, or calls not personal, stays.
/// </summary>
internal static class ClearableColumns
{
    public static IReadOnlyList<MaskedField> Of(Dataset dataset, StructType table, IReadOnlyList<Column> matchedBy)
    {
        var known = dataset.Columns.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var matched = matchedBy.Select(column => column.Path).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. table.Fields.Where(field =>
                !known.TryGetValue(field.Name, out var column) || MustGo(column, matched, retained: false)
            ),
        ];
    }

    private static bool MustGo(Column column, HashSet<string> matched, bool retained)
    {
        retained = column.OnErasure is { } rule ? rule.Action == ErasureAction.Retain : retained;
        // A row that kept what it was matched by would still be found.
        return matched.Contains(column.Path)
            || (!retained && (column.IsPersonal || column.Identifier is not null))
            || column.Children.Any(child => MustGo(child, matched, retained));
    }
}
