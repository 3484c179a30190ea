namespace Governance.Api.Features.Health;

/// <summary>A part that readiness depends on. Register it as a singleton <see cref="IHealthPart"/>.</summary>
internal interface IHealthPart
{
    /// <summary>The name: broker, registry, warehouse, policy, state, vault or keys.</summary>
    string Name { get; }

    /// <summary>Asks the part itself; a throw or a time-out means that it is down.</summary>
    ValueTask<PartState> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>How a part is.</summary>
/// <param name="IsUp">Whether it works.</param>
/// <param name="Detail">Words for an operator, with no personal value; or <see langword="null"/>.</param>
internal sealed record PartState(bool IsUp, string? Detail = null)
{
    /// <summary>It works.</summary>
    public static PartState Up { get; } = new(true);

    /// <summary>It does not work, and why.</summary>
    public static PartState Down(string detail) => new(false, detail);
}
