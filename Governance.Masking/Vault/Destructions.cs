namespace Governance.Masking.Vault;

/// <summary>What was destroyed in a vault since a position of its log.</summary>
/// <param name="Position">How far this answer goes; where to ask from next time.</param>
/// <param name="IsComplete">
/// <see langword="false"/> where the log no longer reaches back so far, is another one, or holds more than is worth telling: whoever
/// keeps rows must forget them all, and go on from <paramref name="Position"/>.
/// </param>
/// <param name="Destroyed">What was destroyed, in no order; empty where the answer is not complete.</param>
public sealed record Destructions(long Position, bool IsComplete, IReadOnlyList<DestroyedIdentifier> Destroyed);

/// <summary>A destroyed row, told by as little as finds it in a cache.</summary>
/// <param name="Domain">The identifier domain.</param>
/// <param name="IndexPrefix">
/// The first 64 bits of the blind index (<see cref="BlindIndex.High"/>). Where another row's index starts the same, that one is
/// forgotten too, and read again.
/// </param>
public readonly record struct DestroyedIdentifier(string Domain, ulong IndexPrefix)
{
    /// <summary>What is told of an identifier.</summary>
    public static DestroyedIdentifier Of(IdentifierKey key) => new(key.Domain, key.Index.High);
}
