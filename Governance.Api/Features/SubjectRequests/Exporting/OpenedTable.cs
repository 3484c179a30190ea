using System.Text.Json.Nodes;
using Governance.Masking.Contracts;

namespace Governance.Api.Features.SubjectRequests.Exporting;

/// <summary>The person's rows of a table, opened as far as they can be and may be.</summary>
/// <param name="Dataset">The table.</param>
/// <param name="Rows">The rows, the oldest first.</param>
/// <param name="Columns">What became of each column that occurred.</param>
/// <param name="Undescribed">Columns of the table that no contract describes; they are not given.</param>
internal sealed record OpenedTable(
    Dataset Dataset,
    IReadOnlyList<JsonObject> Rows,
    IReadOnlyList<OpenedColumn> Columns,
    IReadOnlyList<string> Undescribed
);

/// <summary>A column, and how it is given.</summary>
internal sealed record OpenedColumn(Column Column, Giving Giving);

/// <summary>How values of a column are given.</summary>
internal enum Giving
{
    /// <summary>They are kept plain.</summary>
    Plain,

    /// <summary>They were turned back.</summary>
    Opened,

    /// <summary>As they are kept: nothing turns them back.</summary>
    AsKept,

    /// <summary>Some could not be turned back any more: their key is gone. Those are given as they are kept.</summary>
    OpenedInPart,

    /// <summary>They point at somebody else (GDPR Art. 15(4)), and are left out.</summary>
    LeftOut,

    /// <summary>The person did not provide them (GDPR Art. 20), and they are left out.</summary>
    NotProvided,
}
