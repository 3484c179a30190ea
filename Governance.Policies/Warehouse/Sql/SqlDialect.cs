using System.Collections.Immutable;
using System.Text;
using Governance.Masking.Avro;
using Governance.Policies.Decisions;
using Governance.Policies.Views;

namespace Governance.Policies.Warehouse.Sql;

/// <summary>How one warehouse writes what the adapters ask of both.</summary>
internal abstract class SqlDialect
{
    /// <summary>Writes a statement.</summary>
    public SqlStatement Write(SqlText text)
    {
        var written = new StringBuilder();
        var values = ImmutableArray.CreateBuilder<SqlValue>();
        foreach (var part in text.Parts)
        {
            switch (part)
            {
                case Words words:
                    written.Append(words.Text);
                    break;
                case NamePart name:
                    written.Append(Quote(name.Name));
                    break;
                case ValuePart { Value: var value }:
                    var at = values.IndexOf(value);
                    if (at < 0)
                    {
                        at = values.Count;
                        values.Add(value);
                    }

                    written.Append(Parameter(at + 1));
                    break;
                default:
                    throw new InvalidOperationException($"No such part of a statement: {part.GetType().Name}.");
            }
        }

        return new SqlStatement(written.ToString(), values.DrainToImmutable());
    }

    /// <summary>A name, quoted.</summary>
    public abstract string Quote(SqlName name);

    /// <summary>The full name of a table beside the datasets' tables.</summary>
    public abstract SqlName Table(string name);

    /// <summary>The place of a value.</summary>
    /// <param name="position">From 1.</param>
    public abstract string Parameter(int position);

    /// <summary>A text as a literal, for stored definitions (views, row rules), which take no parameters.</summary>
    public abstract SqlText Literal(string text);

    /// <summary>A constant of a condition as a literal of a column's type; <see langword="null"/> where it is none of that type.</summary>
    public abstract SqlText? Literal(ScalarType type, Constant constant);

    /// <summary>Whether one text begins with, ends with or contains the other; null where the first is null.</summary>
    public abstract SqlText Matches(SqlText text, TextPlace place, SqlText part);

    /// <summary>A date or an instant, cut to what is shown of it, in UTC; <see langword="null"/> where the type is neither.</summary>
    public abstract SqlText? Generalized(ScalarKind kind, SqlText value, Generalization to);

    /// <summary>Whether a moment is still to come, by the warehouse's clock.</summary>
    public abstract SqlText IsBefore(DateTimeOffset moment);

    /// <summary>A field of a record.</summary>
    public abstract SqlText Field(SqlText record, string name);

    /// <summary>What tells the rows of a dataset's table apart.</summary>
    public abstract SqlText RowIdentity(SqlName row);

    /// <summary>The same, as the columns that it is made of.</summary>
    public abstract SqlText RowIdentityColumns(SqlName row);

    /// <summary>A column as the left side of an assignment.</summary>
    public abstract SqlText Assigned(SqlName row, SqlName column);

    /// <summary>An instant parameter, as the type that system columns have.</summary>
    public abstract SqlText Instant(SqlValue moment);

    /// <summary>Whether a column of this type holds anything: neither null nor an empty list that stands for it.</summary>
    public abstract SqlText HoldsSomething(MaskedType type, SqlText column);

    /// <summary>A text that is a UUID, as the type that surrogates have.</summary>
    public abstract SqlText ToUuid(SqlText text);

    /// <summary>A surrogate as text.</summary>
    public abstract SqlText ToText(SqlText uuid);

    /// <summary>Goes one step further into a column.</summary>
    /// <param name="place">How far it is.</param>
    /// <param name="step">The step.</param>
    /// <param name="depth">Makes names of aliases.</param>
    public abstract PlaceText Enter(PlaceText place, PlaceStep step, int depth);

    /// <summary>Whether a place with many values in a row of an issued view's source holds one of some keys.</summary>
    /// <param name="table">The source.</param>
    /// <param name="place">The place.</param>
    /// <param name="keys">A subquery of one column.</param>
    public abstract SqlText HoldsAny(string table, ColumnPlace place, SqlText keys);

    /// <summary>A list parameter as a table with one column.</summary>
    /// <param name="values">The parameter, of <see cref="SqlValue.Of(IEnumerable{string})"/> or <see cref="SqlValue.Of(IEnumerable{Guid})"/>.</param>
    /// <param name="column">The column's name.</param>
    public abstract SqlText Rows(SqlValue values, SqlName column);
}
