using Governance.Masking.Columns;
using Governance.Masking.Keys;

namespace Governance.Masking.Methods;

/// <summary>What <c>token</c> and <c>seal</c> share in masking a column.</summary>
internal static class SivColumns
{
    /// <summary>Encrypts a batch, writes its values to the column, and empties it.</summary>
    /// <param name="batch">Values of the column, by their places there.</param>
    /// <param name="column">The column.</param>
    /// <param name="first">Place of the first value to write.</param>
    /// <param name="end">Place after the last value to write.</param>
    /// <param name="prefix">Prefix of the text form.</param>
    /// <param name="alone">Masks each value that the batch did not take.</param>
    public static void MaskNext(
        this SivBatch batch,
        ValueColumn column,
        int first,
        int end,
        ReadOnlySpan<byte> prefix,
        IValueMasker alone
    )
    {
        batch.Encrypt();
        var slot = 0;
        for (var index = first; index < end; index++)
        {
            if (slot < batch.Count && batch.IndexOf(slot) == index)
            {
                batch.WriteText(slot++, prefix, column.MaskedBytes);
                column.EndMasked();
            }
            else
            {
                column.MaskOne(alone, index);
            }
        }

        batch.Clear();
    }
}
