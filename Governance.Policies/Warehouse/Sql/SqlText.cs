using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>
/// A statement, or a piece of one. Its words stand in the source code; names, values and other pieces are put in by
/// interpolation, and nothing else can be: a string in a hole does not compile. So no name goes in unquoted, and no value as text.
/// </summary>
internal sealed class SqlText
{
    private SqlText(ImmutableArray<SqlPart> parts) => Parts = parts;

    public static SqlText Empty { get; } = new([]);

    public ImmutableArray<SqlPart> Parts { get; }

    /// <summary><c>SqlText.Of($"SELECT count(*) FROM {table} WHERE {column} = {value}")</c></summary>
    public static SqlText Of(Interpolation text) => new(text.Parts);

    /// <summary>Pieces one after the other.</summary>
    /// <param name="separator">Words of the language, such as <c>" OR "</c>: a constant.</param>
    /// <param name="pieces">The pieces.</param>
    public static SqlText Join([ConstantExpected] string separator, IEnumerable<SqlText> pieces)
    {
        var parts = ImmutableArray.CreateBuilder<SqlPart>();
        foreach (var piece in pieces)
        {
            if (parts.Count > 0)
            {
                parts.Add(new Words(separator));
            }

            parts.AddRange(piece.Parts);
        }

        return new SqlText(parts.DrainToImmutable());
    }

    /// <summary>Words that a dialect has composed itself (a type, a checked literal). Never called outside of a dialect.</summary>
    internal static SqlText FromDialect(string words) => new([new Words(words)]);

    /// <summary>What the compiler hands an interpolated string to.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Interpolation
    {
        private readonly ImmutableArray<SqlPart>.Builder _parts;

        public Interpolation(int literalLength, int formattedCount)
        {
            _ = literalLength;
            _parts = ImmutableArray.CreateBuilder<SqlPart>((2 * formattedCount) + 1);
        }

        public ImmutableArray<SqlPart> Parts => _parts.DrainToImmutable();

        public void AppendLiteral(string words) => _parts.Add(new Words(words));

        public void AppendFormatted(SqlName name) => _parts.Add(new NamePart(name));

        public void AppendFormatted(SqlValue value) => _parts.Add(new ValuePart(value));

        public void AppendFormatted(SqlText piece) => _parts.AddRange(piece.Parts);
    }
}

/// <summary>A part of a statement.</summary>
internal abstract record SqlPart;

/// <summary>Words of the language.</summary>
internal sealed record Words(string Text) : SqlPart;

/// <summary>A name, to be quoted.</summary>
internal sealed record NamePart(SqlName Name) : SqlPart;

/// <summary>A value, to be sent beside the statement.</summary>
internal sealed record ValuePart(SqlValue Value) : SqlPart;
