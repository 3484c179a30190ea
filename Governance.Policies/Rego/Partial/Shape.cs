namespace Governance.Policies.Rego.Partial;

/// <summary>What is known of a value before anything is evaluated: whether columns of the row are in it, and where.</summary>
internal abstract record Shape
{
    /// <summary>Holds nothing of the row.</summary>
    public static Shape Known { get; } = new KnownShape();

    /// <summary>The input, which holds the row.</summary>
    public static Shape Input { get; } = new InputShape();

    public bool IsKnown => this is KnownShape;

    /// <summary>The shape of what is either of two values.</summary>
    public static Shape Join(Shape one, Shape other) =>
        (one, other) switch
        {
            _ when one.Equals(other) => one,
            (KnownShape, ColumnShape or HolderShape or MixedShape) => other,
            (ColumnShape or HolderShape or MixedShape, KnownShape) => one,
            (ColumnShape, ColumnShape) => new ColumnShape(null),
            (HolderShape left, HolderShape right) => new HolderShape(Join(left.Element, right.Element)),
            _ => new MixedShape(),
        };
}

internal sealed record KnownShape : Shape;

internal sealed record InputShape : Shape;

/// <summary>The row, or a group of its columns.</summary>
internal sealed record RowShape(RowPart Part) : Shape
{
    public override string ToString() => Part.Path;
}

/// <summary>A column; null where it is one of several.</summary>
internal sealed record ColumnShape(RowPart? Part) : Shape
{
    public override string ToString() => Part?.Path ?? "column";
}

/// <summary>An array or an object among whose elements are columns.</summary>
internal sealed record HolderShape(Shape Element) : Shape;

/// <summary>Now the one, now the other: good for nothing.</summary>
internal sealed record MixedShape : Shape;
