using System.Text.RegularExpressions;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>Numbers in JSON's form, checked before they become part of a stored definition.</summary>
internal static partial class NumberLiterals
{
    /// <summary>The number without an exponent; <see langword="null"/> where it is none that both warehouses hold exactly.</summary>
    public static string? Exact(string number) => Plain.IsMatch(number) ? number : null;

    // At most 38 digits in all, as both warehouses' decimals have.
    [GeneratedRegex(@"\A-?(?=[0-9.]{1,39}\z)(0|[1-9][0-9]{0,28})(\.[0-9]{1,9})?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Plain { get; }
}
