using System.Text.Json;

namespace Governance.Api.Features.Query.RunQuery;

/// <summary>A query as it arrives. Not a record: its text form must not show what is asked.</summary>
internal sealed class RunQueryBody
{
    /// <summary>One SELECT over the datasets that were granted: <c>SELECT count(*) FROM payments</c>.</summary>
    public required string Sql { get; init; }

    /// <summary>
    /// Values of its parameters: an array for <c>?</c> and <c>$1</c>, an object for <c>$name</c>. Texts, numbers, truth values, nulls.
    /// </summary>
    public JsonElement? Parameters { get; init; }
}
