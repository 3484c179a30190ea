using Governance.Policies.Rego;

namespace Governance.Policies.Decisions;

/// <summary>
/// The policies of a folder. A changed version is put in force when it is sound; one at fault is refused whole, and the one before
/// stays in force.
/// </summary>
/// <param name="folder">Modules and data, as <see cref="PolicyFolder"/> reads them.</param>
public sealed class PolicyStore(string folder) : IPolicySnapshots
{
    private readonly Lock gate = new();
    private volatile PolicySnapshot? current;
    private volatile string? fault;
    private string? refusedHash;
    private string? seen;

    /// <summary>The folder.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <inheritdoc/>
    public PolicySnapshot? Current => current;

    /// <inheritdoc/>
    public string? Fault => fault;

    /// <summary>Looks at the folder again. Cheap where nothing changed.</summary>
    /// <returns>What came of it.</returns>
    public PolicyReload Reload()
    {
        lock (gate)
        {
            try
            {
                var now = Glance();
                if (string.Equals(now, seen, StringComparison.Ordinal))
                {
                    return PolicyReload.Unchanged;
                }

                var files = PolicyFolder.Read(Folder);
                // Looked at before it was read: what changes in between is seen the next time.
                seen = now;
                return Take(files);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A folder that is being replaced: asked again the next time, and said once.
                seen = null;
                return Refuse($"The policies cannot be read: {exception.Message}", []);
            }
        }
    }

    private PolicyReload Take(IReadOnlyList<PolicyFile> files)
    {
        var hash = PolicySnapshot.HashOf(files);
        if (string.Equals(hash, current?.Stamp.Hash, StringComparison.Ordinal))
        {
            (fault, refusedHash) = (null, null);
            return PolicyReload.Unchanged;
        }

        if (string.Equals(hash, refusedHash, StringComparison.Ordinal))
        {
            return PolicyReload.Unchanged;
        }

        try
        {
            current = PolicySnapshot.Load(files);
            (fault, refusedHash) = (null, null);
            return new PolicyReload(PolicyReloadOutcome.Taken, "", []);
        }
        catch (PolicyLoadException exception)
        {
            refusedHash = hash;
            return Refuse(exception.Faults[0].ToString(), exception.Faults);
        }
    }

    private PolicyReload Refuse(string why, IReadOnlyList<PolicyFault> faults)
    {
        var isNew = !string.Equals(why, fault, StringComparison.Ordinal);
        fault = why;
        return isNew ? new PolicyReload(PolicyReloadOutcome.Refused, why, faults) : PolicyReload.Unchanged;
    }

    // Names, sizes and times: reading megabytes of data every other second would be a waste.
    private string Glance() =>
        string.Join(
            '\n',
            Directory
                .EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Select(file => new FileInfo(file))
                .Select(file =>
                    FormattableString.Invariant($"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}")
                )
        );
}

/// <summary>What came of looking at the folder.</summary>
/// <param name="Outcome">Whether other policies are in force now.</param>
/// <param name="Why">Why they were refused; else empty.</param>
/// <param name="Faults">All faults, with file and line.</param>
public sealed record PolicyReload(PolicyReloadOutcome Outcome, string Why, IReadOnlyList<PolicyFault> Faults)
{
    internal static PolicyReload Unchanged { get; } = new(PolicyReloadOutcome.Unchanged, "", []);
}

/// <summary>Whether other policies are in force.</summary>
public enum PolicyReloadOutcome
{
    /// <summary>Nothing new: the same policies, or the same fault.</summary>
    Unchanged,

    /// <summary>They are.</summary>
    Taken,

    /// <summary>There are others, at fault; those before stay in force.</summary>
    Refused,
}
