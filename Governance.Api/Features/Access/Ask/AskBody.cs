namespace Governance.Api.Features.Access.Ask;

/// <summary>A request for access.</summary>
internal sealed class AskBody
{
    /// <summary>The dataset; GET /datasets lists them.</summary>
    public required string Dataset { get; init; }

    /// <summary>What it is for: a purpose that the policies know, such as <c>settlement</c>.</summary>
    public required string Purpose { get; init; }

    /// <summary>The columns that are needed; all that may be shown where it is left out.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>For how long, from when it is granted: <c>PT8H</c>, <c>P30D</c>, <c>8h</c>, <c>30d</c> or <c>08:00:00</c>.</summary>
    public required string Duration { get; init; }

    /// <summary>Why, for those who approve; at most 1,000 characters. Name no personal value in it.</summary>
    public string? Justification { get; init; }
}

/// <summary>An emergency: access at once, for a short time, with an alarm, and with a review afterwards.</summary>
internal sealed class BreakGlassBody
{
    /// <summary>The dataset; GET /datasets lists them.</summary>
    public required string Dataset { get; init; }

    /// <summary>What has happened, in words; the policies say how many. Name no personal value in it.</summary>
    public required string Reason { get; init; }

    /// <summary>The columns that are needed; all that may be shown where it is left out.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>What it is for; <c>emergency</c> where it is left out.</summary>
    public string? Purpose { get; init; }

    /// <summary>For how long; an hour where it is left out.</summary>
    public string? Duration { get; init; }
}
