namespace Governance.Api.Sandbox.Registry;

/// <summary>An Avro schema as resolution between reader and writer sees it: without docs and logical types.</summary>
internal sealed class AvroShape
{
    /// <summary>A primitive's name, or <c>record enum fixed array map union</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Full name of a record, enum or fixed; else empty.</summary>
    public string FullName { get; init; } = "";

    /// <summary>Full names that it also reads.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Fields of a record; filled after the record is known, because it may hold itself.</summary>
    public IReadOnlyList<AvroShapeField> Fields { get; set; } = [];

    /// <summary>Branches of a union; or the one item type of an array or map.</summary>
    public IReadOnlyList<AvroShape> Items { get; init; } = [];

    /// <summary>Symbols of an enum.</summary>
    public IReadOnlyList<string> Symbols { get; init; } = [];

    /// <summary>Whether an enum has a default for symbols that it does not know.</summary>
    public bool HasDefault { get; init; }

    /// <summary>Size of a fixed.</summary>
    public int Size { get; init; }

    /// <summary>The name without its namespace.</summary>
    public string Name => FullName[(FullName.LastIndexOf('.') + 1)..];
}

/// <summary>A field of a record.</summary>
internal sealed record AvroShapeField(string Name, IReadOnlyList<string> Aliases, AvroShape Type, bool HasDefault);
