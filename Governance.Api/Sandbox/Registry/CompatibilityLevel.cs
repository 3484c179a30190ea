namespace Governance.Api.Sandbox.Registry;

/// <summary>What a new version of a subject must be able to do with older ones.</summary>
internal enum CompatibilityLevel
{
    None,
    Backward,
    BackwardTransitive,
    Forward,
    ForwardTransitive,
    Full,
    FullTransitive,
}

/// <summary>The levels' names on the wire, and what each asks.</summary>
internal static class CompatibilityLevels
{
    public const CompatibilityLevel Default = CompatibilityLevel.Backward;

    public static string[] Names { get; } = [.. Enum.GetValues<CompatibilityLevel>().Select(Name)];

    public static string Name(this CompatibilityLevel level) =>
        level switch
        {
            CompatibilityLevel.None => "NONE",
            CompatibilityLevel.Backward => "BACKWARD",
            CompatibilityLevel.BackwardTransitive => "BACKWARD_TRANSITIVE",
            CompatibilityLevel.Forward => "FORWARD",
            CompatibilityLevel.ForwardTransitive => "FORWARD_TRANSITIVE",
            CompatibilityLevel.Full => "FULL",
            CompatibilityLevel.FullTransitive => "FULL_TRANSITIVE",
            _ => throw new ArgumentOutOfRangeException(nameof(level)),
        };

    /// <summary>The level of a name, in any case.</summary>
    public static CompatibilityLevel Parse(string? name)
    {
        var index = Array.FindIndex(Names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? (CompatibilityLevel)index : throw RegistryFault.InvalidLevel();
    }

    /// <summary>Why a new schema breaks the level against older ones (the newest last); empty where it does not.</summary>
    public static IReadOnlyList<string> Check(
        this CompatibilityLevel level,
        AvroShape candidate,
        IReadOnlyList<AvroShape> older
    )
    {
        var (reads, isRead, all) = level switch
        {
            CompatibilityLevel.None => (false, false, false),
            CompatibilityLevel.Backward => (true, false, false),
            CompatibilityLevel.BackwardTransitive => (true, false, true),
            CompatibilityLevel.Forward => (false, true, false),
            CompatibilityLevel.ForwardTransitive => (false, true, true),
            CompatibilityLevel.Full => (true, true, false),
            CompatibilityLevel.FullTransitive => (true, true, true),
            _ => throw new ArgumentOutOfRangeException(nameof(level)),
        };
        var faults = new List<string>();
        foreach (var version in all ? older : older.TakeLast(1))
        {
            if (reads)
            {
                faults.AddRange(AvroResolution.Faults(candidate, version).Select(fault => $"new reads old: {fault}"));
            }

            if (isRead)
            {
                faults.AddRange(AvroResolution.Faults(version, candidate).Select(fault => $"old reads new: {fault}"));
            }
        }

        return faults;
    }
}
