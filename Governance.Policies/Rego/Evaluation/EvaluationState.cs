using Governance.Policies.Rego.Syntax;
using Governance.Policies.Rego.Values;

namespace Governance.Policies.Rego.Evaluation;

/// <summary>What one evaluation has used up, and what stays the same while it runs.</summary>
internal sealed class EvaluationState(
    EvaluationLimits limits,
    bool strict,
    TimeProvider time,
    CancellationToken cancellation
)
{
    private const int Often = 1024;

    private readonly long started = time.GetTimestamp();
    private long stepsLeft = limits.Steps;
    private long elementsLeft = limits.Elements;
    private int untilClock = Often;
    private int depth;
    private NumberValue? now;

    /// <summary>Whether a builtin's failure ends the evaluation; else the call is undefined.</summary>
    public bool Strict { get; } = strict;

    /// <summary>The time of the evaluation, the same whenever it is asked for.</summary>
    public NumberValue Now => now ??= NumberValue.Of((time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100);

    /// <summary>What builtins keep between calls, by their own key.</summary>
    private readonly Dictionary<(string Builtin, RegoValue Key), object?> memory = [];

    public object? Remember((string Builtin, RegoValue Key) key, Func<object?> make)
    {
        if (!memory.TryGetValue(key, out var value))
        {
            memory.Add(key, value = make());
        }

        return value;
    }

    public void Step()
    {
        if (--stepsLeft < 0)
        {
            throw Exceeded("steps");
        }

        if (--untilClock == 0)
        {
            untilClock = Often;
            cancellation.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(started) > limits.Time)
            {
                throw Exceeded("time");
            }
        }
    }

    /// <summary>Counts what is made.</summary>
    /// <param name="elements">Elements, or sixteenths of characters.</param>
    public void Charge(long elements)
    {
        elementsLeft -= elements;
        stepsLeft -= elements;
        if (elementsLeft < 0)
        {
            throw Exceeded("elements");
        }

        Step();
    }

    public void Enter()
    {
        if (++depth > limits.Depth)
        {
            throw Exceeded("depth");
        }

        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
    }

    public void Leave() => depth--;

    /// <summary>Begins another run of the same evaluation, with what is left of its limits.</summary>
    public void Restart() => depth = 0;

    private static EvaluationException Exceeded(string limit) =>
        new(
            default(Location),
            EvaluationException.Limit,
            $"The evaluation took more {limit} than it may: make the policy cheaper, or raise the limit '{limit}'."
        );
}
