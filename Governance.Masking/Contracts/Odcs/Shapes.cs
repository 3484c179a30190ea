namespace Governance.Masking.Contracts.Odcs;

/// <summary>Short names for shapes, so that tables of keys read as tables.</summary>
internal static class Shapes
{
    public static Shape Any { get; } = new AnyShape();

    public static Shape OneValue { get; } = new SingleShape();

    public static Shape Text { get; } = new TextShape();

    public static Shape Flag { get; } = new BooleanShape();

    public static Shape Integer { get; } = new NumberShape(integer: true);

    public static Shape Count { get; } = new NumberShape(integer: true, least: 0);

    public static Shape Number { get; } = new NumberShape(integer: false);

    public static Shape Positive { get; } = new NumberShape(integer: false, least: 0, above: true);

    public static Shape StableId { get; } = new TextShape(Forms.IsStableId, "letters, digits, '_' and '-' only");

    public static Shape Address { get; } = new TextShape(Forms.IsUri, "an absolute URI");

    public static Shape Date { get; } = new TextShape(Forms.IsDate, "a date such as 2026-01-31");

    public static Shape Moment { get; } = new TextShape(Forms.IsDateTime, "a time such as 2026-01-31T12:00:00Z");

    public static Shape Words(params string[] words) => new WordShape(words);

    public static Shape ListOf(Shape item) => new ListShape(item);

    public static Shape Closed(string[] required, params (string Key, Shape Shape)[] keys) =>
        new MapShape(Table(keys), required);

    public static Dictionary<string, Shape> Table(params (string Key, Shape Shape)[] keys) =>
        keys.ToDictionary(pair => pair.Key, pair => pair.Shape, StringComparer.Ordinal);
}
