using Governance.Policies.Decisions;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>Parts of a date, as SQL names them.</summary>
internal static class DateParts
{
    public static string Of(Generalization generalization) =>
        generalization switch
        {
            Generalization.Day => "DAY",
            Generalization.Month => "MONTH",
            Generalization.Year => "YEAR",
            _ => throw new ArgumentOutOfRangeException(nameof(generalization)),
        };
}
