using System.Text.Json.Serialization;
using Governance.Api.Http;
using Governance.Masking.Keys;

namespace Governance.Api.Features.Keys;

/// <summary>A key, without the key.</summary>
/// <param name="Id">In front of everything that it encrypted.</param>
/// <param name="State"><c>primary</c> (writes and reads), <c>reads</c>, or <c>retired</c>.</param>
/// <param name="AddedAt">When it was added, where that is known.</param>
/// <param name="PromotedAt">When it began to write last, or absent.</param>
/// <param name="RetiredAt">When it was retired, or absent.</param>
/// <param name="Uses">What is kept that can be read with it alone; where it was counted.</param>
internal sealed record KeyAnswer(
    uint Id,
    string State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? AddedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? PromotedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? RetiredAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<KeyUseCount>? Uses
)
{
    public static KeyAnswer Of(KeyInfo key) =>
        new(key.Id, Name(key.State), key.AddedAt, key.PromotedAt, key.RetiredAt, key.Uses.Count == 0 ? null : key.Uses);

    /// <summary>The name of a state.</summary>
    public static string Name(KeyState state) =>
        state switch
        {
            KeyState.Primary => "primary",
            KeyState.Reads => "reads",
            KeyState.Retired => "retired",
            _ => "destroyed",
        };

    public static Result<KeyAnswer> Of(Result<KeyInfo> result) => result.IsOk ? Of(result.Value) : result.Failure;
}

/// <summary>How an act upon a key is done.</summary>
/// <param name="Force">Does what is refused because it is not safe; it may make data unreadable. Default: false.</param>
internal sealed record KeyActBody(bool Force = false);
