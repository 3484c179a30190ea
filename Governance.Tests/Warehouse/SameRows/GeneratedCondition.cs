using CsCheck;
using Governance.Masking.Avro;
using Governance.Policies.Views;

namespace Governance.Tests.Warehouse.SameRows;

/// <summary>Conditions over the columns of a generated table that are one value a row.</summary>
internal static class GeneratedCondition
{
    public static Gen<RowCondition> Of(GeneratedTable table)
    {
        var leaf = Gen.Frequency([
            .. table.Scalars.Select(column =>
                (column.Type.Kind is ScalarKind.Text ? 4 : 1, Leaf(column.Name, column.Type))
            ),
        ]);
        return Gen.Recursive<RowCondition>(
            (depth, inner) =>
                depth > 0
                    ? leaf
                    : Gen.OneOf(
                        leaf,
                        inner.Select(RowCondition (one) => new Negation(one)),
                        inner.Array[0, 3].Select(RowCondition (all) => new AllOf([.. all])),
                        inner.Array[0, 3].Select(RowCondition (any) => new AnyOf([.. any]))
                    )
        );
    }

    private static Gen<RowCondition> Leaf(string column, ScalarType type)
    {
        var constant = GeneratedTable.OneOf(GeneratedTable.Values(type)).Select(value => Constant(type, value));
        var compared = type.Kind is ScalarKind.Boolean or ScalarKind.Uuid
            ? GeneratedTable.OneOf(ComparisonOperator.Equal, ComparisonOperator.NotEqual)
            : Gen.Enum<ComparisonOperator>();
        Gen<RowCondition>[] leaves =
        [
            Gen.Select(compared, constant, RowCondition (how, value) => new Comparison(column, how, value)),
            constant.Array[0, 3].Select(RowCondition (values) => new Membership(column, [.. values])),
            Gen.Const<RowCondition>(new Presence(column)),
        ];
        // Half of what is asked of texts is how they begin or end, which is not the same in any two of the values.
        return type.Kind is ScalarKind.Text
            ? Gen.OneOf(
                Gen.OneOf(leaves),
                Gen.Select(
                    Gen.Enum<TextPlace>(),
                    GeneratedTable.OneOf("a", "ab", "b", "'\\", "\n", "", "%"),
                    RowCondition (place, text) => new TextMatch(column, place, text)
                )
            )
            : Gen.OneOf(leaves);
    }

    private static Constant Constant(ScalarType type, string value) =>
        type.Kind switch
        {
            ScalarKind.Int64 or ScalarKind.Decimal or ScalarKind.Double => new NumberConstant(value),
            ScalarKind.Boolean => new BooleanConstant(value is "true"),
            _ => new TextConstant(value),
        };
}
