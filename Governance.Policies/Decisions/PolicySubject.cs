using System.Collections.Immutable;

namespace Governance.Policies.Decisions;

/// <summary>Who asks, as a policy sees it: ids and words of the directory, and nothing that names the person.</summary>
/// <param name="Id">The directory's object id.</param>
/// <param name="Roles">The roles of the token.</param>
/// <param name="Groups">The directory's groups, by id; policies map them to teams.</param>
public sealed record PolicySubject(string Id, ImmutableArray<string> Roles, ImmutableArray<string> Groups)
{
    /// <summary>Nobody: a caller that is not signed in.</summary>
    public static PolicySubject Nobody { get; } = new("", [], []);

    /// <summary>Whether a person or a program is signed in.</summary>
    public bool IsSignedIn => Id.Length > 0;

    /// <inheritdoc />
    public bool Equals(PolicySubject? other) =>
        other is not null
        && string.Equals(Id, other.Id, StringComparison.Ordinal)
        && Roles.SequenceEqual(other.Roles, StringComparer.Ordinal)
        && Groups.SequenceEqual(other.Groups, StringComparer.Ordinal);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Id, Roles.Length, Groups.Length);
}
