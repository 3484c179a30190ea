using System.Globalization;

namespace Governance.Bench.Measuring;

/// <summary>A table of text: the first column to the left, all others to the right.</summary>
internal sealed class Table(params string[] head)
{
    private readonly List<string[]> _rows = [head];

    /// <summary>Adds a row; an empty one is a gap.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes it.</summary>
    public void WriteTo(TextWriter output)
    {
        var widths = head.Select((_, column) => _rows.Max(row => column < row.Length ? row[column].Length : 0))
            .ToArray();
        for (var index = 0; index < _rows.Count; index++)
        {
            var row = _rows[index];
            var cells = row.Select(
                (cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])
            );
            output.WriteLine(string.Join("  ", cells).TrimEnd());
            if (index == 0)
            {
                output.WriteLine(string.Join("  ", widths.Select(width => new string('-', width))));
            }
        }
    }

    /// <summary>A number as the invariant culture writes it.</summary>
    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
