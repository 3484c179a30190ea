using static Governance.Masking.Contracts.Odcs.Shapes;

namespace Governance.Masking.Contracts.Odcs;

/// <summary>What stands at many places of a document.</summary>
internal static class CommonShapes
{
    public static Shape CustomProperties { get; } =
        ListOf(
            Closed(["property", "value"], ("id", StableId), ("property", Text), ("value", Any), ("description", Text))
        );

    public static Shape AuthoritativeDefinitions { get; } =
        ListOf(Closed(["url", "type"], ("id", StableId), ("url", Text), ("type", Text), ("description", Text)));

    public static Shape Roles { get; } =
        ListOf(
            Closed(
                ["role"],
                ("id", StableId),
                ("role", Text),
                ("description", Text),
                ("access", Text),
                ("firstLevelApprovers", Text),
                ("secondLevelApprovers", Text),
                ("customProperties", CustomProperties)
            )
        );
}
