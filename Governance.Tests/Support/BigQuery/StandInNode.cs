namespace Governance.Tests.Support.BigQuery;

/// <summary>The stand-in's scripts: GoogleSQL's analyzer, and Google's own clients.</summary>
internal static class StandInNode
{
    public static NodeFolder Folder { get; } =
        new(
            ["Support", "BigQuery", "node"],
            // 250 MB of servers for other machines.
            "@fivetrandevelopers/zetasql/lib/zetasql/remote_server",
            "@fivetrandevelopers/zetasql/lib/zetasql/remote_server_arm"
        );
}
