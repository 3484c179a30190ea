using System.Collections.Immutable;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>
/// A value in a statement, which is always sent beside it. The same object twice is one parameter.
/// </summary>
internal abstract class SqlValue
{
    public static SqlValue Of(string value) => new TextValue(value);

    public static SqlValue Of(long value) => new IntegerValue(value);

    public static SqlValue Of(DateTimeOffset value) => new InstantValue(value);

    /// <summary>Many texts as one parameter; <see cref="SqlDialect.Rows"/> makes rows of them.</summary>
    public static SqlValue Of(IEnumerable<string> values) => new TextsValue([.. values]);

    /// <summary>Many UUIDs as one parameter; <see cref="SqlDialect.Rows"/> makes rows of them.</summary>
    public static SqlValue Of(IEnumerable<Guid> values) => new UuidsValue([.. values]);

    /// <summary>Many whole numbers as one parameter.</summary>
    public static SqlValue Of(IEnumerable<long> values) => new IntegersValue([.. values]);

    /// <summary>Many instants as one parameter.</summary>
    public static SqlValue Of(IEnumerable<DateTimeOffset> values) => new InstantsValue([.. values]);
}

internal sealed class TextValue(string value) : SqlValue
{
    public string Value { get; } = value;
}

internal sealed class IntegerValue(long value) : SqlValue
{
    public long Value { get; } = value;
}

internal sealed class InstantValue(DateTimeOffset value) : SqlValue
{
    public DateTimeOffset Value { get; } = value;
}

internal sealed class TextsValue(ImmutableArray<string> values) : SqlValue
{
    public ImmutableArray<string> Values { get; } = values;
}

internal sealed class UuidsValue(ImmutableArray<Guid> values) : SqlValue
{
    public ImmutableArray<Guid> Values { get; } = values;
}

internal sealed class IntegersValue(ImmutableArray<long> values) : SqlValue
{
    public ImmutableArray<long> Values { get; } = values;
}

internal sealed class InstantsValue(ImmutableArray<DateTimeOffset> values) : SqlValue
{
    public ImmutableArray<DateTimeOffset> Values { get; } = values;
}
