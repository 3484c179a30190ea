using Governance.Policies.Warehouse.Querying;

namespace Governance.Policies.Warehouse.DuckDb.Querying;

/// <summary>A statement that is not answered, and where in it.</summary>
internal sealed class StatementRefusedException(
    QueryRefusalKind kind,
    string code,
    string message,
    string next,
    long? at
) : Exception(message)
{
    public QueryRefusal At(string sql)
    {
        var (line, column) = StatementPlace.Of(sql, at);
        return new(kind, code, Message, next, line, column);
    }
}
