namespace Governance.Api.Features.Revealing.RevealValues;

/// <summary>Which values are to be seen, and what for. Not a record: its text form must not show them.</summary>
internal sealed class RevealValuesBody
{
    /// <summary>The dataset's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>The column, by its path in the contract: <c>email</c>, <c>name.given</c>, <c>phones[].number</c>.</summary>
    public required string Column { get; init; }

    /// <summary>The masked values, as they stand in the column.</summary>
    public required IReadOnlyList<string> Values { get; init; }

    /// <summary>The purpose of the grant that the values are asked for by.</summary>
    public required string Purpose { get; init; }

    /// <summary>
    /// For a sealed column alone: for each value, the surrogate of the identifier under whose key it was sealed, from the same row.
    /// </summary>
    public IReadOnlyList<string>? Subjects { get; init; }

    /// <summary>
    /// Why just these values: a class in lower case, and a number where there is one: <c>support_call</c>, <c>ticket-4711</c>. The ledger keeps it
    /// for ever, so it is no place for anything of a person.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>For a column of <c>fpe</c> whose key was changed since: the id of the key that the values were masked with.</summary>
    public uint? KeyId { get; init; }
}
