namespace Governance.Policies.Rego.Partial;

/// <summary>A place of the row: the row, a group of columns, or a column.</summary>
internal sealed class RowPart
{
    private readonly Dictionary<string, RowPart> members = new(StringComparer.Ordinal);

    private RowPart(string path, UnknownColumn? column)
    {
        (Path, Column) = (path, column);
        Value = new UnknownValue(this);
    }

    /// <summary>As a policy writes it: <c>input.orders.region</c>.</summary>
    public string Path { get; }

    /// <summary>The column, or null where there are columns below.</summary>
    public UnknownColumn? Column { get; }

    /// <summary>What stands for it while a policy is evaluated.</summary>
    public UnknownValue Value { get; }

    public RowPart? Member(string name) => members.GetValueOrDefault(name);

    /// <summary>The places of a row.</summary>
    /// <exception cref="ArgumentException">A name is empty, or two columns contradict each other.</exception>
    public static RowPart Of(UnknownRow row)
    {
        if (string.IsNullOrEmpty(row.Table))
        {
            throw new ArgumentException("The row has no name to stand under in the input.", nameof(row));
        }

        var root = new RowPart($"input.{row.Table}", null);
        foreach (var column in row.Columns)
        {
            var names = column.Path.Split('.');
            var place = root;
            for (var i = 0; i < names.Length; i++)
            {
                if (names[i].Length == 0)
                {
                    throw new ArgumentException($"The column's path '{column.Path}' holds an empty name.", nameof(row));
                }

                var last = i == names.Length - 1;
                if (!place.members.TryGetValue(names[i], out var next))
                {
                    next = new RowPart($"{place.Path}.{names[i]}", last ? column : null);
                    place.members.Add(names[i], next);
                }
                else if (last || next.Column is not null)
                {
                    throw new ArgumentException(
                        $"The column '{column.Path}' is given twice, or is also a group of columns.",
                        nameof(row)
                    );
                }

                place = next;
            }
        }

        return root;
    }
}
