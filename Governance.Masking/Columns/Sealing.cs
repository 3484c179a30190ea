using Governance.Masking.Contracts;

namespace Governance.Masking.Columns;

/// <summary>Under whose key a rule seals.</summary>
internal static class Sealing
{
    /// <summary>Path of the identifier column: the rule's <c>under</c>, else the dataset's subject; <see langword="null"/> where there is neither.</summary>
    public static string? SealingPath(this Dataset dataset, MaskingRule rule) =>
        rule.Parameters.GetValueOrDefault("under") ?? dataset.Subject?.Identifier;

    /// <summary>Domain of that column; the empty string where there is none.</summary>
    public static string SealingDomain(this Dataset dataset, MaskingRule rule)
    {
        var path = dataset.SealingPath(rule);
        return dataset
                .AllColumns()
                .FirstOrDefault(column => string.Equals(column.Path, path, StringComparison.Ordinal))
                ?.Identifier
            ?? "";
    }
}
