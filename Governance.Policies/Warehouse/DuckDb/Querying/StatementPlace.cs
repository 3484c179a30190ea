using System.Text;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>DuckDB counts a statement's bytes; people count lines and characters.</summary>
internal static class StatementPlace
{
    public static (int? Line, int? Column) Of(string sql, long? at)
    {
        var bytes = Encoding.UTF8.GetBytes(sql);
        if (at is not { } place || place < 0 || place > bytes.Length)
        {
            return (null, null);
        }

        var before = Encoding.UTF8.GetString(bytes, 0, (int)place);
        return (
            before.Count(character => character == '\n') + 1,
            place == 0 ? 1 : before.Length - before.LastIndexOf('\n')
        );
    }
}
