using Governance.Masking.Avro;
using Governance.Policies.Views;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>Refuses definitions that could not be carried out as they stand.</summary>
internal static class IssuedChecks
{
    /// <summary>Why a view is refused; <see langword="null"/> where it is not.</summary>
    public static Refusal? Of(ViewDefinition view, StructType shape) =>
        !IssuedNames.IsName(view.Name) ? Name("view", view.Name)
        : Member(view.Readers) is { } refused ? refused
        : view.Columns.IsDefaultOrEmpty
            ? Invalid("view_without_columns", $"View {view.Name} shows no column. Name one at least.")
        : view.Columns.FirstOrDefault(column => !shape.Fields.Any(field => field.Name == column)) is { } missing
            ? Invalid(
                "column_missing",
                $"View {view.Name}: table {view.Dataset.Name} has no column {missing}. It comes with the first record that has it; until then leave it out."
            )
        : view.Columns.Distinct(StringComparer.OrdinalIgnoreCase).Count() != view.Columns.Length
            ? Invalid("column_twice", $"View {view.Name} names a column twice.")
        : view.Generalized.Keys.FirstOrDefault(column => !IsTemporal(view, shape, column)) is { } exact
            ? Invalid(
                "generalization_refused",
                $"View {view.Name}: column {exact} is no date or instant of the view, so it cannot be shown less exactly. Leave it out."
            )
        : view.SmallestGroup is { } group
        && (group.Size < 2 || !view.Columns.Contains(group.Subject, StringComparer.Ordinal))
            ? Invalid(
                "group_refused",
                $"View {view.Name}: a smallest group is of 2 people or more, told apart by a column that the view shows."
            )
        : view.Without.Any(prefix => !IssuedNames.IsKeySetPrefix(prefix))
            ? Invalid(
                "left_out_refused",
                $"View {view.Name}: a prefix of key sets has letters, digits and _ - . * alone, at most 200 of them."
            )
        : null;

    /// <summary>Why a rule is refused; <see langword="null"/> where it is not.</summary>
    public static Refusal? Of(RowRule rule) =>
        !IssuedNames.IsName(rule.Name) ? Name("row rule", rule.Name)
        : rule.Members.IsDefaultOrEmpty
            ? Invalid("rule_without_members", $"Row rule {rule.Name} names nobody. Name a member at least.")
        : Member(rule.Members);

    /// <summary>The refusal of a table that is not there.</summary>
    public static Refusal Missing(string dataset) =>
        new(
            RefusalKind.Gone,
            "table_missing",
            $"There is no table {dataset}. It comes with the dataset's first record; ask again then."
        );

    private static bool IsTemporal(ViewDefinition view, StructType shape, string column) =>
        view.Columns.Contains(column, StringComparer.Ordinal)
        && ViewText.KindOf(shape, column) is ScalarKind.Date or ScalarKind.Timestamp or ScalarKind.LocalTimestamp;

    private static Refusal? Member(IEnumerable<string> members) =>
        members.Any(member => !Members.IsMember(member))
            ? Invalid(
                "member_refused",
                "A member is written as user:, group:, serviceAccount: or domain: and an address. One of those given is not."
            )
            : null;

    private static Refusal Name(string what, string name) =>
        Invalid(
            "name_refused",
            $"'{name}' is no name for a {what}: letters, digits and underscores, a letter first, at most 100."
        );

    private static Refusal Invalid(string code, string message) => new(RefusalKind.Invalid, code, message);
}
