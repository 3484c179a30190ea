namespace Governance.Masking.Vault;

/// <summary>What was destroyed in a vault since a position of its log.</summary>
/// <param name="Position">How far this answer goes; where to ask from next time.</param>
/// <param name="IsComplete">
/// <see langword="false"/> where the log no longer reaches back so far, is another one, or holds more than is worth telling: whoever
/// keeps rows must forget them all, and go on from <paramref name="Position"/>.
/// </param>
/// <param name="IndexPrefixes">
/// The first halves of the destroyed rows' blind indexes (<see cref="BlindIndex.High"/>), in no order; as little as finds them in a
/// cache. Where another row's index starts the same, that one is forgotten too, and read again. Empty where the answer is
/// not complete.
/// </param>
public sealed record Destructions(long Position, bool IsComplete, IReadOnlyList<ulong> IndexPrefixes);
