using System.Text.Json.Serialization;

namespace Governance.Api.Features.Revealing.RevealValues;

/// <summary>What was revealed. Not a record: its text form must not show it.</summary>
internal sealed class RevealedValues
{
    /// <summary>The call, as the ledger names it.</summary>
    public required Guid Id { get; init; }

    /// <summary>The dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>The purpose.</summary>
    public required string Purpose { get; init; }

    /// <summary>The version of the policies that decided.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>How many were revealed.</summary>
    public required int Revealed { get; init; }

    /// <summary>An answer for each value, in the order of the call.</summary>
    public required IReadOnlyList<RevealedItem> Values { get; init; }
}

/// <summary>What came of one value. Not a record: its text form must not show it.</summary>
internal sealed class RevealedItem
{
    /// <summary>Whether, and why not.</summary>
    public required RevealedState State { get; init; }

    /// <summary>The plain value, as text; left out where it was not revealed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Value { get; init; }
}

/// <summary>What came of a value.</summary>
internal enum RevealedState
{
    /// <summary>Its plain value is given.</summary>
    Revealed,

    /// <summary>
    /// Its vault row is gone: whoever it stood for was erased. The vault keeps no trace of whom it forgot, so a surrogate that never was one
    /// gets the same answer.
    /// </summary>
    Erased,

    /// <summary>Its person restricted the processing of their data, or objected to this purpose; the request that did so can be lifted.</summary>
    Limited,

    /// <summary>It was not masked by this column's rule and these keys, or its key was retired.</summary>
    NotGenuine,

    /// <summary>A sealed value came without the surrogate of its row.</summary>
    SubjectMissing,
}
