using System.Buffers;
using System.Text;
using Governance.Masking.Columns;
using Governance.Masking.Methods;

namespace Governance.Tests.Support;

/// <summary>What one record says of a person, for maskers of free text.</summary>
internal static class KnownRecord
{
    /// <summary>Masks a text beside other values of its record.</summary>
    public static string MaskBeside(
        this IValueMasker masker,
        string text,
        params IEnumerable<(string Category, string Value)> values
    )
    {
        var column = new ValueColumn();
        var known = new List<KnownValue>();
        foreach (var (category, value) in values)
        {
            column.Add(Encoding.UTF8.GetBytes(value));
            known.Add(new KnownValue(column, column.Count - 1, category));
        }

        var masked = new ArrayBufferWriter<byte>();
        masker.Mask(Encoding.UTF8.GetBytes(text), new ValueContext(null, known.ToArray()), masked);
        return Encoding.UTF8.GetString(masked.WrittenSpan);
    }
}
