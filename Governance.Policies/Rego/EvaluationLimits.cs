namespace Governance.Policies.Rego;

/// <summary>How much one evaluation may cost. Whoever asks gets an error instead of an answer, and denies.</summary>
public sealed record EvaluationLimits
{
    /// <summary>Steps: lines of bodies run, elements visited, elements made. Default ten million.</summary>
    public long Steps { get; init; } = 10_000_000;

    /// <summary>Rules and functions inside each other. Default 500.</summary>
    public int Depth { get; init; } = 500;

    /// <summary>Values made, counted as elements (a string counts one each 16 characters). Default ten million.</summary>
    public long Elements { get; init; } = 10_000_000;

    /// <summary>Time by the clock. Default two seconds.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(2);
}
