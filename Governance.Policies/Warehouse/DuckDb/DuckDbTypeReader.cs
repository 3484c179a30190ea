using System.Collections.Immutable;
using System.Globalization;
using Governance.Masking.Avro;

namespace Governance.Policies.Warehouse.DuckDb;

/// <summary>Reads a column's type as DuckDB's catalog prints it: <c>STRUCT(a BIGINT, "b c" VARCHAR)[]</c>.</summary>
internal ref struct DuckDbTypeReader
{
    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private DuckDbTypeReader(ReadOnlySpan<char> text) => _text = text;

    /// <summary>Reads a type.</summary>
    /// <exception cref="FormatException">It is none that the adapter makes.</exception>
    public static MaskedType Parse(string text)
    {
        var reader = new DuckDbTypeReader(text);
        var type = reader.ReadType();
        return reader._at == text.Length ? type : throw Unknown(text);
    }

    private static FormatException Unknown(ReadOnlySpan<char> text) =>
        new($"The warehouse holds a column type that the adapter does not make: {text}.");

    private MaskedType ReadType()
    {
        var type = ReadUnlisted();
        while (TrySkip("[]"))
        {
            type = new ListType(type, ItemNullable: true);
        }

        return type;
    }

    private MaskedType ReadUnlisted()
    {
        if (TrySkip("STRUCT("))
        {
            return ReadStruct();
        }

        if (TrySkip("MAP(VARCHAR, "))
        {
            var value = ReadType();
            Skip(")");
            return new MapType(value, ValueNullable: true);
        }

        if (TrySkip("DECIMAL("))
        {
            var precision = ReadNumber();
            Skip(",");
            var scale = ReadNumber();
            Skip(")");
            return new ScalarType(ScalarKind.Decimal, precision, scale);
        }

        return new ScalarType(ReadKind());
    }

    private StructType ReadStruct()
    {
        var fields = ImmutableArray.CreateBuilder<MaskedField>();
        do
        {
            var name = ReadName();
            Skip(" ");
            fields.Add(new(name, ReadType(), Nullable: true));
        } while (TrySkip(", "));
        Skip(")");
        return new(fields.ToImmutable());
    }

    private string ReadName()
    {
        if (!TrySkip("\""))
        {
            return ReadUntilAnyOf(" ").ToString();
        }

        var name = new System.Text.StringBuilder();
        while (true)
        {
            name.Append(ReadUntilAnyOf("\""));
            Skip("\"");
            if (!TrySkip("\""))
            {
                return name.ToString();
            }

            name.Append('"');
        }
    }

    private ScalarKind ReadKind()
    {
        if (TrySkip("TIMESTAMP WITH TIME ZONE"))
        {
            return ScalarKind.Timestamp;
        }

        var word = ReadUntilAnyOf(",)[ ");
        return word switch
        {
            "VARCHAR" => ScalarKind.Text,
            "BLOB" => ScalarKind.Bytes,
            "BOOLEAN" => ScalarKind.Boolean,
            "INTEGER" => ScalarKind.Int32,
            "BIGINT" => ScalarKind.Int64,
            "FLOAT" => ScalarKind.Float,
            "DOUBLE" => ScalarKind.Double,
            "DATE" => ScalarKind.Date,
            "TIME" => ScalarKind.Time,
            "TIMESTAMP" => ScalarKind.LocalTimestamp,
            "UUID" => ScalarKind.Uuid,
            _ => throw Unknown(word),
        };
    }

    private int ReadNumber() => int.Parse(ReadUntilAnyOf(",)"), NumberStyles.None, CultureInfo.InvariantCulture);

    private ReadOnlySpan<char> ReadUntilAnyOf(ReadOnlySpan<char> ends)
    {
        var rest = _text[_at..];
        var length = rest.IndexOfAny(ends);
        rest = length < 0 ? rest : rest[..length];
        _at += rest.Length;
        return rest;
    }

    private bool TrySkip(ReadOnlySpan<char> expected)
    {
        if (!_text[_at..].StartsWith(expected, StringComparison.Ordinal))
        {
            return false;
        }

        _at += expected.Length;
        return true;
    }

    private void Skip(ReadOnlySpan<char> expected)
    {
        if (!TrySkip(expected))
        {
            throw Unknown(_text);
        }
    }
}
